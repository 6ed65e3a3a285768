"""Bringing the database to the schema of this version."""

from pathlib import Path

from alembic import command
from alembic.config import Config

import app.migrations


def alembic_config(url: str) -> Config:
    """Alembic's configuration for the database at `url`."""
    config = Config()
    config.set_main_option("script_location", str(Path(app.migrations.__file__).parent))
    config.attributes["url"] = url
    return config


def migrate(url: str) -> None:
    """Run all migrations that the database lacks; concurrent calls wait for one another."""
    command.upgrade(alembic_config(url), "head")
