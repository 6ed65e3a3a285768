"""Backends that chat by a language model of the test's own."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import httpx
import pytest
from fastapi import FastAPI
from pydantic import HttpUrl

from app.core.secrets import Secrets
from app.core.settings import Settings
from app.main import create_app
from tests.chat.fake_llm import Completion, FakeLanguageModel
from tests.chat.talking import Talk
from tests.support.serving import serve
from tests.support.users import sign_up

Connect = Callable[[str], AbstractAsyncContextManager[tuple[FastAPI, Talk]]]
TalkWith = Callable[..., AbstractAsyncContextManager[tuple[Talk, FakeLanguageModel]]]


@pytest.fixture
def connect(settings: Settings, database_url: str, jwt_private_key: str) -> Connect:
    """A backend whose language model is at the given URL, and a talk with it."""

    @asynccontextmanager
    async def connected(base_url: str) -> AsyncIterator[tuple[FastAPI, Talk]]:
        with_model = {"llm_base_url": HttpUrl(base_url), "llm_model": "fake", "llm_timeout": 2.0}
        secrets = Secrets(database_url=database_url, jwt_private_key=jwt_private_key, llm_api_key="sk-secret")
        app = create_app(settings.model_copy(update=with_model), secrets)
        async with app.router.lifespan_context(app):
            transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8080") as client:
                yield app, Talk(await sign_up(client))

    return connected


@pytest.fixture
def talk_with(connect: Connect) -> TalkWith:
    """A talk with a language model that plays the given completions."""

    @asynccontextmanager
    async def talking(*completions: Completion) -> AsyncIterator[tuple[Talk, FakeLanguageModel]]:
        model = FakeLanguageModel(*completions)
        async with serve(model.app) as url, connect(f"{url}/v1") as (_, talk):
            yield talk, model

    return talking
