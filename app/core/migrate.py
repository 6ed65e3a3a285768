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


def migrate(url: str) -> list[str]:
    """Run all migrations that the database lacks and return their revisions; concurrent calls wait for one another."""
    applied: list[str] = []
    config = alembic_config(url)
    config.attributes["on_version_apply"] = lambda step, **_: applied.append(step.up_revision_id)
    command.upgrade(config, "head")
    return applied
