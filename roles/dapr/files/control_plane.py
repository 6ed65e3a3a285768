"""What the role needs to know of Dapr in a cluster, with one kubectl; Ansible's modules would take ten times as long.

Prints JSON: `error` (and nothing else, when kubectl fails), `foreign` (why an installation is not ours, or ""),
`installed`, `stand_in` (whether the scheduler is the role's own, of no replicas), `definitions` (whether they are of
the wanted version), `healthy`, `parts` for a person, and `used_by`, other namespaces that have sidecars.
"""

from __future__ import annotations

import argparse
import json
import subprocess
from collections.abc import Sequence
from typing import Any

Json = dict[str, Any]

OURS = ("app.kubernetes.io/managed-by", "todochat.platform")
"""The label of a namespace that this role made or took over, and of the scheduler that it makes where there is none."""
USES_DAPR = ("todochat.platform/dapr", "enabled")
VERSION = "todochat.platform/dapr-version"
WEBHOOK = "dapr-sidecar-injector"


class UnansweredError(Exception):
    """kubectl's complaint."""


def labels(item: Json) -> Json:
    found: Json = item["metadata"].get("labels") or {}
    return found


def foreign(items: Sequence[Json], namespace: str, release: str) -> str:
    """Why what is there is not ours, "" when it is or when there is nothing."""
    places = [item for item in items if item["kind"] == "Namespace" and item["metadata"]["name"] == namespace]
    for webhook in (item for item in items if item["kind"] == "MutatingWebhookConfiguration"):
        about = webhook["metadata"].get("annotations") or {}
        owner = about.get("meta.helm.sh/release-namespace"), about.get("meta.helm.sh/release-name")
        if owner != (namespace, release):
            where = f"by the release {owner[1]} in the namespace {owner[0]}" if all(owner) else "by somebody else"
            return f"There is a Dapr in this cluster already, installed {where}."
        if not any(labels(place).get(OURS[0]) == OURS[1] for place in places):
            return f"There is a Dapr in the namespace {namespace} already, and this platform did not install it."
    return ""


def ready(item: Json) -> bool:
    wanted, status = item["spec"].get("replicas", 1), item.get("status", {})
    return (
        status.get("observedGeneration") == item["metadata"]["generation"]
        and status.get("updatedReplicas", 0) == wanted
        and status.get("readyReplicas", 0) == wanted
        and status.get("replicas", 0) == wanted
    )


def version(item: Json) -> str:
    return str(labels(item["spec"]["template"]).get("app.kubernetes.io/version", "of an unknown version"))


def describe(item: Json) -> str:
    name = item["metadata"]["name"].removeprefix("dapr-").removesuffix("-server")
    return f"{name} {version(item)}" + ("" if ready(item) else " (not ready)")


def summary(items: Sequence[Json], options: argparse.Namespace) -> Json:
    """The answer, from all that kubectl has found."""
    parts = [item for item in items if item["kind"] in ("Deployment", "StatefulSet")]
    definitions = [item for item in items if item["kind"] == "CustomResourceDefinition"]
    used_by = [
        item["metadata"]["name"]
        for item in items
        if item["kind"] == "Namespace" and labels(item).get(USES_DAPR[0]) == USES_DAPR[1]
    ]
    return {
        "foreign": foreign(items, options.namespace, options.release),
        "installed": bool(parts),
        "stand_in": any(item["kind"] == "StatefulSet" and labels(item).get(OURS[0]) == OURS[1] for item in parts),
        "definitions": len(definitions) == len(options.definition)
        and all(labels(item).get(VERSION) == options.version for item in definitions),
        "healthy": len(parts) == len(options.workload)
        and all(ready(part) and version(part) == options.version for part in parts),
        "parts": ", ".join(describe(part) for part in parts),
        "used_by": sorted(set(used_by) - {options.client}),
    }


def ask(*command: str) -> list[Json]:
    """What kubectl finds: a list of many, the only one, or nothing at all."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - no shell
    if done.returncode:
        raise UnansweredError(f"The cluster cannot be asked for Dapr: {done.stderr.strip()}")
    found: Json = json.loads(done.stdout or '{"items": []}')
    items: list[Json] = found.get("items", [found])
    return items


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kubectl", type=json.loads, required=True, help="JSON: what a kubectl command begins with")
    parser.add_argument("--namespace", required=True, help="of the control plane")
    parser.add_argument("--client", required=True, help="namespace of the platform")
    parser.add_argument("--release", required=True)
    parser.add_argument("--version", required=True)
    parser.add_argument("--workload", action="append", default=[], help="TYPE/NAME that must be there")
    parser.add_argument("--definition", action="append", default=[], help="CustomResourceDefinition that must be there")
    options = parser.parse_args()
    get = [*options.kubectl, f"--namespace={options.namespace}", "get", "--output=json"]
    named = [f"mutatingwebhookconfiguration/{WEBHOOK}", *(f"crd/{name}" for name in options.definition)]
    try:
        items = ask(*get, "--ignore-not-found", *named, *options.workload) + ask(*get, "namespaces")
    except UnansweredError as error:
        print(json.dumps({"error": str(error)}))
    else:
        print(json.dumps({"error": "", **summary(items, options)}))


if __name__ == "__main__":
    main()
