"""Ask every sidecar of a namespace which components it has loaded, through a port forwarded to each.

Its HTTP API listens on the pod's loopback only, and an image need not have anything to ask it with. Exits with 1 and
says on stderr what is missing, when it still is after the given time.
"""

from __future__ import annotations

import argparse
import base64
import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[3] / "plugins" / "module_utils"))
from port_forward import PortForward, PortForwardError, forwarded

Json = dict[str, Any]

HTTP_PORT = 3500
AT_ONCE = 8
PAUSE_SECONDS = 1.0
SIDECARS = "todochat.platform/uses-dapr=true"


class Namespace:
    """A namespace, as kubectl reaches it."""

    def __init__(self, name: str, kubeconfig: str, context: str) -> None:
        self.name, self.kubeconfig, self.context = name, kubeconfig, context

    def get(self, *arguments: str) -> Json:
        place = [f"--kubeconfig={self.kubeconfig}"] if self.kubeconfig else []
        context = [f"--context={self.context}"] if self.context else []
        command = ["kubectl", *place, *context, f"--namespace={self.name}", "get", "--output=json", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - no shell
        if done.returncode:
            sys.exit(done.stderr.strip())
        found: Json = json.loads(done.stdout)
        return found

    def sidecars(self, app_ids: Collection[str]) -> dict[str, str]:
        """Pods that are there to stay, with the application whose sidecar they have."""
        pods = self.get("pods", f"--selector={SIDECARS}")["items"]
        found = {
            pod["metadata"]["name"]: pod["metadata"].get("annotations", {}).get("dapr.io/app-id", "")
            for pod in pods
            if "deletionTimestamp" not in pod["metadata"] and pod["status"].get("phase") not in ("Succeeded", "Failed")
        }
        return {pod: app_id for pod, app_id in found.items() if app_id in app_ids}

    def token(self, secret: str) -> str:
        return base64.b64decode(self.get("secret", secret)["data"]["token"]).decode()

    def loaded(self, pod: str, token: str, seconds: float) -> set[str]:
        """Names of the components of the pod's sidecar. Raises PortForwardError and OSError."""
        target = PortForward(self.name, f"pod/{pod}", HTTP_PORT, kubeconfig=self.kubeconfig, context=self.context)
        with forwarded(target, seconds) as port:
            url = f"http://127.0.0.1:{port}/v1.0/metadata"
            request = urllib.request.Request(url, headers={"dapr-api-token": token})
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            with opener.open(request, timeout=seconds) as answer:
                return {component["name"] for component in json.load(answer).get("components", [])}


def lacking(namespace: Namespace, token: str, expected: Mapping[str, Collection[str]], seconds: float) -> list[str]:
    """What is missing, a sentence for each sidecar."""
    sidecars = namespace.sidecars(expected)

    def ask(pod: str) -> str:
        try:
            missing = set(expected[sidecars[pod]]) - namespace.loaded(pod, token, seconds)
        except (PortForwardError, OSError) as error:
            return f"The sidecar of {pod} does not answer: {error}"
        return f"The sidecar of {pod} has not loaded {', '.join(sorted(missing))}." if missing else ""

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = [answer for answer in pool.map(ask, sidecars) if answer]
    return answers + [f"There is no pod of {app}." for app in expected if app not in sidecars.values()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--namespace", required=True)
    parser.add_argument("--kubeconfig", default="")
    parser.add_argument("--context", default="")
    parser.add_argument("--token-secret", required=True, help="the Secret with the token of the sidecars' API")
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--expected", type=json.loads, required=True, help="JSON: application to names of components")
    options = parser.parse_args()
    namespace = Namespace(options.namespace, options.kubeconfig, options.context)
    token = namespace.token(options.token_secret)
    end = time.monotonic() + options.seconds
    while problems := lacking(namespace, token, options.expected, max(1.0, end - time.monotonic())):
        if time.monotonic() > end:
            sys.exit("\n".join(problems))
        time.sleep(PAUSE_SECONDS)


if __name__ == "__main__":
    main()
