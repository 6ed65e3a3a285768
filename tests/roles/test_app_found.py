"""roles/app/files/found.py: what a Helm release depends on, with a kubectl that answers from files."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

SCRIPT = Path(__file__).parents[2] / "roles" / "app" / "files" / "found.py"

KUBECTL = """#!/bin/sh
[ "$2" = secrets ] && exec cat "$(dirname "$0")/secrets.json"
[ "$2" = service/kubernetes ] && exec cat "$(dirname "$0")/kubernetes.json"
exec cat "$(dirname "$0")/dapr.json"
"""


def secret(name: str, version: int, **more: Any) -> dict[str, Any]:
    about = {"name": name, "uid": "0123456789", "resourceVersion": str(version), **more.pop("metadata", {})}
    return {"kind": "Secret", "metadata": about, "type": "Opaque", "data": {"key": "aHVudGVyMg=="}, **more}


def revision(number: int, status: str, release: str = "todo") -> dict[str, Any]:
    labels = {"name": release, "owner": "helm", "status": status, "version": str(number)}
    return secret(f"sh.helm.release.v1.{release}.v{number}", 1, type="helm.sh/release.v1", metadata={"labels": labels})


def component(generation: int) -> dict[str, Any]:
    return {"kind": "Component", "metadata": {"name": "pubsub", "uid": "9876543210", "generation": generation}}


class Cluster:
    def __init__(self, directory: Path) -> None:
        self.directory = directory
        kubectl = directory / "kubectl"
        kubectl.write_text(KUBECTL)
        kubectl.chmod(0o755)
        self.has("secrets", [secret("jwt-secrets", 1)])
        self.has("dapr", [component(1)])

    def has(self, what: str, items: list[dict[str, Any]]) -> None:
        (self.directory / f"{what}.json").write_text(json.dumps({"items": items}))

    def found(self) -> dict[str, Any]:
        command = [sys.executable, "-I", SCRIPT, "somewhere", "todo", self.directory / "kubectl"]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        assert "aHVudGVyMg" not in done.stdout
        found: dict[str, Any] = json.loads(done.stdout)
        return found


@pytest.fixture
def cluster(tmp_path: Path) -> Cluster:
    return Cluster(tmp_path)


def test_a_secret_is_known_by_its_version(cluster: Cluster) -> None:
    before = cluster.found()["secrets"]
    assert cluster.found()["secrets"] == before
    cluster.has("secrets", [secret("jwt-secrets", 2)])
    assert cluster.found()["secrets"].keys() == before.keys() == {"jwt-secrets"}
    assert cluster.found()["secrets"] != before


def test_a_changed_dapr_resource_is_seen(cluster: Cluster) -> None:
    before = cluster.found()["components"]
    assert before and cluster.found()["components"] == before  # noqa: PT018 - one thought
    cluster.has("dapr", [component(2)])
    assert cluster.found()["components"] != before


def test_what_helm_reads_from_yaml_stays_text(cluster: Cluster, helm: str, tmp_path: Path) -> None:
    """A Secret's uid of digits around one `e`, with its version behind, is a number to Go's YAML, not to Python's."""
    cluster.has("secrets", [secret("jwt-secrets", 8, metadata={"uid": "1234567e-89ab"})])
    chart = tmp_path / "chart"
    (chart / "templates").mkdir(parents=True)
    (chart / "Chart.yaml").write_text("apiVersion: v2\nname: kinds\nversion: 0.1.0\n")
    (chart / "templates" / "kinds.yaml").write_text("kind: {{ kindOf (index .Values.secrets `jwt-secrets`) }}\n")
    values = tmp_path / "values.yaml"
    values.write_text(yaml.dump(cluster.found()))
    done = subprocess.run(
        [helm, "template", chart, "--values", values], check=True, capture_output=True, text=True
    )  # as kubernetes.core.helm hands them over
    assert "kind: string" in done.stdout


def test_revisions_are_sorted_by_number(cluster: Cluster) -> None:
    revisions = [revision(10, "deployed"), revision(9, "superseded"), revision(1, "deployed", "other")]
    cluster.has("secrets", revisions)
    assert cluster.found()["revisions"] == [
        {"revision": 9, "status": "superseded"},
        {"revision": 10, "status": "deployed"},
    ]


def test_the_api_is_where_service_and_endpoints_say(cluster: Cluster) -> None:
    service = {"kind": "Service", "spec": {"clusterIPs": ["10.96.0.1", "fd00::1"], "ports": [{"port": 443}]}}
    behind = {"kind": "EndpointSlice", "endpoints": [{"addresses": ["192.0.2.7"]}], "ports": [{"port": 6443}]}
    cluster.has("kubernetes", [service, behind])
    assert cluster.found()["api"] == {
        "ranges": ["10.96.0.1/32", "192.0.2.7/32", "fd00::1/128"],
        "ports": [443, 6443],
    }


def test_without_answers_the_api_may_be_anywhere_and_nothing_is_found(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path)
    for name in ("secrets", "dapr"):
        (tmp_path / f"{name}.json").unlink()
    assert cluster.found() == {
        "secrets": {},
        "components": "",
        "api": {"ranges": ["0.0.0.0/0"], "ports": [443, 6443]},
        "revisions": [],
    }
