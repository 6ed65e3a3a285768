{{/* Labels of an object; takes (list $ NAME). */}}
{{- define "todo.labels" -}}
{{- $root := index . 0 -}}
{{ include "todo.selector" . }}
app.kubernetes.io/part-of: todochat
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
app.kubernetes.io/version: {{ include "todo.tag" $root | quote }}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" }}
{{- end }}

{{/* Labels that find the pods of a service; takes (list $ NAME). */}}
{{- define "todo.selector" -}}
app.kubernetes.io/name: {{ index . 1 }}
app.kubernetes.io/instance: {{ (index . 0).Release.Name }}
{{- end }}

{{- define "todo.tag" -}}
{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{/* Reference of an image; takes (list $ NAME). */}}
{{- define "todo.image" -}}
{{- $root := index . 0 -}}
{{ $root.Values.image.registry }}/{{ index . 1 }}:{{ include "todo.tag" $root }}
{{- end }}

{{/* What every pod has: the rules of Pod Security "restricted", and no Kubernetes token. Dapr's sidecar has a user of
its own, so a user's number belongs to the container. */}}
{{- define "todo.pod" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  seccompProfile: {type: RuntimeDefault}
{{- with .Values.imagePullSecrets }}
imagePullSecrets: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{ toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "todo.container" -}}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  runAsUser: 10001
  runAsGroup: 10001
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- end }}

{{/* The application's settings; takes (list $ NAME). */}}
{{- define "todo.settings" -}}
{{- $root := index . 0 -}}
{{- $values := $root.Values -}}
TODO_APP_ID: {{ index . 1 }}
TODO_VERSION: {{ include "todo.tag" $root | quote }}
TODO_PUBLIC_URL: {{ $values.publicUrl }}
TODO_LOG_LEVEL: {{ $values.logLevel }}
TODO_DAPR_API_TOKEN_FILE: /tokens/dapr-api-token
TODO_APP_API_TOKEN_FILE: /tokens/app-api-token
LLM_BASE_URL: {{ $values.llm.baseUrl | quote }}
LLM_MODEL: {{ $values.llm.model | quote }}
{{- with $values.smtp }}
{{- if .host }}
TODO_SMTP_HOST: {{ .host }}
TODO_SMTP_PORT: {{ .port | quote }}
TODO_SMTP_STARTTLS: {{ .starttls | quote }}
TODO_SMTP_FROM: {{ .from | quote }}
{{- end }}
{{- end }}
{{- end }}

{{/* Annotations of a service's pods; takes (list $ NAME SERVICE). */}}
{{- define "todo.annotations" -}}
{{- $values := (index . 0).Values -}}
{{- $name := index . 1 -}}
{{- $service := index . 2 -}}
{{- $versions := list }}
{{- range concat $service.secrets (list "dapr-api-token" "app-api-token") }}
  {{- $versions = append $versions (index $values.found.secrets . | default "") }}
{{- end -}}
# Pods restart when what they read has changed.
checksum/secrets: {{ join " " $versions | sha256sum | trunc 16 | quote }}
checksum/components: {{ $values.found.components | quote }}
dapr.io/enabled: "true"
dapr.io/app-id: {{ $name }}
dapr.io/app-port: {{ $service.port | quote }}
dapr.io/config: todochat
dapr.io/log-as-json: "true"
dapr.io/log-level: {{ $values.sidecar.logLevel }}
dapr.io/api-token-secret: dapr-api-token
dapr.io/app-token-secret: app-api-token
dapr.io/disable-builtin-k8s-secret-store: "true"
{{- if $service.secrets }}
dapr.io/volume-mounts: kubernetes-api:/var/run/secrets/kubernetes.io/serviceaccount
{{- end }}
# Deliveries, jobs and bindings stop while the application is not ready, instead of becoming dead letters.
dapr.io/enable-app-health-check: "true"
dapr.io/app-health-check-path: /readyz
dapr.io/app-health-probe-interval: {{ $values.sidecar.healthProbeSeconds | quote }}
dapr.io/app-health-probe-timeout: {{ sub (mul $values.sidecar.healthProbeSeconds 1000) 100 | quote }}
dapr.io/app-health-threshold: {{ $values.sidecar.healthProbeFailures | quote }}
dapr.io/max-body-size: {{ $values.sidecar.maxBodySize }}
# A busy node is no reason to end it.
dapr.io/sidecar-liveness-probe-timeout-seconds: "5"
dapr.io/sidecar-liveness-probe-period-seconds: "10"
dapr.io/sidecar-liveness-probe-threshold: "6"
# Told to stop, the sidecar takes no more deliveries and serves the application until that has ended.
dapr.io/block-shutdown-duration: {{ printf "%ds" (add $values.shutdown.leave $values.shutdown.application | int) }}
dapr.io/graceful-shutdown-seconds: {{ $values.shutdown.sidecar | quote }}
{{- with $values.sidecar.resources }}
dapr.io/sidecar-cpu-request: {{ .requests.cpu | quote }}
dapr.io/sidecar-memory-request: {{ .requests.memory | quote }}
dapr.io/sidecar-cpu-limit: {{ .limits.cpu | quote }}
dapr.io/sidecar-memory-limit: {{ .limits.memory | quote }}
{{- end }}
{{- end }}
