"""Waiting in tests for what another task or process brings about."""

import asyncio
from collections.abc import Awaitable, Callable


async def until(condition: Callable[[], Awaitable[bool]], *, seconds: float = 30) -> None:
    """Return when `condition` holds; raises TimeoutError when it does not within `seconds`."""
    async with asyncio.timeout(seconds):
        while not await condition():
            await asyncio.sleep(0.01)
