"""The real Dapr runtime for tests: one scheduler, and one daprd per app.

::

    with start_scheduler(tmp_path / "scheduler") as scheduler:
        with start_daprd(tmp_path, "todo-worker", port, resources=folder, scheduler=scheduler.address) as sidecar:
            httpx.get(f"{sidecar.url}/v1.0/healthz")

Every port is free and on loopback; every process is ended by its own id.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.ports import free_ports

VERSION = "1.16.0"
_START_SECONDS = 60


class DaprUnavailable(Exception):
    """The Dapr runtime is missing or did not start; the message says what to do."""


def dapr_program(name: str) -> Path:
    """Where `daprd` or `scheduler` is.

    Raises DaprUnavailable naming the command that builds it.
    """
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "todochat" / "dapr"
    folders = [Path(os.environ["TODOCHAT_DAPR_BIN"])] if "TODOCHAT_DAPR_BIN" in os.environ else []
    folders += sorted(cache.glob(f"{VERSION}-*"))
    folders += [Path(entry) for entry in os.environ.get("PATH", "").split(os.pathsep) if entry]
    folders.append(Path.home() / ".dapr" / "bin")
    for folder in folders:
        for candidate in (folder / name, folder / "bin" / name):
            if candidate.is_file() and os.access(candidate, os.X_OK):
                return candidate
    raise DaprUnavailable(
        f"Dapr's `{name}` {VERSION} is not in $TODOCHAT_DAPR_BIN, {cache}/{VERSION}-*, PATH or ~/.dapr/bin: "
        "run `make dapr` (or `make up`, which installs it too)."
    )


@dataclass
class Process:
    """A running program of the Dapr runtime."""

    process: subprocess.Popen[bytes]
    log: Path

    def kill(self) -> None:
        """End it as a crash would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()


@dataclass
class Scheduler(Process):
    address: str


@dataclass
class Sidecar(Process):
    app_id: str
    http_port: int
    grpc_port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http_port}"


def render_components(directory: Path, **variables: object) -> tuple[Path, Path]:
    """The deployed components, from the templates of the role that deploys them: (resources folder, configuration).

    `variables` are the role's. Takes some seconds.
    """
    resources, configuration = directory / "components", directory / "configuration.yaml"
    resources.mkdir(parents=True)
    given = {
        **variables,
        "dapr_components_directory": str(resources),
        "dapr_components_configuration": str(configuration),
        "dapr_components_name_resolution_file": str(directory / "names.db"),
    }
    command = [sys.executable, Path(__file__).parent / "render_components.py", json.dumps(given)]
    result = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise DaprUnavailable(f"the components were not rendered:\n{result.stdout}{result.stderr}")
    return resources, configuration


@contextmanager
def start_scheduler(directory: Path, port: int | None = None) -> Iterator[Scheduler]:
    """Run a scheduler that keeps its jobs below `directory`; with `port` a new one takes an old one's place."""
    directory.mkdir(parents=True, exist_ok=True)
    address, health, metrics, peer, client = free_ports(5)
    address = port or address
    log = directory / "scheduler.log"
    command = [
        dapr_program("scheduler"),
        f"--port={address}", "--listen-address=127.0.0.1",
        f"--healthz-port={health}", "--healthz-listen-address=127.0.0.1",
        f"--metrics-port={metrics}", "--metrics-listen-address=127.0.0.1",
        "--id=dapr-scheduler-server-0",
        f"--etcd-data-dir={directory / 'data'}",
        f"--etcd-client-port={client}",
        f"--etcd-initial-cluster=dapr-scheduler-server-0=http://127.0.0.1:{peer}",
        f"--override-broadcast-host-port=127.0.0.1:{address}",
    ]  # fmt: skip
    process = _launch(command, log, directory)
    scheduler = Scheduler(process, log, f"127.0.0.1:{address}")
    try:
        _wait_for(f"http://127.0.0.1:{health}/healthz", scheduler)
        yield scheduler
    finally:
        scheduler.stop()


@contextmanager
def start_daprd(
    directory: Path,
    app_id: str,
    app_port: int | None,
    *,
    resources: Path,
    config: Path | None = None,
    scheduler: str | None = None,
    ports: tuple[int, int] | None = None,
    environment: Mapping[str, str] | None = None,
    wait: bool = True,
) -> Iterator[Sidecar]:
    """Run a sidecar; its `ports` (HTTP, gRPC) are free ones, unless it replaces another and has to answer there."""
    directory.mkdir(parents=True, exist_ok=True)
    http, grpc, internal, metrics, public = free_ports(5)
    if ports:
        http, grpc = ports
    log = directory / f"{app_id}.log"
    command = [
        dapr_program("daprd"),
        f"--app-id={app_id}", f"--dapr-http-port={http}", f"--dapr-grpc-port={grpc}",
        f"--dapr-internal-grpc-port={internal}", "--dapr-internal-grpc-listen-address=127.0.0.1",
        "--dapr-listen-addresses=127.0.0.1",
        f"--metrics-port={metrics}", "--metrics-listen-address=127.0.0.1",
        f"--dapr-public-port={public}", "--dapr-public-listen-address=127.0.0.1",
        f"--resources-path={resources}", "--placement-host-address=", "--dapr-graceful-shutdown-seconds=2",
        f"--scheduler-host-address={scheduler or ''}",
    ]  # fmt: skip
    if config:
        command.append(f"--config={config}")
    if app_port:
        command += [f"--app-port={app_port}", "--app-protocol=http"]
    # Otherwise it tells the others the address of some network card, where it does not listen.
    process = _launch(command, log, directory, {"DAPR_HOST_IP": "127.0.0.1", **(environment or {})})
    sidecar = Sidecar(process, log, app_id, http, grpc)
    try:
        if wait:
            _wait_for(f"{sidecar.url}/v1.0/healthz/outbound", sidecar)
        yield sidecar
    finally:
        sidecar.stop()


def _launch(
    command: list[Path | str], log: Path, directory: Path, environment: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=directory,
            env={**os.environ, **(environment or {})},
        )


def _wait_for(url: str, server: Process) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    tail = "\n".join(server.log.read_text().splitlines()[-20:])
    raise DaprUnavailable(f"{url} did not answer; the log {server.log} ends with:\n{tail}")
