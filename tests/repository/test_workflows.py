"""House rules of the workflows: GitHub runs what a person runs, with pinned actions, few rights and known secrets."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))

# The specification's names; then what a platform may have on top of it.
SPECIFIED = {
    "OCI_CLI_USER", "OCI_CLI_TENANCY", "OCI_CLI_FINGERPRINT", "OCI_CLI_KEY_CONTENT", "OCI_CLI_REGION", "KUBECONFIG_OKE",
}  # fmt: skip
FURTHER = {"OCIR_TOKEN", "LLM_API_KEY", "BACKUP_ACCESS_KEY_ID", "BACKUP_SECRET_ACCESS_KEY"}

Workflow = dict[str, Any]


def load(file: Path) -> Workflow:
    """YAML 1.1 takes the key `on` for true."""
    document: dict[Any, Any] = yaml.safe_load(file.read_text())
    return {"on" if key is True else key: value for key, value in document.items()}


def steps(workflow: Workflow) -> Iterator[dict[str, Any]]:
    for job in workflow["jobs"].values():
        yield from job.get("steps", [])


def commands(workflow: Workflow) -> Iterator[str]:
    for step in steps(workflow):
        yield from step.get("run", "").splitlines()


def text_of_all() -> str:
    return "\n".join(file.read_text() for file in WORKFLOWS)


every_workflow = pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)


def test_they_are_there() -> None:
    assert [file.name for file in WORKFLOWS] == ["ci.yml", "deploy-oke.yml", "teardown.yml"]


@every_workflow
def test_actions_are_pinned_and_say_their_version(file: Path) -> None:
    used = re.findall(r"uses: (.+)", file.read_text())
    foreign = [name for name in used if not name.startswith("./")]
    assert [name for name in foreign if not re.fullmatch(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", name)] == []


@every_workflow
def test_rights_are_given_job_by_job(file: Path) -> None:
    workflow = load(file)
    assert workflow["permissions"] == {}
    assert {name for name, job in workflow["jobs"].items() if job.get("permissions") != {"contents": "read"}} == set()
    checkouts = [step for step in steps(workflow) if "actions/checkout" in step.get("uses", "")]
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


@every_workflow
def test_jobs_end_in_time(file: Path) -> None:
    jobs = load(file)["jobs"].values()
    assert all("timeout-minutes" in job for job in jobs if "steps" in job)


@every_workflow
def test_scripts_are_make_targets_that_exist(file: Path) -> None:
    """`make -n` would know, too, but prepares what the target needs."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for command in commands(load(file)):
        # What no target can do: to prepare the machine, and to compare what a person has typed.
        if command.startswith(("sudo apt-get ", 'test "$CONFIRMATION" = ')):
            continue
        program, target, *settings = command.split(maxsplit=2)
        assert program == "make", command
        assert target in targets, command
        for inventory in re.findall(r"INVENTORY=(\S+)", " ".join(settings)):
            assert (ROOT / inventory).is_dir(), command
        for scenario in re.findall(r"SCENARIO=(\S+)", " ".join(settings)):
            assert (ROOT / "molecule" / scenario).is_dir(), command


@every_workflow
def test_nothing_is_pasted_into_a_script(file: Path) -> None:
    assert [command for command in commands(load(file)) if "${{" in command] == []


def test_playbooks_and_files_that_they_name_exist() -> None:
    named = set(re.findall(r"(?:playbooks/|\.ci/|\.github/workflows/)?[\w-]+\.ya?ml\b", text_of_all()))
    folders = ["", ".github/workflows", "playbooks"]
    assert {name for name in named if not any((ROOT / folder / name).is_file() for folder in folders)} == set()


def test_secrets_have_the_names_of_the_specification() -> None:
    named = set(re.findall(r"secrets\.(\w+)", text_of_all()))
    assert named >= SPECIFIED
    assert named - SPECIFIED <= FURTHER
    assert "secrets: inherit" not in text_of_all()


def test_what_is_to_be_set_is_documented() -> None:
    documentation = (ROOT / "docs/delivery.md").read_text()
    named = set(re.findall(r"(?:secrets|vars)\.(\w+)", text_of_all()))
    assert {name for name in named if f"`{name}`" not in documentation} == set()


def test_production_is_changed_by_one_at_a_time_and_never_left_halfway() -> None:
    for name in ("deploy-oke.yml", "teardown.yml"):
        workflow = load(ROOT / ".github/workflows" / name)
        assert workflow["concurrency"] == {"group": "production", "cancel-in-progress": False}
        for job in workflow["jobs"].values():
            if "secrets." in str(job):
                environment = job["environment"]
                assert environment == "production" or environment["name"] == "production"


def test_a_deployment_is_tested_before_verified_after_and_taken_back() -> None:
    workflow = load(ROOT / ".github/workflows/deploy-oke.yml")
    assert workflow["on"] == {"push": {"branches": ["main"]}, "workflow_dispatch": None}
    jobs = workflow["jobs"]
    assert jobs["test"]["uses"] == "./.github/workflows/ci.yml"
    assert set(jobs["deploy"]["needs"]) == {"test", "images"}
    assert jobs["images"]["runs-on"] == "ubuntu-24.04-arm"
    assert workflow["env"]["TODOCHAT_IMAGE_TAG"] == "${{ github.sha }}"
    done = [command.split()[1] for command in commands({"jobs": {"deploy": jobs["deploy"]}})]
    assert done == ["oracle", "credentials", "up", "verify", "rollback"]
    assert "failure()" in jobs["deploy"]["steps"][-1]["if"]


def test_teardown_is_only_by_hand() -> None:
    workflow = load(ROOT / ".github/workflows/teardown.yml")
    assert set(workflow["on"]) == {"workflow_dispatch"}
    assert workflow["on"]["workflow_dispatch"]["inputs"]["confirmation"]["required"] is True
    assert next(commands(workflow)) == 'test "$CONFIRMATION" = "$GITHUB_REPOSITORY"'


def test_the_token_of_the_registry_is_in_no_command_line(tmp_path: Path) -> None:
    docker = tmp_path / "docker"
    docker.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/arguments\ncat > {tmp_path}/input\n')
    docker.chmod(0o755)
    variables = {"OCIR_REGISTRY": "fra.ocir.io/ns/todochat", "OCIR_USERNAME": "ns/me", "OCIR_TOKEN": "a;$b 'c'"}
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", **variables}

    subprocess.run(["make", "login"], cwd=ROOT, env=environment, check=True)

    assert (tmp_path / "arguments").read_text() == "login --username ns/me --password-stdin fra.ocir.io\n"
    assert (tmp_path / "input").read_text().strip() == "a;$b 'c'"


@pytest.mark.parametrize(("typed", "goes_on"), [("owner/name", True), ("", False), ("yes", False), ("a = a", False)])
def test_the_confirmation_is_compared_as_it_is_typed(typed: str, goes_on: bool) -> None:
    command = next(commands(load(ROOT / ".github/workflows/teardown.yml")))
    environment = {"CONFIRMATION": typed, "GITHUB_REPOSITORY": "owner/name"}
    assert (subprocess.run(["bash", "-ec", command], env=environment, check=False).returncode == 0) == goes_on
