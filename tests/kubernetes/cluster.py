"""What an operator does with the platform on Kubernetes, and what the tests look at there."""

import json
import os
import shlex
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.support.playbooks import Playbooks


def cluster_variables() -> dict[str, Any]:
    """What this cluster needs to be told, such as images that it has: the file that TODOCHAT_TEST_VARIABLES names."""
    file = os.environ.get("TODOCHAT_TEST_VARIABLES")
    return yaml.safe_load(Path(file).read_text()) if file else {}


def kubectl(*arguments: str, check: bool = True, stdin: str | None = None) -> str:
    """What kubectl prints; raises AssertionError with what it complains about."""
    done = subprocess.run(["kubectl", *arguments], capture_output=True, text=True, check=False, input=stdin)
    assert not check or done.returncode == 0, f"kubectl {shlex.join(arguments)}: {done.stderr}"
    return done.stdout


def objects(kind: str, *arguments: str) -> list[dict[str, Any]]:
    """The objects of a kind, of all namespaces or as kubectl's arguments choose."""
    found: list[dict[str, Any]] = json.loads(kubectl("get", kind, "--output", "json", *arguments))["items"]
    return found


def node_power(action: str, node: str) -> None:
    """Take a node's power away (`kill-node`) or give it back (`revive-node`)."""
    number = "".join(filter(str.isdigit, node))
    subprocess.run([*shlex.split(os.environ["TODOCHAT_TEST_NODE_POWER"]), action, number], check=True, timeout=120)


@dataclass(kw_only=True)
class Namespace(Playbooks):
    """The playbooks on a namespace of the cluster."""

    name: str
    inventory: str = "minikube"
    variables: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.variables = {**cluster_variables(), "todochat_namespace": self.name, **self.variables}

    def kubectl(self, *arguments: str, check: bool = True, stdin: str | None = None) -> str:
        """kubectl in this namespace."""
        return kubectl("--namespace", self.name, *arguments, check=check, stdin=stdin)

    def objects(self, kind: str, selector: str = "") -> list[dict[str, Any]]:
        """The objects of the kind; with a selector those whose labels match."""
        return objects(kind, "--namespace", self.name, "--selector", selector)
