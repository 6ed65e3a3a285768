"""What an operator and a person do with the platform: run playbooks, use the API over the public origin."""

import os
import re
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

ROOT = Path(__file__).parents[2]
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
    ports: dict[str, int]
    outputs: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.ports['ingress_tls_port']}"

    def play(self, playbook: str, *arguments: str, check: bool = True) -> Run:
        """Run one playbook; raises AssertionError with the output's end when it fails and `check` is set."""
        variables = [f"{name}={port}" for name, port in self.ports.items()]
        variables.append(f"todochat_public_url={self.url}")
        command = [
            str(ROOT / ".venv/bin/ansible-playbook"),
            *("-i", str(ROOT / "inventories/local"), str(ROOT / playbook)),
            *(argument for variable in variables for argument in ("-e", variable)),
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
    """A user of the platform, over the public origin."""

    def __init__(self, url: str) -> None:
        self.password = f"pw-{uuid4().hex}"
        self.email = f"{uuid4().hex}@example.com"
        self.http = httpx.Client(base_url=f"{url}/api/v1", timeout=10)
        answer = self.http.post("/auth/sign-up", json={"email": self.email, "password": self.password})
        answer.raise_for_status()
        self.http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

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
