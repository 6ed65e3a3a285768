"""The workflows' steps, run in their order on this machine; what they would start is noted instead of started."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.repository.test_workflows import ROOT, load

# Notes how it was called and with which of the workflow's variables; fails where FAIL says so.
PROGRAM = """#!{python}
import json, os, sys
known = {{name: value for name, value in os.environ.items() if value.startswith("value of ")}}
with open({notes!r}, "a") as notes:
    notes.write(json.dumps({{"command": [os.path.basename(sys.argv[0]), *sys.argv[1:]], "variables": known}}) + "\\n")
sys.exit(bool(os.environ["FAIL"]) and any(os.environ["FAIL"] in argument for argument in sys.argv))
"""
PROGRAMS = (".venv/bin/ansible-playbook", ".venv/bin/ansible-galaxy", ".venv/bin/helm", "bin/docker")


@dataclass
class Call:
    command: list[str]
    variables: dict[str, str]

    @property
    def playbook(self) -> str:
        return next((argument for argument in self.command if argument.endswith(".yml")), self.command[0])


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """The Makefile with everything prepared that it would prepare."""
    for name in ("Makefile", "pyproject.toml", "uv.lock"):
        shutil.copy(ROOT / name, tmp_path)
    for name in PROGRAMS:
        program = tmp_path / name
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(PROGRAM.format(python=sys.executable, notes=str(tmp_path / "notes")))
        program.chmod(0o755)
    for number, name in enumerate(("pyproject.toml", "uv.lock", ".venv/.ops", ".venv/.oci", ".venv/bin/helm")):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (number, number))
    return tmp_path


def run_job(machine: Path, workflow: str, job: str, fail: str = "", **given: str) -> list[Call]:
    """What the job's steps start, as GitHub runs them: after a failure only those that ask for one."""
    document = load(ROOT / ".github/workflows" / workflow)
    outcomes: dict[str, str] = {}
    for step in document["jobs"][job]["steps"]:
        if "run" not in step or not wanted(step.get("if", "success()"), outcomes):
            continue
        variables = variables_of(document) | variables_of(document["jobs"][job]) | variables_of(step) | given
        path = f"{machine}/bin:{os.environ['PATH']}"
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
        environment = {"PATH": path, "HOME": str(machine), "FAIL": fail, **variables}
        done = subprocess.run(command, cwd=machine, env=environment, capture_output=True, text=True, check=False)
        outcomes[step.get("id", step["run"])] = "failure" if done.returncode else "success"
        assert done.returncode == 0 or fail, done.stderr
    notes = machine / "notes"
    return [Call(**json.loads(line)) for line in notes.read_text().splitlines()] if notes.exists() else []


def wanted(condition: str, outcomes: dict[str, str]) -> bool:
    """GitHub's expression, as far as these workflows have any."""
    failed = "failure" in outcomes.values()
    terms = {"success()": not failed, "failure()": failed}
    for term in condition.split(" && "):
        if match := re.fullmatch(r"steps\.(\w+)\.outcome == '(\w+)'", term):
            terms[term] = outcomes.get(match[1]) == match[2]
    return all(terms[term] for term in condition.split(" && "))


def variables_of(where: dict[str, Any]) -> dict[str, str]:
    return {
        name: re.sub(r"\$\{\{ (.+?) \}\}", r"value of \1", str(value)) for name, value in where.get("env", {}).items()
    }


def playbooks(calls: list[Call]) -> list[str]:
    return [call.playbook for call in calls if call.command[0] == "ansible-playbook"]


def test_a_deployment_is_site_yml_then_verify(machine: Path) -> None:
    calls = run_job(machine, "deploy-oke.yml", "deploy")
    assert playbooks(calls) == ["playbooks/credentials.yml", "site.yml", "playbooks/verify.yml"]
    assert calls[0].command[:3] == ["ansible-galaxy", "collection", "install"]
    site = calls[2]
    assert site.command[1:] == ["-i", "inventories/oke", "site.yml", "--skip-tags", "verify"]
    assert site.variables["TODOCHAT_IMAGE_TAG"] == "value of github.sha"
    # Who does not need a secret does not get it.
    assert [call.playbook for call in calls if "OCI_CLI_KEY_CONTENT" in call.variables] == ["playbooks/credentials.yml"]
    assert [call.playbook for call in calls if "LLM_API_KEY" in call.variables] == ["site.yml"]


def test_what_does_not_verify_is_taken_back(machine: Path) -> None:
    calls = run_job(machine, "deploy-oke.yml", "deploy", fail="verify.yml")
    assert playbooks(calls)[-2:] == ["playbooks/verify.yml", "playbooks/rollback.yml"]


def test_after_a_failed_deployment_nothing_else_is_done(machine: Path) -> None:
    assert playbooks(run_job(machine, "deploy-oke.yml", "deploy", fail="site.yml"))[-1] == "site.yml"


def test_images_are_pushed_after_the_login(machine: Path) -> None:
    registry = {"OCIR_REGISTRY": "fra.ocir.io/ns/todochat", "OCIR_USERNAME": "ns/me"}
    login, images = run_job(machine, "deploy-oke.yml", "images", **registry)
    assert login.command == ["docker", "login", "--username", "ns/me", "--password-stdin", "fra.ocir.io"]
    assert images.command[1:] == ["-i", "inventories/oke", "playbooks/images.yml"]


@pytest.mark.parametrize(
    ("typed", "started"), [("owner/name", ["playbooks/credentials.yml", "playbooks/teardown.yml"]), ("owner", [])]
)
def test_the_teardown_is_done_for_who_has_typed_the_name(machine: Path, typed: str, started: list[str]) -> None:
    names = {"CONFIRMATION": typed, "GITHUB_REPOSITORY": "owner/name"}
    calls = run_job(machine, "teardown.yml", "teardown", fail="" if started else "nothing", **names)
    assert playbooks(calls) == started
