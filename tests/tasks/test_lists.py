"""Filtering, searching, sorting and paging."""

import itertools
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.database import Database
from app.core.errors import InvalidInput
from app.tasks import cursor, service
from app.tasks.models import Task
from app.tasks.schemas import SortOrder, TaskQuery, TaskSort
from app.users.auth import Principal
from app.users.models import User
from tests.tasks.conftest import Json, act, change, create, titles

FILTERS: list[tuple[Json, set[str]]] = [
    ({}, {"a", "b", "c", "d"}),
    ({"status": "open"}, {"a", "b", "c"}),
    ({"status": "completed"}, {"d"}),
    ({"priority": "low"}, {"a"}),
    ({"priority": ["low", "urgent"]}, {"a", "c"}),
    ({"tag": "home"}, {"a", "b"}),
    ({"tag": ["home", "#Errands"]}, {"b"}),
    ({"due_after": "2026-12-24T18:00:00Z"}, {"b", "d"}),
    ({"due_before": "2026-12-24T18:00:00Z"}, {"a"}),
    ({"due_after": "2026-12-24", "due_before": "2026-12-25"}, {"a", "b"}),
    ({"due_after": "2026-12-25", "due_before": "2026-12-24"}, set()),
    ({"due": "none"}, {"c"}),
    ({"due": "none", "due_after": "2026-12-24"}, set()),
    ({"q": "bread", "status": "completed"}, {"d"}),
    ({"series_id": str(uuid4())}, set()),
]


async def test_filters_must_all_hold(alice: httpx.AsyncClient, subtests: pytest.Subtests) -> None:
    await create(alice, "a", priority="low", tags=["home"], due_at="2026-12-24T18:59:59+01:00")
    await create(alice, "b", priority="high", tags=["errands", "home"], due_at="2026-12-24T19:00:00+01:00")
    await create(alice, "c", priority="urgent")
    await act(alice, await create(alice, "d", notes="bread", due_at="2026-12-30"), "complete")

    for query, expected in FILTERS:
        with subtests.test(query=query):
            assert set(await titles(alice, **query)) == expected


DUE_RANGES = [
    ("overdue", {"today, past"}),
    ("today", {"today, past", "today, done", "today", "today, some time"}),
    ("tomorrow", {"tomorrow, first", "tomorrow, last"}),
    ("week", {"today, past", "today, done", "today", "today, some time", "tomorrow, first", "tomorrow, last", "6"}),
    ("none", {"none"}),
]


async def test_relative_due_dates_follow_the_users_clock(
    alice: httpx.AsyncClient, at: Callable[[str], datetime], subtests: pytest.Subtests
) -> None:
    # Half past midnight in Berlin, where Alice is; still the day before in UTC.
    at("2026-12-23T23:30:00+00:00")
    for title, due_at in {
        "today, past": "2026-12-24T00:29",
        "today": "2026-12-24T00:31",
        "today, some time": "2026-12-24",
        "tomorrow, first": "2026-12-25T00:00",
        "tomorrow, last": "2026-12-25T23:59",
        "6": "2026-12-30",
        "7": "2026-12-31T00:00",
        "none": None,
    }.items():
        await create(alice, title, due_at=due_at)
    await act(alice, await create(alice, "today, done", due_at="2026-12-24T00:00"), "complete")

    for due, expected in DUE_RANGES:
        with subtests.test(due=due):
            assert set(await titles(alice, due=due)) == expected


async def test_overdue_and_completed_is_nothing(alice: httpx.AsyncClient) -> None:
    await act(alice, await create(alice, due_at="2020-01-01"), "complete")
    await create(alice, due_at="2020-01-01")

    assert await titles(alice, due="overdue", status="completed") == []
    assert await titles(alice, due="overdue", status="open") == ["Buy milk"]


async def test_a_day_with_a_change_of_the_clocks_is_whole(
    alice: httpx.AsyncClient, at: Callable[[str], datetime]
) -> None:
    at("2026-10-25T12:00:00+00:00")
    await create(alice, "first", due_at="2026-10-25T00:00")
    await create(alice, "last", due_at="2026-10-25T23:59:59")
    await create(alice, "after", due_at="2026-10-26T00:00")

    assert set(await titles(alice, due="today")) == {"first", "last"}


SEARCHES = [
    ("milk", {"Buy milk", "Milk the cow"}),
    ("MIL", {"Buy milk", "Milk the cow"}),
    ("buy mi", {"Buy milk"}),
    ("milk buy", {"Buy milk"}),
    ("milk or cal", {"Buy milk", "Milk the cow", "Call Zoë"}),
    ("milk -buy", {"Milk the cow"}),
    ('"the cow"', {"Milk the cow"}),
    ('"cow the"', set()),
    ("litres", {"Buy milk"}),
    ("home", {"Call Zoë"}),
    ("home off", {"Call Zoë"}),
    ("#home office", {"Call Zoë"}),
    ("follow-up", {"Call Zoë"}),
    ("zoë", {"Call Zoë"}),
    ("買牛", {"買牛奶"}),
    ("ilk", set()),
    ("bread", set()),
    ("  ", {"Buy milk", "Milk the cow", "Call Zoë", "買牛奶"}),
]


async def test_search_finds_words_of_title_tags_and_notes(alice: httpx.AsyncClient, subtests: pytest.Subtests) -> None:
    await create(alice, "Buy milk", notes="Two litres, low fat")
    await create(alice, "Milk the cow")
    await create(alice, "Call Zoë", tags=["home office", "follow-up", "home"])
    await create(alice, "買牛奶")

    for q, expected in SEARCHES:
        with subtests.test(q=q):
            assert set(await titles(alice, q=q)) == expected


async def test_search_follows_changes(alice: httpx.AsyncClient) -> None:
    task = await create(alice)

    await change(alice, task, title="Buy bread")

    assert await titles(alice, q="milk") == []
    assert await titles(alice, q="bread") == ["Buy bread"]


async def test_sort_orders(alice: httpx.AsyncClient) -> None:
    first = await create(alice, "a", priority="urgent", due_at="2026-12-25")
    await create(alice, "b", priority="low")
    await create(alice, "c", priority="high", due_at="2026-12-24")
    await change(alice, first, notes="changed")

    orders = {
        ("created", None): "cba",
        ("created", "asc"): "abc",
        ("updated", None): "acb",
        ("updated", "asc"): "bca",
        ("due", None): "cab",
        ("due", "desc"): "acb",
        ("priority", None): "acb",
        ("priority", "asc"): "bca",
    }
    for (sort, order), expected in orders.items():
        query = {"sort": sort, **({"order": order} if order else {})}
        assert "".join(await titles(alice, **query)) == expected, query


async def _pages(user: httpx.AsyncClient, **query: Any) -> list[list[str]]:
    pages, next_cursor = [], None
    while True:
        response = await user.get("/api/v1/tasks", params={**query, **({"cursor": next_cursor} if next_cursor else {})})
        assert response.status_code == 200, response.text
        pages.append([task["title"] for task in response.json()["items"]])
        next_cursor = response.json()["next_cursor"]
        if next_cursor is None:
            return pages


async def test_pages_together_are_the_list_even_where_all_is_equal(
    alice: httpx.AsyncClient, at: Callable[[str], datetime]
) -> None:
    # Two instants, two priorities and three due dates (one is none) for twelve tasks: ties everywhere.
    for number in range(12):
        at(f"2026-12-0{1 + number % 2}T10:00:00+00:00")
        await create(
            alice,
            str(number),
            priority=("low", "high")[number % 2],
            due_at=(None, "2026-12-24", "2026-12-25")[number % 3],
        )

    for sort, order, limit in itertools.product(TaskSort, SortOrder, (1, 5, 6, 12, 13)):
        whole = await titles(alice, sort=sort, order=order, limit=200)
        pages = await _pages(alice, sort=sort, order=order, limit=limit)

        assert [title for page in pages for title in page] == whole
        assert sorted(whole, key=int) == [str(number) for number in range(12)]
        assert [len(page) for page in pages[:-1]] == [limit] * (len(pages) - 1)
        assert pages[-1]


async def test_pages_keep_the_filter_and_lose_nothing_to_changes_in_between(alice: httpx.AsyncClient) -> None:
    tasks = [await create(alice, str(number), tags=["home"] if number % 2 else []) for number in range(9)]
    first = (await alice.get("/api/v1/tasks", params={"tag": "home", "limit": 2, "order": "asc"})).json()
    await alice.delete(f"/api/v1/tasks/{tasks[3]['id']}")
    await create(alice, "new", tags=["home"])

    rest = await titles(alice, tag="home", order="asc", limit=10, cursor=first["next_cursor"])

    assert [task["title"] for task in first["items"]] == ["1", "3"]
    assert rest == ["5", "7", "new"]


INSTANTS = st.sampled_from([datetime.fromisoformat(f"2026-12-0{day}T00:00:00+00:00") for day in range(1, 4)])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(INSTANTS, st.none() | INSTANTS, st.integers(0, 3)), max_size=12),
    sort=st.sampled_from(TaskSort),
    order=st.sampled_from(SortOrder),
    limit=st.integers(1, 5),
)
async def test_every_task_is_on_exactly_one_page(
    database: Database,
    rows: list[tuple[datetime, datetime | None, int]],
    sort: TaskSort,
    order: SortOrder,
    limit: int,
) -> None:
    user_id = uuid4()
    seen: list[UUID] = []
    tasks = [
        Task(user_id=user_id, title="x", created_at=created, updated_at=created, due_at=due, priority=priority)
        for created, due, priority in rows
    ]
    async with database.transaction() as session:
        session.add(User(id=user_id, email=f"{user_id}@example.com", password_hash=""))
        await session.flush()
        session.add_all(tasks)
    async with database.transaction() as session:
        query = TaskQuery(sort=sort, order=order, limit=limit)
        while True:
            page = await service.list_tasks(session, Principal(user_id, "UTC"), query)
            seen += [task.id for task in page.items]
            if page.next_cursor is None:
                break
            query = query.model_copy(update={"cursor": page.next_cursor})

    assert len(seen) == len(tasks)
    assert set(seen) == {task.id for task in tasks}


@given(text=st.text(max_size=60), sort=st.sampled_from(TaskSort), descending=st.booleans())
def test_any_other_text_is_no_cursor(text: str, sort: TaskSort, descending: bool) -> None:
    with pytest.raises(InvalidInput):
        cursor.decode(text, sort, descending=descending)
