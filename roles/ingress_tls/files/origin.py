"""What the role needs to know of the origin in a cluster, with kubectl alone: much faster than modules.

Prints JSON; what is not there yet is part of the answer and not an exit status.
"""

from __future__ import annotations

import argparse
import base64
import json
import re
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

OWNER = "todochat.platform/owner"
"""The label of a namespace that this collection made."""
INSTALLED = "todochat.platform/installed"
"""The annotation that says from which chart and values, and as which revision, a release was installed last."""
KINDS = ("certificates.cert-manager.io", "middlewares.traefik.io")
_POLL_SECONDS = 0.5

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Cluster:
    """kubectl with its options."""

    kubectl: list[str]

    def ask(self, *arguments: str) -> str:
        """What it prints; "" when it fails, as it does for a kind that the cluster does not know."""
        command = [*self.kubectl, "--request-timeout=15s", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout  # noqa: S603 - no shell

    def get(self, *arguments: str) -> list[Json]:
        """The objects, without those that do not exist."""
        text = self.ask("get", "--ignore-not-found", "-o", "json", *arguments)
        answer: Json = json.loads(text) if text.strip() else {}
        items: list[Json] = answer.get("items", [answer] if answer else [])
        return items

    def names(self, *arguments: str) -> list[str]:
        return self.ask("get", "--ignore-not-found", "-o", "name", *arguments).split()


# --- what is installed ---------------------------------------------------------------------------------------------


def look(cluster: Cluster, ingress_class: str, releases: dict[str, str]) -> Json:
    """The ingress class, the kinds that the cluster knows, and the releases, given as name → namespace."""
    wanted = [f"ingressclass/{ingress_class}", *(f"namespace/{namespace}" for namespace in releases.values())]
    with ThreadPoolExecutor() as pool:
        things = pool.submit(cluster.get, *wanted)
        kinds = pool.submit(cluster.names, "customresourcedefinition", *KINDS)
        histories = {name: pool.submit(_history, cluster, name, namespace) for name, namespace in releases.items()}
    found = {(thing["kind"], thing["metadata"]["name"]): thing["metadata"] for thing in things.result()}
    [found_class] = [found.get(("IngressClass", ingress_class))]
    return {
        "class": None
        if found_class is None
        else found_class.get("annotations", {}).get("meta.helm.sh/release-namespace", ""),
        "kinds": [name.split("/")[1] for name in kinds.result()],
        "releases": {
            name: {**_of_namespace(found.get(("Namespace", namespace))), **histories[name].result()}
            for name, namespace in releases.items()
        },
    }


def _of_namespace(metadata: Json | None) -> Json:
    if metadata is None:
        return {"namespace": "absent", "installed": ""}
    ours = metadata.get("labels", {}).get(OWNER) == "true"
    return {"namespace": "ours" if ours else "foreign", "installed": metadata.get("annotations", {}).get(INSTALLED, "")}


def _history(cluster: Cluster, name: str, namespace: str) -> Json:
    """Status and number of the newest revision that Helm has noted; its notes are Secrets."""
    noted = cluster.ask(
        *("get", "secret", "-n", namespace, "-l", f"owner=helm,name={name}"),
        *("-o", 'jsonpath={range .items[*]}{.metadata.labels.version} {.metadata.labels.status}{"\\n"}{end}'),
    )
    revisions = sorted((int(number), status) for number, status in (line.split() for line in noted.splitlines()))
    number, status = revisions[-1] if revisions else (0, "")
    return {"revision": number, "status": status}


def users(cluster: Cluster, namespace: str, ingress_class: str, release_namespaces: list[str]) -> Json:
    """Who else uses the ingress controller and cert-manager, as `namespace/name`."""
    ours = {namespace, *release_namespaces}
    ingresses = cluster.get("ingress", "--all-namespaces")
    certified = cluster.get("certificate,issuer", "--all-namespaces")
    foreign_issuers = [
        issuer
        for issuer in cluster.get("clusterissuer")
        if issuer["metadata"].get("labels", {}).get("app.kubernetes.io/part-of") != "todochat"
    ]
    # Kinds are shared by all Traefiks of a cluster.
    alone = all(
        one["metadata"]["name"] == ingress_class
        for one in cluster.get("ingressclass")
        if one["spec"].get("controller") == "traefik.io/ingress-controller"
    )
    known = cluster.names("customresourcedefinition") if alone else []
    return {
        "traefik": [
            _name(one)
            for one in ingresses
            if one["spec"].get("ingressClassName") == ingress_class and one["metadata"]["namespace"] not in ours
        ],
        "cert-manager": [
            *(_name(one) for one in certified if one["metadata"]["namespace"] not in ours),
            *(_name(one) for one in foreign_issuers),
        ],
        "traefik_kinds": [name.split("/")[1] for name in known if name.endswith("traefik.io")],
    }


def _name(thing: Json) -> str:
    return "/".join(filter(None, [thing["metadata"].get("namespace"), thing["metadata"]["name"]]))


# --- the origin ----------------------------------------------------------------------------------------------------


def origin(cluster: Cluster, arguments: argparse.Namespace) -> Json:
    """The address, the certificate and whom to trust for it; `why` says what is not there yet."""
    kinds = ["ingress/todo", "certificate/todo", "secret/todochat-tls"] if arguments.tls else ["ingress/todo"]
    found = {one["kind"]: one for one in cluster.get("-n", arguments.namespace, *kinds)}
    entry = (found.get("Ingress", {}).get("status", {}).get("loadBalancer", {}).get("ingress") or [{}])[0]
    address = arguments.address or entry.get("ip") or entry.get("hostname") or ""
    if arguments.node_port and not address:
        address = _address_of_a_node(cluster)
    status = found.get("Certificate", {}).get("status", {})
    ready = any(one["type"] == "Ready" and one["status"] == "True" for one in status.get("conditions", []))
    why = []
    if not address:
        why.append(_why_no_address(cluster, arguments.releases["traefik"]))
    if arguments.tls and not ready:
        why.append(_why_no_certificate(cluster, arguments.namespace, status))
    return {
        "address": address,
        "expires": status.get("notAfter", ""),
        "ca": "" if arguments.public else _authority(found.get("Secret", {}).get("data", {})),
        "why": "\n".join(why),
    }


def _address_of_a_node(cluster: Cluster) -> str:
    """Of one that is ready, from outside if it has such an address: each node answers on a node port."""
    for node in cluster.get("node"):
        status = node["status"]
        if any(one["type"] == "Ready" and one["status"] == "True" for one in status["conditions"]):
            addresses = {one["type"]: one["address"] for one in status["addresses"]}
            return addresses.get("ExternalIP") or addresses["InternalIP"]
    return ""


def _authority(secret: dict[str, str]) -> str:
    """The root, or where the issuer does not tell it, the intermediate authorities that came with the certificate."""
    root, chain = (base64.b64decode(secret.get(key, "")).decode() for key in ("ca.crt", "tls.crt"))
    certificates = re.findall(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----\n", chain, re.DOTALL)
    return root or "".join(certificates[1:])


def _why_no_address(cluster: Cluster, namespace: str) -> str:
    services = cluster.get("service", "-n", namespace)
    types = [f"{one['metadata']['name']} ({one['spec']['type']})" for one in services]
    events = cluster.get("event", "-n", namespace, "--field-selector", "involvedObject.kind=Service")
    told = [f"  {event['reason']}: {event['message']}" for event in events[-3:]]
    known = ", ".join(types) or "none"
    return "\n".join([f"The Ingress has no address; the Services of its controller in {namespace}: {known}.", *told])


def _why_no_certificate(cluster: Cluster, namespace: str, status: Json) -> str:
    conditions = [one["message"] for one in status.get("conditions", [])]
    steps = [
        f"{one['kind']}: {one.get('status', {}).get('state', 'new')} {one.get('status', {}).get('reason', '')}".rstrip()
        for one in cluster.get("order,challenge", "-n", namespace)
    ]
    return "\n".join(["The certificate is not there yet.", *(f"  {line}" for line in [*conditions, *steps])])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=["look", "users", "origin"])
    parser.add_argument("--kubectl", type=json.loads, required=True)
    parser.add_argument("--namespace", required=True)
    parser.add_argument("--class", dest="ingress_class", required=True)
    parser.add_argument("--releases", type=json.loads, required=True)
    parser.add_argument("--address", default="", help="instead of the one that the Ingress has")
    parser.add_argument("--node-port", action="store_true", help="the nodes answer, so one of their addresses will do")
    parser.add_argument("--tls", action="store_true")
    parser.add_argument("--public", action="store_true", help="the issuer is one that every system trusts")
    parser.add_argument("--wait", type=float, default=0.0, help="seconds to wait until nothing is missing")
    arguments = parser.parse_args()
    cluster = Cluster(arguments.kubectl)
    if arguments.command == "look":
        answer = look(cluster, arguments.ingress_class, arguments.releases)
    elif arguments.command == "users":
        answer = users(cluster, arguments.namespace, arguments.ingress_class, list(arguments.releases.values()))
    else:
        deadline = time.monotonic() + arguments.wait
        answer = origin(cluster, arguments)
        while answer["why"] and time.monotonic() < deadline:
            time.sleep(_POLL_SECONDS)
            answer = origin(cluster, arguments)
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
