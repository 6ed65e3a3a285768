"""HTTP endpoint of the analytics domain."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request

from app.analytics import service
from app.analytics.schemas import Summary
from app.core.errors import Problem
from app.users.auth import CurrentUser

router = APIRouter(prefix="/api/v1", tags=["analytics"], responses={401: {"model": Problem}})


@router.get(
    "/analytics",
    summary="Counts and streaks of the signed-in user",
    responses={503: {"model": Problem, "description": "Analytics is down; nothing else is."}},
)
async def summary(
    request: Request,
    user: CurrentUser,
    first: Annotated[date | None, Query(alias="from", description="30 days until `to`, if not given.")] = None,
    last: Annotated[date | None, Query(alias="to", description="Today in your time zone, if not given.")] = None,
) -> Summary:
    return await service.summarize(request.app.state.dapr, user, first, last)
