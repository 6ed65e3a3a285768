"""The objects that roles/postgres makes on Kubernetes, as its templates render them."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

ROOT = Path(__file__).parents[2]
ROLE = ROOT / "roles/postgres"
S3 = {
    "postgres_backup_s3_endpoint": "http://storage.example.com:9000",
    "postgres_backup_s3_bucket": "backups",
    "postgres_backup_s3_secret_access_key": "do-not-show",
}
VARIANTS: dict[str, tuple[str, dict[str, Any]]] = {
    "plain": ("__postgres_objects", {"postgres_provider": "statefulset"}),
    "s3": ("__postgres_objects", {"postgres_provider": "statefulset", **S3}),
    "volume": (
        "__postgres_objects",
        {"postgres_provider": "statefulset", "postgres_backup_size": "5Gi", "postgres_storage_class": "fast"},
    ),
    "in the pod": ("__postgres_objects", {"postgres_provider": "statefulset", "postgres_storage_size": ""}),
    "pulled": ("__postgres_objects", {"postgres_provider": "statefulset", "todochat_image_pull_secret": "mirror"}),
    "cloudnative_pg": (
        "lookup('ansible.builtin.template', 'cloudnative_pg.yaml.j2') | from_yaml_all | list",
        {"postgres_provider": "cloudnative_pg", "postgres_cluster_spec": {"storage": {"size": "99Gi"}}},
    ),
    "one instance": (
        "lookup('ansible.builtin.template', 'cloudnative_pg.yaml.j2') | from_yaml_all | list",
        {"postgres_provider": "cloudnative_pg", "postgres_instances": 1},
    ),
    "external": (
        "lookup('ansible.builtin.template', 'external.yaml.j2') | from_yaml_all | list",
        {"postgres_provider": "external", "todochat_database_url": "postgresql://u:do-not-show@db.example.com:6432/d"},
    ),
}

Objects = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Objects:
    """The objects of every variant, rendered by one run of Ansible."""
    directory = tmp_path_factory.mktemp("render")
    for name in ("templates", "files"):
        (directory / name).symlink_to(ROLE / name)
    tasks = [
        {
            "ansible.builtin.copy": {
                "dest": f"{directory}/{name}.json",
                "content": f"{{{{ {expression} | to_json }}}}",
                "mode": "0600",
            },
            "vars": {"todochat_namespace": "ns", "kubernetes_kubectl": ["kubectl"], **variables},
        }
        for name, (expression, variables) in VARIANTS.items()
    ]
    play = {
        "hosts": "all",
        "gather_facts": True,
        "gather_subset": ["!all", "min"],
        "vars_files": [str(ROLE / "vars/main.yml")],
        "tasks": tasks,
    }
    (directory / "play.yml").write_text(yaml.safe_dump([play], sort_keys=False))
    # The inventory with the role's defaults, which are weaker than what a task sets.
    variables = directory / "inventory/group_vars/all"
    variables.mkdir(parents=True)
    inventory = ROOT / "inventories/minikube"
    (directory / "inventory/hosts.yml").symlink_to(inventory / "hosts.yml")
    (variables / "defaults.yml").symlink_to(ROLE / "defaults/main.yml")
    for file in inventory.glob("group_vars/all/*.yml"):
        (variables / file.name).symlink_to(file)
    done = subprocess.run(
        [str(ROOT / ".venv/bin/ansible-playbook"), "-i", str(directory / "inventory"), str(directory / "play.yml")],
        env={**os.environ, "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"), "ANSIBLE_NOCOLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return {name: json.loads((directory / f"{name}.json").read_text()) for name in VARIANTS}


def one(objects: list[dict[str, Any]], kind: str, name: str) -> dict[str, Any]:
    (found,) = (o for o in objects if (o["kind"], o["metadata"]["name"]) == (kind, name))
    return found


def pods(objects: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for item in objects:
        if item["kind"] == "StatefulSet":
            yield item["spec"]["template"]["spec"]
        if item["kind"] == "CronJob":
            yield item["spec"]["jobTemplate"]["spec"]["template"]["spec"]


@pytest.mark.parametrize("variant", ["plain", "s3", "volume", "in the pod"])
def test_every_pod_is_one_for_restricted(rendered: Objects, variant: str) -> None:
    for pod in pods(rendered[variant]):
        assert pod["automountServiceAccountToken"] is False
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        for container in [*pod.get("initContainers", []), *pod["containers"]]:
            security = container["securityContext"]
            assert security["capabilities"] == {"drop": ["ALL"]}
            assert security["allowPrivilegeEscalation"] is False
            assert security["readOnlyRootFilesystem"] is True
            assert security["runAsUser"] == 999
            assert {"cpu", "memory"} == set(container["resources"]["requests"]) == set(container["resources"]["limits"])


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_object_is_labelled_and_in_the_namespace(rendered: Objects, variant: str) -> None:
    for item in rendered[variant]:
        assert item["metadata"]["namespace"] == "ns"
        assert item["metadata"]["labels"]["app.kubernetes.io/part-of"] == "todochat"
        assert item["metadata"]["labels"]["app.kubernetes.io/managed-by"] == "todochat.platform"


@pytest.mark.parametrize("variant", VARIANTS)
def test_no_object_shows_a_secret(rendered: Objects, variant: str) -> None:
    assert "do-not-show" not in json.dumps(rendered[variant])
    assert [item["kind"] for item in rendered[variant] if item["kind"] == "Secret"] == []


def test_without_a_size_the_data_are_the_pods(rendered: Objects) -> None:
    with_volume, without = (one(rendered[variant], "StatefulSet", "postgres") for variant in ("plain", "in the pod"))
    assert [claim["metadata"]["name"] for claim in with_volume["spec"]["volumeClaimTemplates"]] == ["data"]
    assert "volumeClaimTemplates" not in without["spec"]
    assert {"name": "data", "emptyDir": {}} in without["spec"]["template"]["spec"]["volumes"]


def test_only_labelled_pods_come_in(rendered: Objects) -> None:
    policy = one(rendered["plain"], "NetworkPolicy", "postgres")["spec"]

    assert policy["ingress"] == [
        {
            "from": [{"podSelector": {"matchLabels": {"todochat.platform/uses-postgres": "true"}}}],
            "ports": [{"protocol": "TCP", "port": 5432}],
        }
    ]


def test_without_a_place_there_are_no_backups(rendered: Objects) -> None:
    assert [item for item in rendered["plain"] if item["kind"] == "CronJob"] == []


def test_with_s3_a_dump_is_uploaded(rendered: Objects) -> None:
    (_, job) = pods(rendered["s3"])

    assert [container["name"] for container in job["initContainers"]] == ["dump"]
    assert [container["args"] for container in job["containers"]] == [["backup-upload"]]
    egress = one(rendered["s3"], "NetworkPolicy", "postgres-backup")["spec"]["egress"]
    assert egress == [{"ports": [{"protocol": "TCP", "port": 9000}]}]
    assert [item for item in rendered["s3"] if item["kind"] == "PersistentVolumeClaim"] == []


def test_without_s3_a_dump_stays_on_its_volume(rendered: Objects) -> None:
    (_, job) = pods(rendered["volume"])

    assert "initContainers" not in job
    assert {"name": "backups", "persistentVolumeClaim": {"claimName": "postgres-backup"}} in job["volumes"]
    claim = one(rendered["volume"], "PersistentVolumeClaim", "postgres-backup")["spec"]
    assert claim["resources"]["requests"]["storage"] == "5Gi"
    assert claim["storageClassName"] == "fast"


def test_images_are_pulled_with_the_secret(rendered: Objects) -> None:
    (pod,) = pods(rendered["pulled"])

    assert pod["imagePullSecrets"] == [{"name": "mirror"}]


def test_pods_may_go_to_the_port_of_the_url(rendered: Objects) -> None:
    egress = one(rendered["external"], "NetworkPolicy", "uses-postgres")["spec"]["egress"]

    assert egress == [{"ports": [{"protocol": "TCP", "port": 6432}]}]


def test_the_operator_gets_a_cluster_with_the_same_name(rendered: Objects) -> None:
    spec = one(rendered["cloudnative_pg"], "Cluster", "postgres")["spec"]

    assert (spec["instances"], spec["enablePDB"]) == (2, True)
    assert spec["storage"] == {"size": "99Gi"}
    assert spec["managed"]["services"]["additional"][0]["serviceTemplate"]["metadata"]["name"] == "postgres"
    assert all(isinstance(value, str) for value in spec["postgresql"]["parameters"].values())
    assert one(rendered["one instance"], "Cluster", "postgres")["spec"]["enablePDB"] is False


@pytest.mark.skipif("TODOCHAT_TEST_CNPG_CRDS" not in os.environ, reason="TODOCHAT_TEST_CNPG_CRDS names no file of CRDs")
def test_the_cluster_is_one_of_the_operators_schema(rendered: Objects) -> None:
    """With the file of CustomResourceDefinitions that the operator's release has."""
    definitions = yaml.safe_load_all(Path(os.environ["TODOCHAT_TEST_CNPG_CRDS"]).read_text())
    (crd,) = (d for d in definitions if d and d["metadata"]["name"] == "clusters.postgresql.cnpg.io")
    schema = closed(crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"])

    for variant in ("cloudnative_pg", "one instance"):
        jsonschema.validate(one(rendered[variant], "Cluster", "postgres")["spec"], schema)


def closed(schema: Any) -> Any:
    """A CRD's schema as JSON Schema, refusing what the API server would prune."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("x-kubernetes-int-or-string"):
        return {"type": ["integer", "string"]}
    result = {key: closed(value) for key, value in schema.items()}
    if "properties" in schema and "additionalProperties" not in schema and schema.get("type") == "object":
        result["additionalProperties"] = bool(schema.get("x-kubernetes-preserve-unknown-fields"))
    return result
