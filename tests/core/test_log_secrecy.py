"""What an unforeseen error leaves in the log holds no secret."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import structlog

from app.core.database import Database
from app.core.logging import configure_logging

SECRET = "hunter2-the-password"


@contextmanager
def _logged() -> Iterator[io.StringIO]:
    """What the real logging configuration writes."""
    root = logging.getLogger()
    handlers, level, structured = root.handlers, root.level, structlog.get_config()
    written = io.StringIO()
    configure_logging("INFO", "todo-backend")
    root.handlers[0].setStream(written)
    try:
        yield written
    finally:
        root.handlers = handlers
        root.setLevel(level)
        structlog.configure(**structured)
        structlog.contextvars.clear_contextvars()


def _fail(password: str) -> None:
    if password:
        raise RuntimeError("something unforeseen")


def test_local_variables_are_not_logged() -> None:
    with _logged() as written:
        try:
            _fail("-".join(("hunter2", "the", "password")))
        except RuntimeError as error:
            structlog.get_logger("test").error("unforeseen error", exc_info=error)

    line = written.getvalue()
    assert json.loads(line)["exception"][0]["exc_value"] == "something unforeseen"
    assert '"_fail"' in line
    assert SECRET not in line


async def test_parameters_of_a_failed_statement_are_not_in_its_error(database: Database) -> None:
    async with database.engine.connect() as connection:
        with pytest.raises(Exception, match="division by zero") as caught:
            await connection.exec_driver_sql("SELECT 1 / (length($1) - 20)", (SECRET,))

    assert len(SECRET) == 20
    assert SECRET not in str(caught.value)
