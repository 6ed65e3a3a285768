"""What an operator and a person do with the platform: run playbooks, use the API over the public origin."""

import json
import os
import re
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

import httpx

from tests.support.ports import free_ports

ROOT = Path(__file__).parents[2]
APP_IDS = ("todo-backend", "todo-worker", "todo-notification", "todo-recurring", "todo-analytics")
_PORT_VARIABLES = (
    "postgres_port",
    "redpanda_port",
    "redpanda_controller_port",
    "dapr_scheduler_port",
    "dapr_scheduler_healthz_port",
    "dapr_scheduler_metrics_port",
    "dapr_scheduler_etcd_client_port",
    "dapr_scheduler_etcd_peer_port",
)
_SERVICE_PORTS = ("port", "dapr_http_port", "dapr_grpc_port", "dapr_internal_port", "dapr_metrics_port")
_RECAP = re.compile(r"ok=(\d+)\s+changed=(\d+)\s+unreachable=(\d+)\s+failed=(\d+)")


@dataclass(frozen=True, slots=True)
class Run:
    """How one playbook run ended."""

    code: int
    changed: int
    failed: int
    seconds: float
    output: str


@dataclass(slots=True)
class Operator:
    """Runs the collection's playbooks on a directory and ports of its own, beside any other platform of the machine."""

    state: Path
    url: str
    variables: dict[str, Any]
    ports: list[int]
    outputs: list[str] = field(default_factory=list)

    @classmethod
    def of_its_own(cls) -> "Operator":
        """An operator with free ports and a state directory that does not exist yet."""
        names = ["ingress", *_PORT_VARIABLES, *(f"{app_id} {port}" for app_id in APP_IDS for port in _SERVICE_PORTS)]
        ports = dict(zip(names, free_ports(len(names)), strict=True))
        services = [
            {"app_id": app_id, **{port: ports[f"{app_id} {port}"] for port in _SERVICE_PORTS}} for app_id in APP_IDS
        ]
        url = f"http://localhost:{ports['ingress']}"
        variables = {
            **{name: ports[name] for name in _PORT_VARIABLES},
            "todochat_public_url": url,
            "app_services": services,
            "ingress_tls_backend_upstreams": [f"127.0.0.1:{services[0]['port']}"],
        }
        name = f"todochat-{uuid4().hex[:8]}"
        if os.geteuid() == 0:
            variables["todochat_user"] = name
        return cls(Path("/var/tmp") / name, url, variables, list(ports.values()))

    def play(self, playbook: str, *arguments: str, check: bool = True) -> Run:
        """Run one playbook; raises AssertionError with the output's end when it fails and `check` is set."""
        command = [
            str(ROOT / ".venv/bin/ansible-playbook"),
            *("-i", str(ROOT / "inventories/local"), str(ROOT / playbook)),
            *("-e", json.dumps(self.variables)),
            *arguments,
        ]
        environment = {
            **os.environ,
            "TODOCHAT_STATE_DIR": str(self.state),
            "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
            "ANSIBLE_NOCOLOR": "1",
        }
        start = time.monotonic()
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        output = done.stdout + done.stderr
        self.outputs.append(output)
        recap = _RECAP.findall(output)
        run = Run(
            code=done.returncode,
            changed=sum(int(host[1]) for host in recap),
            failed=sum(int(host[3]) for host in recap),
            seconds=time.monotonic() - start,
            output=output,
        )
        assert not check or run.code == 0, f"{playbook} {' '.join(arguments)} failed:\n{output[-6000:]}"
        return run

    def processes(self) -> list[int]:
        """Process ids of everything that runs from the state directory."""
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and entry.name != str(os.getpid()):
                try:
                    command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                except OSError:
                    continue
                if f"{self.state}/" in command:
                    found.append(int(entry.name))
        return sorted(found)


class Person:
    """A user of the platform, over the public origin. Use as a context manager."""

    def __init__(self, url: str) -> None:
        self.password = f"pw-{uuid4().hex}"
        self.email = f"{uuid4().hex}@example.com"
        self.http = httpx.Client(base_url=f"{url}/api/v1", timeout=10)
        answer = self.http.post("/auth/sign-up", json={"email": self.email, "password": self.password})
        answer.raise_for_status()
        self.http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def create_task(self, title: str, **fields: Any) -> dict[str, Any] | None:
        """The new task, or None when the platform did not acknowledge it."""
        try:
            answer = self.http.post("/tasks", json={"title": title, **fields})
        except httpx.HTTPError:
            return None
        if answer.status_code != httpx.codes.CREATED:
            return None
        task: dict[str, Any] = answer.json()
        return task

    def create_task_surely(self, title: str) -> None:
        """Have exactly one task of this title in the end, whatever happens to the platform meanwhile."""
        while self.create_task(title) is None and title not in self.titles():
            time.sleep(0.2)

    def titles(self) -> list[str]:
        """The titles of the newest 200 tasks; asks until the platform answers."""
        while True:
            with suppress(httpx.HTTPError):
                answer = self.http.get("/tasks", params={"limit": 200})
                if answer.status_code == httpx.codes.OK:
                    return [item["title"] for item in answer.json()["items"]]
            time.sleep(0.2)

    def created_count(self) -> int:
        """How many creations analytics has counted; -1 while it does not answer."""
        try:
            answer = self.http.get("/analytics")
        except httpx.HTTPError:
            return -1
        if answer.status_code != httpx.codes.OK:
            return -1
        return int(answer.json()["totals"]["created"])

    def wait_for_created(self, wanted: int, *, attempts: int = 240) -> int:
        """Ask every half second until analytics has counted `wanted` creations; the last count seen."""
        count = -1
        for _ in range(attempts):
            count = self.created_count()
            if count >= wanted:
                break
            time.sleep(0.5)
        return count
