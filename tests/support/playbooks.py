"""Running the collection's playbooks as an operator does."""

import json
import os
import re
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

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


@dataclass(slots=True, kw_only=True)
class Playbooks:
    """The playbooks with one inventory, and variables and an environment on top of it."""

    inventory: str
    variables: dict[str, Any]
    environment: dict[str, str] = field(default_factory=dict)
    outputs: list[str] = field(default_factory=list)

    def play(self, playbook: str, *arguments: str, check: bool = True) -> Run:
        """Run one playbook; raises AssertionError with the output's end when it fails and `check` is set."""
        command = [
            str(ROOT / ".venv/bin/ansible-playbook"),
            *("-i", str(ROOT / "inventories" / self.inventory), str(ROOT / playbook)),
            *("-e", json.dumps(self.variables)),
            *arguments,
        ]
        environment = {
            **os.environ,
            "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
            "ANSIBLE_NOCOLOR": "1",
            **self.environment,
        }
        # Without their bytecode, Ansible's many short Python processes take seconds longer each.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
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
        assert not check or run.code == 0, f"{playbook} {' '.join(arguments)} failed ({run.code}):\n{output[-6000:]}"
        return run
