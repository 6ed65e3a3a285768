"""The `todochat` command: serve one application, migrate the database, print the contracts."""

import argparse
import asyncio
import json
import socket
import sys
from contextlib import suppress
from importlib import import_module

import uvicorn
from fastapi import FastAPI

from app.core.logging import configure_logging
from app.core.secrets import DATABASE, load_secrets
from app.core.settings import get_settings

APPLICATIONS = {
    "todo-backend": "app.main",
    "todo-worker": "worker.reminders",
    "todo-notification": "worker.notifications",
    "todo-recurring": "worker.recurring",
    "todo-analytics": "worker.analytics",
}
"""App id → the module whose `create_app()` builds it."""


class Server(uvicorn.Server):
    """Ends open event streams when told to stop: uvicorn waits for responses, and those have no end of their own."""

    def __init__(self, config: uvicorn.Config, application: FastAPI) -> None:
        super().__init__(config)
        self._application = application

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        hub = getattr(self._application.state, "hub", None)
        if hub is not None:
            hub.close()
        await super().shutdown(sockets)


def serve() -> None:
    """Run the application that TODO_APP_ID names until it is told to stop; open requests are finished first."""
    settings = get_settings()
    configure_logging(settings.log_level, settings.app_id)
    application: FastAPI = import_module(APPLICATIONS[settings.app_id]).create_app()
    config = uvicorn.Config(
        application,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=15,
        # Only the ingress and the sidecar, both on loopback or in the pod's network, reach this port.
        forwarded_allow_ips="*",
    )
    server = Server(config, application)
    with suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        sys.exit("the application did not start")


def migrate_database() -> None:
    """Bring the database to this version's schema."""
    settings = get_settings()
    configure_logging(settings.log_level, settings.app_id)
    # Alembic's memory is not for the processes that serve.
    migrate = import_module("app.core.migrate").migrate
    applied = migrate(asyncio.run(load_secrets(settings, [DATABASE])).database_url)
    # Read by the app role: a deployment that migrates nothing has changed nothing.
    print(f"migrated: {', '.join(applied)}" if applied else "up to date")


def print_openapi() -> None:
    """Print the backend's OpenAPI document."""
    document = import_module("app.main").create_app().openapi()
    print(json.dumps(document, indent=2, sort_keys=True))


def print_asyncapi() -> None:
    """Print the AsyncAPI document of the events, which is docs/asyncapi.yaml."""
    print(import_module("app.events.asyncapi").render(), end="")


def upload_backup() -> None:
    """Upload the database's dump to S3-compatible storage and keep the newest ones."""
    run_backup("upload")


def download_backup() -> None:
    """Download a backup of the database from S3-compatible storage."""
    run_backup("download")


def run_backup(action: str) -> None:
    # The storage's client is for these commands alone.
    backups = import_module("app.core.backups")
    try:
        print("\n".join(getattr(backups, action)(backups.BackupSettings())))
    except backups.ERRORS as error:
        # obstore adds what Rust would print to debug it.
        sys.exit(f"The {action} has failed: {str(error).partition('Debug source')[0].strip()}")


COMMANDS = {
    "serve": serve,
    "migrate": migrate_database,
    "backup-upload": upload_backup,
    "backup-download": download_backup,
    "openapi": print_openapi,
    "asyncapi": print_asyncapi,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="todochat", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, function in COMMANDS.items():
        commands.add_parser(name, help=function.__doc__, description=function.__doc__)
    COMMANDS[parser.parse_args().command]()
