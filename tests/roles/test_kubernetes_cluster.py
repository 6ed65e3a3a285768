"""What roles/kubernetes/files/cluster.py says about a cluster, with a kubectl and a helm that answer from a file."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).parents[2] / "roles/kubernetes/files/cluster.py"
KUBECTL = """#!{python}
import json, sys
answers = json.load(open({answers!r}))
words = " ".join(word for word in sys.argv[1:] if not word.startswith("--request"))
for asked, (code, text) in answers.items():
    if asked in words:
        if asked == "create":
            reviews = json.load(sys.stdin)["items"]
            lines = [str(all(review["spec"]["resourceAttributes"].get(k) in v for k, v in text.items())).lower()
                     for review in reviews]
            text = "\\n".join(lines)
        print(text if code == 0 else "", end="")
        print(text if code else "", end="", file=sys.stderr)
        sys.exit(code)
sys.exit("no answer to " + words)
"""
PERMISSIONS = [
    {"resources": ["secrets", "pods/log"], "verbs": ["get", "create"]},
    {"group": "apps", "resources": ["statefulsets"], "verbs": ["create"]},
]


class Machine:
    """A machine with programs that answer as they are told; a good cluster to begin with."""

    def __init__(self, directory: Path) -> None:
        self.bin = directory / "bin"
        self.bin.mkdir()
        self.answers: dict[str, Any] = {
            "config view": (0, {"contexts": [{"name": "one"}, {"name": "two"}], "current-context": "one"}),
            "version -o": (0, versions(server="v1.31.2", client="v1.30.9")),
            "get namespace": (0, ""),
            "get nodes": (0, {"items": [node("arm64"), node("amd64"), node("arm64")]}),
            "create": (0, {"verb": ["*"]}),
        }
        self._directory = directory
        self.program("helm", "echo v3.16.0")

    def program(self, name: str, text: str) -> None:
        (self.bin / name).write_text(f"#!/bin/sh\n{text}\n")
        (self.bin / name).chmod(0o755)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        file = self._directory / "answers.json"
        texts = {
            asked: (code, text if isinstance(text, str) or asked == "create" else json.dumps(text))
            for asked, (code, text) in self.answers.items()
        }
        file.write_text(json.dumps(texts))
        if self.bin.exists():
            (self.bin / "kubectl").write_text(KUBECTL.format(python=sys.executable, answers=str(file)))
            (self.bin / "kubectl").chmod(0o755)
        return subprocess.run(
            [sys.executable, str(SCRIPT), "--namespace", "todochat", "--kubeconfig", "/kube/config", *arguments],
            env={"PATH": str(self.bin), "HOME": os.environ["HOME"]},
            capture_output=True,
            text=True,
            check=False,
        )

    def look(self, *arguments: str, skew: int = 1) -> dict[str, Any]:
        done = self.run(
            *arguments,
            "look",
            *("--minimum", '{"server": "1.28", "helm": "3.14"}'),
            *("--skew", str(skew)),
            *("--permissions", json.dumps(PERMISSIONS)),
        )
        assert done.stderr == ""
        facts: dict[str, Any] = json.loads(done.stdout)
        return facts


def versions(server: str, client: str) -> dict[str, Any]:
    return {"serverVersion": {"gitVersion": server}, "clientVersion": {"gitVersion": client}}


def node(architecture: str) -> dict[str, Any]:
    return {"status": {"nodeInfo": {"architecture": architecture}}}


def namespace(labels: dict[str, str], phase: str = "Active") -> dict[str, Any]:
    return {"metadata": {"labels": labels}, "status": {"phase": phase}}


OURS = {"todochat.platform/owner": "true"}


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_good_cluster_has_no_problems(machine: Machine) -> None:
    facts = machine.look()

    assert facts == {
        "problems": [],
        "namespace": "absent",
        "context": "one",
        "server": "1.31.2",
        "architectures": ["amd64", "arm64"],
    }


@pytest.mark.parametrize(
    ("labels", "phase", "whose", "said"),
    [
        (OURS, "Active", "ours", []),
        ({}, "Active", "foreign", ["set todochat_namespace"]),
        ({"todochat.platform/owner": "false"}, "Active", "foreign", ["belongs to someone else"]),
        (OURS, "Terminating", "leaving", ["being removed"]),
    ],
)
def test_whose_the_namespace_is(
    machine: Machine, labels: dict[str, str], phase: str, whose: str, said: list[str]
) -> None:
    machine.answers["get namespace"] = (0, namespace(labels, phase))

    facts = machine.look()

    assert facts["namespace"] == whose
    assert len(facts["problems"]) == len(said)
    assert all(text in problem for text, problem in zip(said, facts["problems"], strict=True))


def test_a_wrong_context_is_told_the_right_ones(machine: Machine) -> None:
    (problem,) = machine.look("--context", "three")["problems"]

    assert problem == "/kube/config has no context three; set todochat_kube_context to one of: one, two."


def test_a_kubeconfig_without_contexts_tells_how_to_name_another(machine: Machine) -> None:
    machine.answers["config view"] = (0, {"contexts": None})

    (problem,) = machine.look()["problems"]

    assert "/kube/config" in problem
    assert "todochat_kubeconfig" in problem


def test_a_cluster_that_does_not_answer_is_named(machine: Machine) -> None:
    machine.answers["version -o"] = (1, "Unable to connect to the server: dial tcp 10.0.0.1:6443: i/o timeout")

    (problem,) = machine.look()["problems"]

    assert "the context one of /kube/config does not answer" in problem
    assert "i/o timeout" in problem


@pytest.mark.parametrize(
    ("server", "client", "said"),
    [
        ("v1.27.9", "v1.27.0", "needs 1.28 or newer"),
        ("v1.34.1+k3s1", "v1.32.0", "2 minor versions apart"),
        ("v1.34.1-gke.100", "v1.35.0", None),
    ],
)
def test_versions_that_do_not_fit(machine: Machine, server: str, client: str, said: str | None) -> None:
    machine.answers["version -o"] = (0, versions(server, client))

    problems = machine.look()["problems"]

    assert (said is None and problems == []) or (said is not None and said in problems[0])
    assert machine.look(skew=9)["problems"] == (problems if said and "needs" in said else [])


def test_all_missing_permissions_at_once(machine: Machine) -> None:
    machine.answers["create"] = (0, {"verb": ["get"], "namespace": ["todochat"]})

    (problem,) = machine.look()["problems"]

    assert (
        "may not, in the namespace todochat:\n  create secrets\n  create pods/log\n  create statefulsets.apps\n"
        in problem
    )


def test_missing_and_old_programs_are_told_together_with_the_rest(machine: Machine) -> None:
    machine.program("helm", "echo v3.9.4")
    machine.answers["get namespace"] = (0, namespace({}))

    problems = machine.look()["problems"]

    assert "helm v3.9.4 is too old: install 3.14 or newer" in problems[0]
    assert "belongs to someone else" in problems[1]


def test_who_may_not_see_nodes_deploys_all_the_same(machine: Machine) -> None:
    machine.answers["get nodes"] = (1, "Error from server (Forbidden): nodes is forbidden")

    facts = machine.look()

    assert facts["problems"] == []
    assert facts["architectures"] == []


def pod(name: str, ready: str, **status: Any) -> dict[str, Any]:
    return {
        "metadata": {"name": name},
        "spec": {"nodeName": "node1", "containers": [{}]},
        "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": ready}], **status},
    }


def test_an_explanation_has_state_events_log_and_what_to_do(machine: Machine) -> None:
    crashed = {
        "name": "server",
        "ready": False,
        "restartCount": 3,
        "state": {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 40s"}},
        "lastState": {"terminated": {"reason": "Error", "exitCode": 1}},
    }
    machine.answers |= {
        "get pods": (0, {"items": [pod("good", "True"), pod("bad", "False", containerStatuses=[crashed])]}),
        "get events": (
            0,
            {
                "items": [
                    {
                        "type": "Warning",
                        "reason": "BackOff",
                        "message": "restarting",
                        "lastTimestamp": "2026-11-22T09:00:00Z",
                        "involvedObject": {"kind": "Pod", "name": "bad"},
                    },
                    {
                        "type": "Warning",
                        "reason": "FailedCreate",
                        "message": "violates PodSecurity",
                        "lastTimestamp": "2026-11-22T09:00:00Z",
                        "involvedObject": {"kind": "StatefulSet", "name": "server"},
                    },
                ]
            },
        ),
        "logs bad": (0, "exec /server: exec format error\n"),
    }

    text = machine.run("explain", "--selector", "app=x").stdout

    assert text.splitlines() == [
        "Pod bad on node1: Running",
        "  server waiting: CrashLoopBackOff back-off 40s",
        "  server was terminated with 1: Error",
        "  BackOff: restarting",
        "  the end of the log of server:",
        "    exec /server: exec format error",
        "StatefulSet server: FailedCreate: violates PodSecurity",
        "The image is for another processor than the node's: build it for the architectures of the nodes.",
    ]


def test_a_job_is_waited_for(machine: Machine) -> None:
    machine.answers |= {
        "get job good": (0, {"status": {"conditions": [{"type": "Complete", "status": "True"}]}}),
        "get job bad": (0, {"status": {"conditions": [{"type": "Failed", "status": "True", "message": "no luck"}]}}),
        "get job slow": (0, {"status": {}}),
        "logs job/good": (0, "where it is\n"),
    }

    assert machine.run("job", "good", "--seconds", "5").stdout == "where it is\n"
    assert machine.run("job", "bad", "--seconds", "5").stderr == "The Job bad has failed: no luck\n"
    assert "has not ended after 1 s" in machine.run("job", "slow", "--seconds", "1").stderr


def test_the_pods_as_a_table(machine: Machine) -> None:
    statuses = [{"ready": True, "restartCount": 2, "state": {"running": {}}}]
    machine.answers["get pods"] = (0, {"items": [pod("postgres-0", "True", containerStatuses=statuses)]})

    assert machine.run("status").stdout == (
        "POD         STATUS   READY  RESTARTS  NODE\npostgres-0  Running  1/1    2         node1\n"
    )
