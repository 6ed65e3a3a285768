{{/*
What is true of each service, whatever the values: its image, its port, the Secrets that it reads through its sidecar,
and what the NetworkPolicies must let it reach.
*/}}
{{- define "todo.facts" -}}
todo-backend:
  image: app
  port: 8000
  web: true
  secrets: [postgres-secrets, jwt-secrets, llm-secrets, kafka-secrets]
  # The language model.
  capabilities: [uses-postgres, uses-kafka, uses-dapr, uses-secrets, uses-internet, serves-web]
todo-worker:
  image: app
  port: 8000
  secrets: [postgres-secrets, kafka-secrets]
  capabilities: [uses-postgres, uses-kafka, uses-dapr, uses-secrets]
todo-notification:
  image: app
  port: 8000
  secrets: [postgres-secrets, smtp-secrets, kafka-secrets]
  # Mail servers and webhooks.
  capabilities: [uses-postgres, uses-kafka, uses-dapr, uses-secrets, uses-internet]
todo-recurring:
  image: app
  port: 8000
  secrets: [postgres-secrets, kafka-secrets]
  capabilities: [uses-postgres, uses-kafka, uses-dapr, uses-secrets]
todo-analytics:
  image: app
  port: 8000
  secrets: [postgres-secrets, kafka-secrets]
  capabilities: [uses-postgres, uses-kafka, uses-dapr, uses-secrets]
todo-frontend:
  image: frontend
  port: 3000
  web: true
  # It asks for no dependency there, and has no other.
  live: /readyz
  secrets: []
  capabilities: [uses-dapr, serves-web]
{{- end }}

{{/*
The enabled services as YAML, name → its facts and values; each template ranges over them.
*/}}
{{- define "todo.services" -}}
{{- $services := dict }}
{{- range $name, $facts := include "todo.facts" . | fromYaml }}
  {{- $values := mergeOverwrite (deepCopy $.Values.defaults) (index $.Values.services $name | default dict) }}
  {{- if $values.enabled }}
    {{- $_ := set $services $name (merge $values $facts) }}
  {{- end }}
{{- end }}
{{- toYaml $services }}
{{- end }}
