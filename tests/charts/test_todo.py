"""The chart todo: what it promises about every service, and which values it refuses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.cli import APPLICATIONS
from tests.charts.conftest import CHART, Objects, Refused, Render

SERVICES = {*APPLICATIONS, "todo-frontend"}
ROOT = Path(__file__).parents[2]
# Of the free tier's 2 OCPU and 12 GB the database, the broker, Dapr, the ingress and the system need the rest.
CPU_BUDGET, MEMORY_BUDGET = 0.5, 2 * 2**30


def of(objects: Objects, kind: str) -> dict[str, Any]:
    return {it["metadata"]["name"]: it for it in objects if it["kind"] == kind}


def pods(objects: Objects) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Name, metadata and spec of every pod, whatever makes it."""
    for it in objects:
        if it["kind"] == "Pod":
            yield it["metadata"]["name"], it["metadata"], it["spec"]
        elif it["kind"] in ("Deployment", "Job"):
            template = it["spec"]["template"]
            yield it["metadata"]["name"], template["metadata"], template["spec"]


def cpu(amount: str) -> float:
    return int(amount[:-1]) / 1000 if amount.endswith("m") else float(amount)


def memory(amount: str) -> int:
    number, unit = re.fullmatch(r"(\d+)(Ki|Mi|Gi)", amount).groups()  # type: ignore[union-attr]
    return int(number) * {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30}[unit]


def test_every_application_is_a_service(everything: Objects) -> None:
    assert of(everything, "Deployment").keys() == SERVICES
    for kind in ("ServiceAccount", "PodDisruptionBudget"):
        assert of(everything, kind).keys() == SERVICES
    assert of(everything, "Service").keys() == {"todo-backend", "todo-frontend"}


def test_the_front_end_can_be_left_out(render: Render) -> None:
    objects = render({"services": {"todo-frontend": {"enabled": False}}})
    assert of(objects, "Deployment").keys() == set(APPLICATIONS)


def test_every_pod_passes_pod_security_restricted(everything: Objects) -> None:
    seen = 0
    for name, _, spec in pods(everything):
        seen += 1
        assert spec["securityContext"]["runAsNonRoot"] is True, name
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert spec["automountServiceAccountToken"] is False, name
        # Dapr's sidecar would inherit it, and it has another.
        assert "runAsUser" not in spec["securityContext"], name
        assert not {"hostNetwork", "hostPID", "hostIPC"} & spec.keys(), name
        assert all({"emptyDir", "projected", "secret"} & volume.keys() for volume in spec.get("volumes", [])), name
        for container in spec["containers"]:
            context = container["securityContext"]
            assert context["allowPrivilegeEscalation"] is False, name
            assert context["readOnlyRootFilesystem"] is True, name
            assert context["capabilities"] == {"drop": ["ALL"]}, name
            assert context["runAsUser"] == context["runAsGroup"] == 10001, name
    assert seen == len(SERVICES) + 2


def test_every_container_has_requests_and_limits(everything: Objects) -> None:
    for name, metadata, spec in pods(everything):
        for container in spec["containers"]:
            resources = container["resources"]
            assert memory(resources["requests"]["memory"]) <= memory(resources["limits"]["memory"]), name
            assert cpu(resources["requests"]["cpu"]) <= cpu(resources["limits"]["cpu"]), name
        if name in SERVICES:
            keys = {key for key in metadata["annotations"] if key.endswith(("-request", "-limit"))}
            assert len(keys) == 4, name


def test_the_requests_leave_room_on_the_free_tier(everything: Objects) -> None:
    used_cpu, used_memory = 0.0, 0
    scaled = {it["spec"]["scaleTargetRef"]["name"]: it for it in of(everything, "HorizontalPodAutoscaler").values()}
    for name, deployment in of(everything, "Deployment").items():
        replicas = scaled[name]["spec"]["minReplicas"] if name in scaled else deployment["spec"]["replicas"]
        template = deployment["spec"]["template"]
        requests = template["spec"]["containers"][0]["resources"]["requests"]
        sidecar = template["metadata"]["annotations"]
        used_cpu += replicas * (cpu(requests["cpu"]) + cpu(sidecar["dapr.io/sidecar-cpu-request"]))
        used_memory += replicas * (memory(requests["memory"]) + memory(sidecar["dapr.io/sidecar-memory-request"]))
    assert used_cpu <= CPU_BUDGET
    assert used_memory <= MEMORY_BUDGET


def test_probes_that_end_a_container_ask_for_no_dependency(everything: Objects) -> None:
    for name, deployment in of(everything, "Deployment").items():
        container = deployment["spec"]["template"]["spec"]["containers"][0]
        # The front end's asks for none.
        path = "/healthz" if name in APPLICATIONS else "/readyz"
        assert container["livenessProbe"]["httpGet"] == {"path": path, "port": "http"}, name
        assert container["startupProbe"]["httpGet"] == {"path": path, "port": "http"}, name
        assert container["readinessProbe"]["httpGet"] == {"path": "/readyz", "port": "http"}, name


def test_the_application_ends_before_its_sidecar_and_both_before_they_are_killed(everything: Objects) -> None:
    for name, deployment in of(everything, "Deployment").items():
        pod = deployment["spec"]["template"]
        annotations = pod["metadata"]["annotations"]
        leave = pod["spec"]["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
        blocked = int(annotations["dapr.io/block-shutdown-duration"].removesuffix("s"))
        graceful = int(annotations["dapr.io/graceful-shutdown-seconds"])
        # uvicorn waits 15 s for open requests.
        assert leave >= 3, name
        assert blocked >= leave + 15, name
        assert pod["spec"]["terminationGracePeriodSeconds"] > blocked + graceful, name


def test_an_update_keeps_every_pod_until_its_successor_is_ready(everything: Objects) -> None:
    for name, deployment in of(everything, "Deployment").items():
        assert deployment["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0, name
        keys = [it["topologyKey"] for it in deployment["spec"]["template"]["spec"]["topologySpreadConstraints"]]
        assert keys == ["topology.kubernetes.io/zone", "kubernetes.io/hostname"], name


def test_no_budget_blocks_the_drain_of_a_single_replica(everything: Objects) -> None:
    for name, budget in of(everything, "PodDisruptionBudget").items():
        assert budget["spec"]["maxUnavailable"] == 1, name


def test_selectors_find_the_pods_of_their_service_alone(everything: Objects) -> None:
    deployments = of(everything, "Deployment")
    for name, deployment in deployments.items():
        selector = deployment["spec"]["selector"]["matchLabels"].items()
        found = [n for n, it in deployments.items() if selector <= it["spec"]["template"]["metadata"]["labels"].items()]
        assert found == [name]


def test_scaling_and_a_fixed_number_exclude_each_other(everything: Objects) -> None:
    scalers = of(everything, "HorizontalPodAutoscaler")
    assert scalers.keys() == {"todo-backend"}
    for name, deployment in of(everything, "Deployment").items():
        assert ("replicas" in deployment["spec"]) != (name in scalers), name


def test_an_account_may_read_the_named_secrets_and_nothing_else(everything: Objects) -> None:
    expected = {
        "todo-backend": {"postgres-secrets", "jwt-secrets", "llm-secrets", "kafka-secrets"},
        "todo-worker": {"postgres-secrets", "kafka-secrets"},
        "todo-notification": {"postgres-secrets", "smtp-secrets", "kafka-secrets"},
        "todo-recurring": {"postgres-secrets", "kafka-secrets"},
        "todo-analytics": {"postgres-secrets", "kafka-secrets"},
    }
    roles = of(everything, "Role")
    assert {name: set(it["rules"][0]["resourceNames"]) for name, it in roles.items()} == expected
    for name, role in roles.items():
        (rule,) = role["rules"]
        assert (rule["verbs"], rule["resources"], rule["apiGroups"]) == (["get"], ["secrets"], [""]), name
        binding = of(everything, "RoleBinding")[name]
        assert binding["roleRef"]["name"] == name
        assert [subject["name"] for subject in binding["subjects"]] == [name]


def test_only_sidecars_with_a_secret_store_have_a_kubernetes_token(everything: Objects) -> None:
    for name, metadata, spec in pods(everything):
        volumes = {volume["name"] for volume in spec.get("volumes", [])}
        mounted = {mount["name"] for container in spec["containers"] for mount in container.get("volumeMounts", [])}
        assert "kubernetes-api" not in mounted, name
        assert ("kubernetes-api" in volumes) == (name in APPLICATIONS), name
        assert ("dapr.io/volume-mounts" in metadata.get("annotations", {})) == (name in APPLICATIONS), name


def test_pods_say_what_they_use(everything: Objects) -> None:
    prefix = "todochat.platform/"
    labels = {
        name: {label.removeprefix(prefix) for label in metadata["labels"] if label.startswith(prefix)}
        for name, metadata, _ in pods(everything)
    }
    consumer = {"uses-postgres", "uses-kafka", "uses-dapr", "uses-secrets"}
    assert labels == {
        "todo-backend": consumer | {"uses-internet", "serves-web"},
        "todo-worker": consumer,
        "todo-notification": consumer | {"uses-internet"},
        "todo-recurring": consumer,
        "todo-analytics": consumer,
        "todo-frontend": {"uses-dapr", "serves-web"},
        "todo-migration": {"uses-postgres"},
        "todo-test": set(),
    }


def test_no_secret_is_in_the_environment(everything: Objects) -> None:
    for name, _, spec in pods(everything):
        for container in spec["containers"]:
            assert "envFrom" not in container, name
            assert [it["name"] for it in container.get("env", []) if "valueFrom" in it] == [], name


def test_the_database_is_migrated_before_the_services_change(everything: Objects) -> None:
    job = of(everything, "Job")["todo-migration"]
    assert job["metadata"]["annotations"]["helm.sh/hook"] == "pre-install,pre-upgrade"
    template = job["spec"]["template"]
    assert "annotations" not in template["metadata"]
    assert template["spec"]["containers"][0]["args"] == ["migrate"]


def test_a_changed_secret_restarts_who_reads_it(render: Render) -> None:
    def checksums(objects: Objects) -> dict[str, str]:
        return {
            name: it["spec"]["template"]["metadata"]["annotations"]["checksum/secrets"]
            for name, it in of(objects, "Deployment").items()
        }

    versions = {"postgres-secrets": "a-1", "smtp-secrets": "b-1"}
    before = checksums(render({"found": {"secrets": versions}}))
    after = checksums(render({"found": {"secrets": {**versions, "smtp-secrets": "b-2"}}}))
    assert {name for name in before if before[name] != after[name]} == {"todo-notification"}


def test_changed_dapr_resources_restart_all(render: Render) -> None:
    before, after = (of(render({"found": {"components": it}}), "Deployment") for it in ("a", "b"))
    assert all(before[name]["spec"]["template"] != after[name]["spec"]["template"] for name in before)


def test_images_come_from_the_given_registry(render: Render) -> None:
    values = {"image": {"registry": "mirror.example:5000/todo", "tag": "1.2.3"}, "imagePullSecrets": [{"name": "pull"}]}
    for name, _, spec in pods(render(values)):
        image = "frontend" if name == "todo-frontend" else "app"
        assert spec["containers"][0]["image"] == f"mirror.example:5000/todo/{image}:1.2.3", name
        assert spec["imagePullSecrets"] == [{"name": "pull"}], name


def test_settings_reach_the_applications(render: Render) -> None:
    values = {
        "publicUrl": "https://todo.example.com",
        "smtp": {"host": "mail.example.com", "port": 587, "starttls": True, "from": "todo@example.com"},
        "environment": {"TODO_DATABASE_POOL_SIZE": 5, "A": "all"},
        "services": {"todo-worker": {"environment": {"A": "worker"}}},
    }
    containers = {name: spec["containers"][0] for name, _, spec in pods(render(values)) if name in SERVICES}
    environment = {name: {it["name"]: it["value"] for it in one["env"]} for name, one in containers.items()}
    backend = environment["todo-backend"]
    assert backend["TODO_APP_ID"] == "todo-backend"
    assert backend["TODO_PUBLIC_URL"] == "https://todo.example.com"
    assert (backend["TODO_SMTP_PORT"], backend["TODO_SMTP_STARTTLS"]) == ("587", "true")
    assert (backend["TODO_DATABASE_POOL_SIZE"], backend["A"]) == ("5", "all")
    assert environment["todo-worker"]["A"] == "worker"
    assert "LLM_MODEL" not in backend


@pytest.mark.parametrize(
    "values",
    [
        {"imgae": {}},
        {"image": {"regsitry": "x"}},
        {"image": {"tag": "not a tag"}},
        {"publicUrl": "todo.example.com"},
        {"logLevel": "verbose"},
        {"services": {"todo-wroker": {}}},
        {"services": {"todo-worker": {"replicas": -1}}},
        {"services": {"todo-worker": {"replica": 2}}},
        {"services": {"todo-worker": {"resources": {"requests": {"cpu": "20m", "memory": "lots"}}}}},
        {"defaults": {"autoscaling": {"maxReplicas": 0}}},
        {"smtp": {"port": 0}},
        {"kubernetesApi": {"ranges": ["everywhere"]}},
        {"environment": {"NOT A NAME": "x"}},
    ],
    ids=str,
)
def test_wrong_values_are_refused(render: Render, values: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="values don't meet the specifications"):
        render(values)


def test_the_schema_is_closed_everywhere() -> None:
    def objects(schema: Any) -> Iterator[dict[str, Any]]:
        if isinstance(schema, dict):
            if "properties" in schema:
                yield schema
            for inner in schema.values():
                yield from objects(inner)

    schema = yaml.safe_load((CHART / "values.schema.json").read_text())
    assert [it for it in objects(schema) if it.get("additionalProperties") is not False] == []


def test_every_value_is_in_the_schema() -> None:
    schema = yaml.safe_load((CHART / "values.schema.json").read_text())
    values = yaml.safe_load((CHART / "values.yaml").read_text())
    assert schema["properties"].keys() - {"global"} == values.keys()
