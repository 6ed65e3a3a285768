"""The platform's applications as processes of this machine, each with its sidecar, on real servers."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import orjson

from tests.support.dapr import Process, Sidecar, render_components, start_daprd, start_scheduler
from tests.support.kafka import Broker
from tests.support.ports import free_ports

T = TypeVar("T")

TOPICS = ("task-events", "reminders", "task-updates", "dead-letter")
SWEEP_SECONDS = 15


@dataclass
class App:
    """An application process and its sidecar."""

    app_id: str
    port: int
    process: Process
    sidecar: Sidecar
    _restart: Callable[[Sidecar], AbstractContextManager[Sidecar]]
    _stack: ExitStack = field(default_factory=ExitStack)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def restart_sidecar(self) -> None:
        """Start a new sidecar where the old one, killed before, was."""
        self.sidecar = self._stack.enter_context(self._restart(self.sidecar))


@dataclass
class Platform:
    """Everything that runs, and where."""

    directory: Path
    database_url: str
    brokers: str
    broker_pid: int
    scheduler: str
    app_token: str
    apps: dict[str, App]
    stop_scheduler: Callable[[], None]
    start_scheduler: Callable[[], None]

    def app(self, name: str) -> App:
        return self.apps[name]


@contextmanager
def run_platform(
    directory: Path, *, broker: Broker, database_url: str, jwt_private_key: str, settings: Mapping[str, str]
) -> Iterator[Platform]:
    """Start a scheduler, two replicas of the backend and one of each consumer; `settings` are environment variables."""
    dapr_token, app_token = secrets.token_hex(16), secrets.token_hex(16)
    (directory / "dapr-token").write_text(dapr_token)
    (directory / "app-token").write_text(app_token)
    stored = {"postgres-secrets": {"connection-string": database_url}, "jwt-secrets": {"private-key": jwt_private_key}}
    (directory / "secrets.json").write_bytes(orjson.dumps(stored))
    resources, configuration = render_components(
        directory / "dapr",
        todochat_state_dir=str(directory),
        todochat_user="nobody",
        dapr_components_kafka_brokers=broker.bootstrap,
        dapr_components_secrets_file=str(directory / "secrets.json"),
        dapr_components_reminder_check_schedule=f"@every {SWEEP_SECONDS}s",
        dapr_components_tracing_sampling_rate="0",
    )
    environment = {
        **settings,
        "DAPR_API_TOKEN": dapr_token,
        "APP_API_TOKEN": app_token,
        "TODO_DAPR_API_TOKEN_FILE": str(directory / "dapr-token"),
        "TODO_APP_API_TOKEN_FILE": str(directory / "app-token"),
    }
    with ExitStack() as stack:
        scheduler_stack = stack.enter_context(ExitStack())
        scheduler = scheduler_stack.enter_context(start_scheduler(directory / "scheduler"))
        port = int(scheduler.address.rpartition(":")[2])

        def daprd(app_id: str, app_port: int, ports: tuple[int, int], folder: Path) -> AbstractContextManager[Sidecar]:
            return start_daprd(
                folder,
                app_id,
                app_port,
                resources=resources,
                config=configuration,
                scheduler=scheduler.address,
                ports=ports,
                environment=environment,
                wait=False,
            )

        apps = {}
        for name, app_id in {
            "backend": "todo-backend",
            "backend-2": "todo-backend",
            "worker": "todo-worker",
            "notification": "todo-notification",
            "recurring": "todo-recurring",
            "analytics": "todo-analytics",
        }.items():
            http, grpc, app_port = free_ports(3)
            folder = directory / name
            if name == "backend-2":
                # Of two sidecars that make Dapr's tables at once one ends; here nobody starts it again.
                eventually(lambda: _answers(f"{apps['backend'].url}/readyz"), "the first replica is ready", seconds=90)
            sidecar = stack.enter_context(daprd(app_id, app_port, (http, grpc), folder))
            own = {"TODO_APP_ID": app_id, "TODO_PORT": str(app_port), "DAPR_HTTP_PORT": str(http)}
            process = stack.enter_context(_serve(folder / "app.log", environment | own))
            apps[name] = App(
                app_id,
                app_port,
                process,
                sidecar,
                lambda old, app_port=app_port, folder=folder: daprd(
                    old.app_id, app_port, (old.http_port, old.grpc_port), folder
                ),
                stack.enter_context(ExitStack()),
            )
        for app in apps.values():
            eventually(lambda app=app: _answers(f"{app.url}/readyz"), f"{app.app_id} is ready", seconds=90)

        yield Platform(
            directory,
            database_url,
            broker.bootstrap,
            broker.pid,
            scheduler.address,
            app_token,
            apps,
            stop_scheduler=scheduler_stack.close,
            start_scheduler=lambda: _discard(stack.enter_context(start_scheduler(directory / "scheduler", port))),
        )


@contextmanager
def _serve(log: Path, environment: Mapping[str, str]) -> Iterator[Process]:
    program = Path(sys.executable).parent / "todochat"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [program, "serve"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**os.environ, **environment},
        )
    running = Process(process, log)
    try:
        yield running
    finally:
        running.stop()


def eventually(condition: Callable[[], T], what: str, *, seconds: float = 30) -> T:
    """The first true result of `condition`, asked again and again."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if result := condition():
            return result
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds} s: {what}")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2):
            return True
    except OSError:
        return False


def _discard(_: object) -> None:
    return None
