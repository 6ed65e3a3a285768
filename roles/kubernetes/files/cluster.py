"""What the role needs to know of a cluster, with kubectl alone: a fraction of the time of Ansible's modules.

Prints JSON or text; what is wrong with the cluster is part of the answer and not an exit status.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

OURS = ("todochat.platform/owner", "true")
"""The label of a namespace that this collection made, or that somebody has handed to it."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a program said."""

    text: str
    error: str

    def json(self) -> Json:
        """The document, {} when there is none."""
        return json.loads(self.text) if self.text.strip() else {}


def run(*command: str, stdin: str = "") -> Answer:
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, check=False)  # noqa: S603 - no shell
    return Answer(done.stdout, done.stderr.strip() if done.returncode else "")


@dataclass(frozen=True, slots=True)
class Cluster:
    """One context of one kubeconfig; the empty ones are kubectl's own choice."""

    kubeconfig: str
    context: str
    namespace: str

    def ask(self, *arguments: str, stdin: str = "") -> Answer:
        place = ["--kubeconfig", self.kubeconfig] if self.kubeconfig else []
        context = ["--context", self.context] if self.context else []
        return run("kubectl", *place, *context, "--request-timeout=15s", *arguments, stdin=stdin)

    def items(self, kind: str, *arguments: str) -> list[Json]:
        """Objects of the namespace; none when the cluster does not tell."""
        answer = self.ask("--namespace", self.namespace, "get", kind, "-o", "json", *arguments)
        items: list[Json] = answer.json().get("items", [])
        return items


# --- look: may we deploy there, and what is there


def look(cluster: Cluster, minimum: Json, skew: int, permissions: list[Json]) -> Json:
    """All that is wrong with tools, cluster, permissions and namespace, and what the other roles want to know."""
    facts: Json = {"problems": [], "namespace": "unknown", "context": "", "server": "", "architectures": []}
    problems = facts["problems"] = list(missing_tools(minimum["helm"]))
    if not shutil.which("kubectl"):
        return facts
    facts["context"], reason = current_context(cluster)
    if reason:
        problems.append(reason)
        return facts
    with ThreadPoolExecutor() as pool:
        version = pool.submit(cluster.ask, "version", "-o", "json")
        namespace = pool.submit(cluster.ask, "get", "namespace", cluster.namespace, "-o", "json", "--ignore-not-found")
        nodes = pool.submit(cluster.ask, "get", "nodes", "-o", "json")
        refused = pool.submit(missing_permissions, cluster, permissions)
    versions, error = version.result().json(), version.result().error
    if "serverVersion" not in versions:
        problems.append(
            f"The cluster of {name_of(cluster, facts['context'])} does not answer: {last_line(error)}\n"
            "Start it, or name another with todochat_kubeconfig and todochat_kube_context."
        )
        return facts
    facts["server"] = versions["serverVersion"]["gitVersion"].removeprefix("v")
    problems += wrong_versions(versions, minimum["server"], skew)
    facts["namespace"], reason = owner(namespace.result(), cluster.namespace)
    problems += [reason] if reason else []
    facts["architectures"] = sorted(
        {n["status"]["nodeInfo"]["architecture"] for n in nodes.result().json().get("items", [])}
    )
    if refused.result():
        problems.append(
            f"The user of {name_of(cluster, facts['context'])} may not, in the namespace {cluster.namespace}:\n"
            + "\n".join(f"  {line}" for line in refused.result())
            + "\nGive them to it (the ClusterRole admin has those of a namespace), or use another context."
        )
    return facts


def name_of(cluster: Cluster, context: str) -> str:
    return f"the context {context} of {where(cluster)}"


def where(cluster: Cluster) -> str:
    return cluster.kubeconfig or "kubectl's own kubeconfig"


def missing_tools(minimum_helm: str) -> Iterator[str]:
    if not shutil.which("kubectl"):
        yield "kubectl is not on PATH: https://kubernetes.io/docs/tasks/tools/"
    if not shutil.which("helm"):
        yield f"helm is not on PATH: install {minimum_helm} or newer, https://helm.sh/docs/intro/install/"
    elif (found := run("helm", "version", "--template", "{{.Version}}").text.strip()) and parts(found) < parts(
        minimum_helm
    ):
        yield f"helm {found} is too old: install {minimum_helm} or newer, https://helm.sh/docs/intro/install/"
    if not importlib.util.find_spec("kubernetes"):
        yield "Ansible's Python lacks the library kubernetes: run `make .venv/.ops` or `pip install kubernetes`."


def parts(version: str) -> tuple[int, int]:
    """Major and minor number: v1.34.4+k3s1 is (1, 34)."""
    major, minor = re.findall(r"\d+", version)[:2]
    return int(major), int(minor)


def current_context(cluster: Cluster) -> tuple[str, str]:
    """The context's name, or what is wrong with it."""
    place = ["--kubeconfig", cluster.kubeconfig] if cluster.kubeconfig else []
    answer = run("kubectl", *place, "config", "view", "-o", "json")
    if answer.error:
        return "", f"The kubeconfig {where(cluster)} cannot be read: {last_line(answer.error)}"
    known = sorted(context["name"] for context in answer.json().get("contexts") or [])
    wanted = cluster.context or answer.json().get("current-context", "")
    if not known:
        return (
            "",
            f"There is no context in {where(cluster)}: start a cluster (minikube start), "
            "or name another file with todochat_kubeconfig.",
        )
    if wanted not in known:
        chosen = f"has no context {wanted}" if wanted else "has no current context"
        return "", f"{where(cluster)} {chosen}; set todochat_kube_context to one of: {', '.join(known)}."
    return wanted, ""


def wrong_versions(versions: Json, minimum: str, skew: int) -> Iterator[str]:
    server, client = versions["serverVersion"]["gitVersion"], versions["clientVersion"]["gitVersion"]
    if parts(server) < parts(minimum):
        yield f"The cluster runs Kubernetes {server}; the platform needs {minimum} or newer."
    apart = abs(parts(server)[1] - parts(client)[1])
    if apart > skew:
        yield (
            f"kubectl {client} and the cluster's {server} are {apart} minor versions apart, and {skew} is supported: "
            "install a kubectl like the cluster, or raise kubernetes_version_skew at your own risk."
        )


def owner(answer: Answer, name: str) -> tuple[str, str]:
    """Whose namespace it is: absent, ours, foreign or leaving; and what is wrong with that."""
    if answer.error:
        return "unknown", f"The namespace {name} cannot be looked at: {last_line(answer.error)}"
    found = answer.json()
    if not found:
        return "absent", ""
    label, value = OURS
    if found["metadata"].get("labels", {}).get(label) != value:
        return "foreign", (
            f"The namespace {name} belongs to someone else, as it has no label {label}={value}: "
            "set todochat_namespace to another name. "
            f"If it was made for this platform: kubectl label namespace {name} {label}={value}"
        )
    if found["status"]["phase"] == "Terminating":
        return (
            "leaving",
            f"The namespace {name} is being removed: wait until `kubectl get namespace {name}` finds nothing.",
        )
    return "ours", ""


def missing_permissions(cluster: Cluster, permissions: list[Json]) -> list[str]:
    """What the user lacks. An administrator costs one question."""
    everything = {"group": "*", "resource": "*", "verb": "*"}
    if not permissions or allowed(cluster, [everything]) == [True]:
        return []
    wanted = [
        {"group": permission.get("group", ""), "resource": resource.partition("/")[0], "verb": verb}
        | ({"subresource": resource.partition("/")[2]} if "/" in resource else {})
        | ({"namespace": cluster.namespace} if permission.get("namespaced", True) else {})
        for permission in permissions
        for resource in permission["resources"]
        for verb in permission["verbs"]
    ]
    lacking: dict[str, list[str]] = {}
    for question, answer in zip(wanted, allowed(cluster, wanted), strict=False):
        if not answer:
            resource = "/".join(filter(None, (question["resource"], question.get("subresource", ""))))
            name = f"{resource}.{question['group']}" if question["group"] else resource
            lacking.setdefault(name, []).append(question["verb"])
    return [f"{', '.join(verbs)} {name}" for name, verbs in lacking.items()]


def allowed(cluster: Cluster, questions: list[Json]) -> list[bool]:
    reviews = [
        {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": question},
        }
        for question in questions
    ]
    document = json.dumps({"apiVersion": "v1", "kind": "List", "items": reviews})
    answer = cluster.ask(
        "create", "--validate=false", "-f", "-", "-o", 'jsonpath={.status.allowed}{"\\n"}', stdin=document
    )
    return [line == "true" for line in answer.text.split()]


def last_line(text: str) -> str:
    return text.splitlines()[-1] if text else "it said nothing"


# --- explain: why something is not ready


def explain(cluster: Cluster, selector: str) -> str:
    """The pods that are not ready, what happened to them and the end of their logs."""
    pods = cluster.items("pods", "--selector", selector)
    events = [event for event in cluster.items("events") if event["type"] != "Normal"]
    troubled = [pod for pod in pods if not is_ready(pod)] or pods
    lines = [] if pods else [f"There are no pods with the labels {selector}."]
    for pod in troubled:
        lines += describe(cluster, pod, events)
    names = {pod["metadata"]["name"] for pod in pods}
    others = [event for event in events if event["involvedObject"]["name"] not in names]
    lines += [
        f"{e['involvedObject']['kind']} {e['involvedObject']['name']}: {e['reason']}: {e['message']}"
        for e in newest(others, 5)
    ]
    text = "\n".join(lines)
    return text + "".join(f"\n{hint}" for sign, hint in HINTS.items() if sign in text)


WRONG_PROCESSOR = "The image is for another processor than the node's: build it for the architectures of the nodes."
HINTS = {
    "exec format error": WRONG_PROCESSOR,
    "no match for platform": WRONG_PROCESSOR,
    "failed calling webhook": "A webhook of the cluster does not answer; run again once its pods are ready.",
    "unbound immediate PersistentVolumeClaims": "A claim has no volume: see `kubectl get pvc,storageclass`.",
}


def is_ready(pod: Json) -> bool:
    conditions = {condition["type"]: condition["status"] for condition in pod["status"].get("conditions", [])}
    return pod["status"].get("phase") == "Succeeded" or conditions.get("Ready") == "True"


def describe(cluster: Cluster, pod: Json, events: list[Json]) -> list[str]:
    name = pod["metadata"]["name"]
    lines = [f"Pod {name} on {pod['spec'].get('nodeName', 'no node')}: {pod['status'].get('phase', 'Unknown')}"]
    statuses = pod["status"].get("initContainerStatuses", []) + pod["status"].get("containerStatuses", [])
    for status in statuses:
        for moment in ("state", "lastState"):
            for state, about in status.get(moment, {}).items():
                if state != "running" and about.get("reason") != "Completed":
                    said = " ".join(filter(None, (about.get("reason"), about.get("message", "").strip())))
                    code = f" with {about['exitCode']}" if "exitCode" in about else ""
                    lines.append(f"  {status['name']} {'was ' if moment == 'lastState' else ''}{state}{code}: {said}")
    mine = [event for event in events if event["involvedObject"]["name"] == name]
    lines += [f"  {event['reason']}: {event['message']}" for event in newest(mine, 5)]
    for status in statuses:
        if not status.get("ready") and (
            status.get("started") or status.get("restartCount") or "terminated" in status.get("state", {})
        ):
            lines += tail(cluster, name, status)
    return lines


def tail(cluster: Cluster, pod: str, status: Json) -> list[str]:
    """The end of a container's log; of its last life when this one has not said anything."""
    command = ("--namespace", cluster.namespace, "logs", pod, "--container", status["name"], "--tail=15")
    text = cluster.ask(*command).text or cluster.ask(*command, "--previous").text
    return (
        [f"  the end of the log of {status['name']}:", *(f"    {line}" for line in text.splitlines())] if text else []
    )


def newest(events: list[Json], count: int) -> list[Json]:
    def moment(event: Json) -> str:
        return str(event.get("lastTimestamp") or event.get("eventTime") or event["metadata"]["creationTimestamp"])

    return sorted(events, key=moment)[-count:]


# --- job: wait until a Job ends


def wait_for_job(cluster: Cluster, name: str, seconds: int) -> str:
    """Return the log of its last container; raises SystemExit when it fails or takes too long."""
    deadline = time.monotonic() + seconds
    while True:
        answer = cluster.ask("--namespace", cluster.namespace, "get", "job", name, "-o", "json")
        conditions = {
            c["type"]: c for c in answer.json().get("status", {}).get("conditions", []) if c["status"] == "True"
        }
        if "Complete" in conditions:
            return cluster.ask("--namespace", cluster.namespace, "logs", f"job/{name}").text.rstrip()
        if "Failed" in conditions:
            raise SystemExit(f"The Job {name} has failed: {conditions['Failed'].get('message', '')}")
        if time.monotonic() > deadline:
            raise SystemExit(f"The Job {name} has not ended after {seconds} s. {answer.error}")
        time.sleep(0.5)


# --- status: one screen


def status(cluster: Cluster) -> str:
    """The pods of the namespace as a table."""
    pods = cluster.items("pods")
    if not pods:
        return f"no pods in the namespace {cluster.namespace}"
    rows = [("POD", "STATUS", "READY", "RESTARTS", "NODE"), *(row(pod) for pod in pods)]
    widths = [max(len(cells[column]) for cells in rows) for column in range(5)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip() for cells in rows
    )


def row(pod: Json) -> tuple[str, str, str, str, str]:
    containers = pod["status"].get("containerStatuses", [])
    waiting = [c["state"]["waiting"].get("reason", "") for c in containers if "waiting" in c.get("state", {})]
    phase = (
        "Terminating"
        if "deletionTimestamp" in pod["metadata"]
        else next(iter(waiting), pod["status"].get("phase", "Unknown"))
    )
    ready = f"{sum(c['ready'] for c in containers)}/{len(pod['spec']['containers'])}"
    return (
        pod["metadata"]["name"],
        phase,
        ready,
        str(sum(c["restartCount"] for c in containers)),
        pod["spec"].get("nodeName", "-"),
    )


# --- volumes: what must be gone after the namespace


def volumes(cluster: Cluster) -> list[str]:
    """The volumes of the namespace's claims that go with them; raises SystemExit when the cluster does not tell.

    Who may not see volumes does not wait for them.
    """
    answer = cluster.ask("get", "persistentvolumes", "-o", "json")
    if answer.error and "Forbidden" not in answer.error:
        raise SystemExit(answer.error)
    found: list[Json] = answer.json().get("items", [])
    return [
        volume["metadata"]["name"]
        for volume in found
        if volume["spec"].get("claimRef", {}).get("namespace") == cluster.namespace
        and volume["spec"].get("persistentVolumeReclaimPolicy") == "Delete"
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kubeconfig", default="", help="a file; kubectl's own choice when empty")
    parser.add_argument("--context", default="", help="the kubeconfig's current one when empty")
    parser.add_argument("--namespace", required=True)
    commands = parser.add_subparsers(dest="command", required=True)
    sub = commands.add_parser("look", help="print what the role needs to know")
    sub.add_argument("--minimum", type=json.loads, required=True, help='JSON: {"server": "1.28", "helm": "3.14"}')
    sub.add_argument("--skew", type=int, required=True, help="minor versions between kubectl and the cluster")
    sub.add_argument("--permissions", type=json.loads, required=True, help="JSON list of group, resources and verbs")
    commands.add_parser("status", help="print a table of the pods")
    commands.add_parser("volumes", help="print the volumes that go with the namespace")
    sub = commands.add_parser("job", help="wait until a Job ends and print what it said")
    sub.add_argument("name")
    sub.add_argument("--seconds", type=int, required=True, help="how long to wait")
    sub = commands.add_parser("explain", help="print why pods are not ready")
    sub.add_argument("--selector", required=True, help="their labels")
    options = parser.parse_args()
    cluster = Cluster(options.kubeconfig, options.context, options.namespace)
    match options.command:
        case "look":
            print(json.dumps(look(cluster, options.minimum, options.skew, options.permissions)))
        case "status":
            print(status(cluster))
        case "volumes":
            print(json.dumps(volumes(cluster)))
        case "job":
            print(wait_for_job(cluster, options.name, options.seconds))
        case "explain":
            print(explain(cluster, options.selector))


if __name__ == "__main__":
    main()
