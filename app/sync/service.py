"""Rules of live updates: where a stream starts, and when it ends."""

from collections.abc import AsyncIterator, Awaitable, Callable
from time import monotonic
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.database import Database
from app.core.errors import NotAuthenticated
from app.events import replay
from app.events.replay import SyncEvent
from app.events.schemas import SyncData
from app.sync.hub import Hub
from app.sync.schemas import Change, Changes, Start

REPLAY_EVENTS = 1000
"""A client that missed more loads everything instead, which is less."""
RECHECK_SECONDS = 30.0
"""How long a stream may outlive its token."""


async def stream(
    hub: Hub,
    database: Database,
    user_id: UUID,
    position: int | None,
    check_token: Callable[[], Awaitable[object]],
) -> AsyncIterator[tuple[str, SyncEvent | Start | None]]:
    """(name, content) of each message to one client, until its token expires or the hub closes the stream."""
    async with database.transaction() as session:
        resumes = position is not None and await replay.can_resume(session, position)
        first = position if position is not None and resumes else await replay.current_position(session)
    with hub.subscribe(user_id, first) as subscription:
        async with database.transaction() as session:
            missed = await replay.events_after(session, {user_id: first}, limit=REPLAY_EVENTS + 1)
            if len(missed) > REPLAY_EVENTS:
                resumes, missed, first = False, [], await replay.current_position(session)
        if not resumes:
            yield "hello" if position is None else "resync", Start(cursor=first)
        for event in subscription.replay(missed):
            yield "task.sync", event
        check_at = monotonic() + RECHECK_SECONDS
        while not subscription.closed:
            if (following := await subscription.next(max(0.0, check_at - monotonic()))) is not None:
                yield "task.sync", following
            if monotonic() >= check_at:
                check_at = monotonic() + RECHECK_SECONDS
                try:
                    await check_token()
                except NotAuthenticated:
                    yield "expired", None
                    return


async def changes_since(session: AsyncSession, user_id: UUID, position: int | None) -> Changes:
    """The user's changes after the position, for clients that poll."""
    start = await replay.current_position(session)
    if position is None or not await replay.can_resume(session, position):
        return Changes(events=[], cursor=start, resync=position is not None)
    missed = await replay.events_after(session, {user_id: position}, limit=REPLAY_EVENTS)
    events = [Change(cursor=event.position, data=SyncData.model_validate_json(event.data)) for event in missed]
    return Changes(events=events, cursor=events[-1].cursor if events else position, resync=False)
