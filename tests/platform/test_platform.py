"""The main job on this machine: deploy, deploy again, check, break things, tear down.

The tests run in the order in which they stand and share one platform, because deploying takes longer than testing.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.platform.operator import APP_IDS, Operator
from tests.support.person import Person
from tests.support.playbooks import ROOT


@pytest.fixture(scope="module")
def operator() -> Iterator[Operator]:
    """An operator with an empty machine, which is torn down in the end, whatever happened."""
    operator = Operator.of_its_own()
    yield operator
    operator.play("playbooks/teardown.yml", check=False)


def test_check_mode_on_an_empty_machine_says_what_it_would_do(operator: Operator) -> None:
    run = operator.play("site.yml", "--check", "--diff")

    assert run.changed > 0
    assert not operator.state.exists()
    assert operator.processes() == []


def test_a_wrong_variable_is_refused_before_anything_changes(operator: Operator) -> None:
    run = operator.play("site.yml", "-e", "postgres_provider=oracle", "-e", "app_timeout=soon", check=False)

    assert run.code != 0
    assert run.changed == 0
    assert "postgres_provider" in run.output
    assert "app_timeout" in run.output
    assert not operator.state.exists()


def test_a_busy_port_is_named_with_its_variable(operator: Operator) -> None:
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", 0))
        squatter.listen()
        port = squatter.getsockname()[1]

        run = operator.play("playbooks/deploy.yml", "--tags", "postgres", "-e", f"postgres_port={port}", check=False)

    assert run.code != 0
    assert "postgres_port" in run.output
    assert str(port) in run.output


def test_from_nothing_to_a_verified_platform(operator: Operator) -> None:
    run = operator.play("site.yml")

    assert run.failed == 0
    assert "The next occurrence follows once" in run.output


def test_the_second_run_changes_nothing(operator: Operator) -> None:
    assert operator.play("playbooks/deploy.yml").changed == 0


def test_check_mode_on_a_deployed_machine_changes_nothing(operator: Operator) -> None:
    assert operator.play("site.yml", "--check", "--diff").changed == 0


@pytest.mark.parametrize("tag", ["postgres", "redpanda", "dapr", "secrets", "dapr_components", "app", "ingress_tls"])
def test_a_tag_is_usable_alone(operator: Operator, tag: str) -> None:
    assert operator.play("playbooks/deploy.yml", "--tags", tag).changed == 0


def test_without_another_release_there_is_nothing_to_roll_back_to(operator: Operator) -> None:
    run = operator.play("playbooks/rollback.yml", check=False)

    assert run.code != 0
    assert run.changed == 0
    assert "nothing to roll back to" in run.output


def test_an_upgrade_and_its_rollback(operator: Operator, tmp_path: Path) -> None:
    before = (operator.state / "app/current").resolve()
    for name in ("app", "worker", "frontend", "pyproject.toml", "uv.lock", "README.md", "LICENSE"):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("node_modules", ".next"))
        else:
            shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "app/core/upgraded.py").write_text('"""Another version."""\n')

    upgrade = operator.play("playbooks/upgrade.yml", "-e", f"app_source_dir={tmp_path}")
    after = (operator.state / "app/current").resolve()
    assert list((operator.state / "backups").iterdir())
    assert upgrade.changed > 0
    assert after != before
    assert operator.play("playbooks/rollback.yml", "--check").changed > 0
    assert (operator.state / "app/current").resolve() == after

    operator.play("playbooks/rollback.yml")
    assert (operator.state / "app/current").resolve() == before
    assert operator.play("playbooks/deploy.yml", "--tags", "app").changed == 0


def test_status_shows_every_process(operator: Operator) -> None:
    output = operator.play("playbooks/status.yml").output

    for name in ("postgres", "kafka", *APP_IDS):
        assert name in output


def test_everything_runs_as_an_unprivileged_user(operator: Operator) -> None:
    for pid in operator.processes():
        status = Path(f"/proc/{pid}/status").read_text()
        owner = re.search(r"^Uid:\s+(\d+)", status, re.MULTILINE)
        assert owner is not None
        assert owner[1] != "0"


def _secrets(operator: Operator) -> list[str]:
    """Every secret of the platform: the lines of all credential files, the values of all JSON strings."""
    found: set[str] = set()
    for path in (operator.state / "credentials").rglob("*"):
        if path.is_file():
            found.update(re.findall(r"[A-Za-z0-9+/=_-]{20,}", path.read_text()))
    return sorted(found - {"connection-string"})


def test_secrets_are_nowhere_but_in_their_files(operator: Operator) -> None:
    secrets = _secrets(operator)
    assert secrets
    output = "\n".join(operator.outputs)
    logs = "\n".join(path.read_text(errors="replace") for path in (operator.state / "log").iterdir())
    commands = "\n".join(
        Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace") for pid in operator.processes()
    )

    for place, text in (("Ansible's output", output), ("the logs", logs), ("the process list", commands)):
        leaked = [secret for secret in secrets if secret in text]
        assert not leaked, f"{len(leaked)} secret(s) in {place}"
    for path in (operator.state / "credentials").rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path


def _programs(operator: Operator) -> dict[str, int]:
    """The supervised programs and their process ids."""
    directory = operator.state / "supervisor"
    command = [directory / "venv/bin/python", "-m", "supervisor.supervisorctl", "-c", directory / "supervisord.conf"]
    output = subprocess.run([*command, "status"], capture_output=True, text=True, check=False).stdout
    return {match[1]: int(match[2]) for match in re.finditer(r"^(\S+)\s+RUNNING\s+pid (\d+)", output, re.MULTILINE)}


def test_killing_each_process_in_turn_loses_and_doubles_nothing(operator: Operator) -> None:
    programs = _programs(operator)
    assert len(programs) >= 13

    def create(worker: int) -> None:
        for number in range(50):
            person.create_task_surely(f"task {worker}-{number}")

    with Person(operator.url) as person:
        threads = [threading.Thread(target=create, args=(worker,)) for worker in range(4)]
        for thread in threads:
            thread.start()
        for pid in programs.values():
            os.kill(pid, signal.SIGKILL)
            time.sleep(1)
        for thread in threads:
            thread.join()

        titles = person.titles()
        assert len(titles) == len(set(titles)) == 200
        assert person.wait_for_created(200) == 200
        time.sleep(5)
        assert person.created_count() == 200, "an event had its effect twice"
    assert _programs(operator).keys() == programs.keys()


def test_a_stopped_broker_delays_events_and_nothing_else(operator: Operator) -> None:
    broker = _programs(operator)["kafka"]
    with Person(operator.url) as person:
        os.kill(broker, signal.SIGSTOP)
        try:
            tasks = [person.create_task(f"task {number}") for number in range(30)]
        finally:
            os.kill(broker, signal.SIGCONT)

        assert all(tasks), "the API must answer while the broker does not"
        assert person.wait_for_created(30) == 30


def test_the_story_still_works(operator: Operator) -> None:
    operator.play("playbooks/verify.yml")


def test_teardown_leaves_nothing(operator: Operator) -> None:
    operator.play("playbooks/teardown.yml")

    assert not operator.state.exists()
    assert operator.processes() == []
    for port in operator.ports:
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0, f"port {port} still answers"


def test_teardown_of_nothing_changes_nothing(operator: Operator) -> None:
    assert operator.play("playbooks/teardown.yml").changed == 0
