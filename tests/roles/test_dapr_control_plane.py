"""What roles/dapr/files/control_plane.py makes of a cluster's answers, told by a stand-in for kubectl."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.support.roles import evaluate

SCRIPT = Path(__file__).parents[2] / "roles/dapr/files/control_plane.py"
OURS = {"app.kubernetes.io/managed-by": "todochat.platform"}


def thing(kind: str, name: str, labels: dict[str, str] | None = None, **about: Any) -> dict[str, Any]:
    return {"kind": kind, "metadata": {"name": name, "labels": labels or {}, "generation": 1, **about}}


def webhook(namespace: str = "dapr-system", release: str = "dapr") -> dict[str, Any]:
    owner = {"meta.helm.sh/release-namespace": namespace, "meta.helm.sh/release-name": release}
    return thing("MutatingWebhookConfiguration", "dapr-sidecar-injector", annotations=owner)


def operator(version: str = "1.16.0", ready: int = 1) -> dict[str, Any]:
    template = {"metadata": {"labels": {"app.kubernetes.io/version": version}}}
    status = {"observedGeneration": 1, "replicas": 1, "updatedReplicas": 1, "readyReplicas": ready}
    return {**thing("Deployment", "dapr-operator"), "spec": {"replicas": 1, "template": template}, "status": status}


def definition(version: str = "1.16.0") -> dict[str, Any]:
    return thing("CustomResourceDefinition", "components.dapr.io", {"todochat.platform/dapr-version": version})


def look(tmp_path: Path, found: str, namespaces: list[dict[str, Any]]) -> dict[str, Any]:
    (tmp_path / "found").write_text(found)
    (tmp_path / "namespaces").write_text(json.dumps({"items": namespaces}))
    kubectl = tmp_path / "kubectl"
    kubectl.write_text(
        f'#!/bin/sh\ncase "$*" in *namespaces) cat {tmp_path}/namespaces ;; *) cat {tmp_path}/found ;; esac\n'
    )
    kubectl.chmod(0o755)
    command = [
        sys.executable,
        SCRIPT,
        "--kubectl",
        json.dumps([str(kubectl)]),
        "--namespace=dapr-system",
        "--client=mine",
    ]
    command += [
        "--release=dapr",
        "--version=1.16.0",
        "--workload=deployment/dapr-operator",
        "--definition=components.dapr.io",
    ]
    answer: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return answer


def items(*found: dict[str, Any]) -> str:
    return json.dumps({"items": found})


def test_an_empty_cluster(tmp_path: Path) -> None:
    answer = look(tmp_path, "", [])
    assert not any(answer.values())


def test_ours_healthy_and_used_by_another(tmp_path: Path) -> None:
    uses = {"todochat.platform/dapr": "enabled"}
    places = [thing("Namespace", "dapr-system", OURS), thing("Namespace", "mine", uses), thing("Namespace", "b", uses)]
    answer = look(tmp_path, items(webhook(), operator(), definition()), places)
    assert (answer["foreign"], answer["healthy"], answer["definitions"]) == ("", True, True)
    assert (answer["parts"], answer["used_by"]) == ("operator 1.16.0", ["b"])


def test_an_older_version_that_is_not_ready(tmp_path: Path) -> None:
    found = items(webhook(), operator("1.15.0", ready=0), definition("1.15.0"))
    answer = look(tmp_path, found, [thing("Namespace", "dapr-system", OURS)])
    assert (answer["healthy"], answer["definitions"]) == (False, False)
    assert answer["parts"] == "operator 1.15.0 (not ready)"


def test_that_of_somebody_else(tmp_path: Path) -> None:
    elsewhere = look(tmp_path, items(webhook("platform", "their-dapr")), [])
    assert "by the release their-dapr in the namespace platform" in elsewhere["foreign"]
    same_place = look(tmp_path, items(webhook()), [thing("Namespace", "dapr-system")])
    assert "did not install it" in same_place["foreign"]


def test_a_single_object_is_no_list(tmp_path: Path) -> None:
    assert look(tmp_path, json.dumps(operator()), [])["parts"] == "operator 1.16.0"


def test_without_a_scheduler_there_is_one_of_no_replicas_to_count() -> None:
    """Its injector waits until there is a StatefulSet of this name; tests/oci/test_site.py has it on a real cluster."""
    made = evaluate("dapr", "{{ __dapr_no_scheduler }}", todochat_cache_dir="/cache")
    assert (made["kind"], made["metadata"]["namespace"]) == ("StatefulSet", "dapr-system")
    assert (made["metadata"]["name"], made["spec"]["replicas"]) == ("dapr-scheduler-server", 0)
    assert made["spec"]["selector"]["matchLabels"] == made["spec"]["template"]["metadata"]["labels"]


def test_the_stand_in_is_told_from_a_scheduler(tmp_path: Path) -> None:
    """It makes way for a real one; a real one is never taken for it."""
    made = evaluate("dapr", "{{ __dapr_no_scheduler }}", todochat_cache_dir="/cache")
    made["metadata"]["generation"] = 1
    helms = {**made, "metadata": {**made["metadata"], "labels": {"app.kubernetes.io/managed-by": "Helm"}}}
    assert look(tmp_path, items(operator(), made), [])["stand_in"] is True
    assert look(tmp_path, items(operator(), helms), [])["stand_in"] is False
