"""The list and search queries read the indexes that are there for them, on a table of realistic shape."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ClauseElement
from sqlalchemy.sql.expression import Executable
from sqlmodel import col, select

from app.core.database import Database, utc_now
from app.tasks import repository
from app.tasks.models import Task
from app.tasks.repository import Criteria, Position
from app.tasks.schemas import TaskSort
from app.users.models import User
from tests.tasks.conftest import create

USERS, TASKS_EACH, TASKS_OF_ONE = 10, 200, 5_000


@pytest.fixture
async def user_id(database: Database) -> UUID:
    """The user with 5,000 tasks; nine others have 200 each."""
    async with database.transaction() as session:
        await session.execute(
            text(
                """
                INSERT INTO "user" (id, email, password_hash, time_zone, notify_by_email, created_at)
                SELECT gen_random_uuid(), n || '@example.com', '', 'UTC', false, now() FROM generate_series(1, :users) n
                """
            ),
            {"users": USERS},
        )
        await session.execute(
            text(
                """
                INSERT INTO task (id, user_id, title, notes, status, priority, tags, due_at, due_has_time, time_zone,
                                  recurrence_mode, occurrence, version, created_at, updated_at)
                SELECT gen_random_uuid(), "user".id, 'task number ' || n, 'some notes of it',
                       CASE n % 2 WHEN 0 THEN 'open' ELSE 'completed' END, n % 4,
                       CASE n % 100 WHEN 0 THEN ARRAY['rare', 'tag' || n % 7] ELSE ARRAY['tag' || n % 7] END,
                       CASE n % 3 WHEN 0 THEN NULL ELSE now() + n * interval '10 minutes' END, true, 'UTC',
                       'due', 0, 1, now() - n * interval '1 minute', now() - n * interval '1 minute'
                FROM "user", generate_series(1, CASE email WHEN '1@example.com' THEN CAST(:one AS int) ELSE :each END) n
                """
            ),
            {"one": TASKS_OF_ONE, "each": TASKS_EACH},
        )
    # As autovacuum does: the planner learns the values, and the GIN indexes take in what waits outside of them.
    autocommit = database.engine.execution_options(isolation_level="AUTOCOMMIT")
    async with autocommit.connect() as connection:
        await connection.exec_driver_sql("VACUUM ANALYZE task")
    async with database.transaction() as session:
        return (await session.scalars(select(User.id).where(col(User.email) == "1@example.com"))).one()


class Explain(Executable, ClauseElement):
    """EXPLAIN of a statement, with its parameters."""

    inherit_cache = False

    def __init__(self, statement: ClauseElement) -> None:
        self.statement = statement


@compiles(Explain)
def _explain(element: Explain, compiler: SQLCompiler, **options: Any) -> str:
    return "EXPLAIN " + compiler.process(element.statement, **options)


async def plan(session: AsyncSession, statement: Any) -> str:
    return "\n".join((await session.execute(Explain(statement))).scalars().all())


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("sort", list(TaskSort))
async def test_a_page_is_read_in_the_order_of_its_index(
    database: Database, user_id: UUID, sort: TaskSort, descending: bool
) -> None:
    value: dict[TaskSort, datetime | int] = {
        TaskSort.CREATED: utc_now() - timedelta(hours=5),
        TaskSort.UPDATED: utc_now() - timedelta(hours=5),
        TaskSort.DUE: utc_now() + timedelta(days=5),
        TaskSort.PRIORITY: 2,
    }
    async with database.transaction() as session:
        for after in (None, Position(value[sort], uuid4())):
            for statement in repository.page_statements(
                user_id, Criteria(), sort, descending=descending, after=after, limit=51
            ):
                whole = await plan(session, statement)

                assert f"ix_task_user_{sort} " in whole
                assert "Sort" not in whole
                assert "Filter" not in whole


@pytest.mark.parametrize(
    ("criteria", "index"),
    [
        (Criteria(words="task 123", last_word_is_incomplete=True), "ix_task_search"),
        (Criteria(words="number -599 555"), "ix_task_search"),
        (Criteria(tags=["rare"]), "ix_task_tags"),
        (Criteria(due_from=utc_now(), due_until=utc_now() + timedelta(hours=5)), "ix_task_user_due"),
        (Criteria(series_id=uuid4()), "uq_task_series_id_occurrence"),
    ],
)
async def test_a_selective_filter_is_read_from_its_index(
    database: Database, user_id: UUID, criteria: Criteria, index: str
) -> None:
    async with database.transaction() as session:
        (statement,) = repository.page_statements(
            user_id, criteria, TaskSort.CREATED, descending=True, after=None, limit=51
        )
        whole = await plan(session, statement)

    assert index in whole
    assert "Seq Scan" not in whole


async def test_the_search_vector_stays_in_the_database(database: Database, user_id: UUID) -> None:
    statement = select(Task).where(col(Task.user_id) == user_id)

    assert "search" not in str(statement)
    assert "search" in Task.metadata.tables["task"].columns


async def test_creating_a_task_is_one_statement(alice: httpx.AsyncClient, backend: FastAPI) -> None:
    """The task, its change and both of its events: every round trip more is felt in the create budget."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(backend.state.database.engine.sync_engine, "before_cursor_execute", note)
    await create(alice, tags=["home"], due_at="2026-12-24")

    assert len(statements) == 1
    for table in ("task", "task_change", "outbox"):
        assert f"INSERT INTO {table} " in statements[0]
