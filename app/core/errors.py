"""Errors carry their HTTP status; one handler turns each into problem details (RFC 9457).

Drawn as a tree:

    AppError
    ├── InvalidInput        422   a field is wrong: says which and why
    ├── BadRequest          400
    ├── NotAuthenticated    401
    ├── NotAllowed          403
    ├── NotFound            404   also for other users' rows: existence is not told
    ├── Conflict            409
    ├── PreconditionFailed  412   the ETag is stale
    ├── ContentTooLarge     413
    ├── TooManyRequests     429
    └── Unavailable         503   a dependency is down
"""

from collections.abc import Sequence
from typing import Any, ClassVar

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from app.core.database import is_database_outage

log = structlog.get_logger(__name__)


class FieldError(BaseModel):
    """One wrong field of the input."""

    field: str = Field(examples=["due_at"])
    reason: str = Field(examples=["must be before the year 9000"])


class Problem(BaseModel):
    """Problem details for HTTP APIs, RFC 9457."""

    type: str = Field(default="about:blank", examples=["about:blank"])
    title: str = Field(examples=["Invalid input"])
    status: int = Field(examples=[422])
    detail: str | None = Field(default=None, examples=["The title must not be empty."])
    errors: list[FieldError] | None = None


class AppError(Exception):
    """Any refusal that the caller can understand."""

    status: ClassVar[int] = 500
    title: ClassVar[str] = "Internal error"

    def __init__(
        self,
        detail: str | None = None,
        *,
        errors: Sequence[FieldError] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.errors = list(errors)
        self.headers = headers


class BadRequest(AppError):
    status, title = 400, "Bad request"


class NotAuthenticated(AppError):
    status, title = 401, "Not signed in"

    def __init__(self, detail: str | None = None) -> None:
        super().__init__(detail, headers={"WWW-Authenticate": "Bearer"})


class NotAllowed(AppError):
    status, title = 403, "Not allowed"


class NotFound(AppError):
    status, title = 404, "Not found"


class Conflict(AppError):
    status, title = 409, "Conflict"


class PreconditionFailed(AppError):
    status, title = 412, "Changed meanwhile"


class ContentTooLarge(AppError):
    status, title = 413, "Content too large"


class InvalidInput(AppError):
    status, title = 422, "Invalid input"

    @classmethod
    def of(cls, field: str, reason: str) -> "InvalidInput":
        return cls(f"{field}: {reason}", errors=[FieldError(field=field, reason=reason)])


class TooManyRequests(AppError):
    status, title = 429, "Too many requests"

    def __init__(self, detail: str | None = None, *, retry_after: int = 60) -> None:
        super().__init__(detail, headers={"Retry-After": str(retry_after)})


class Unavailable(AppError):
    status, title = 503, "Temporarily unavailable"


def problem_response(
    status: int,
    title: str,
    detail: str | None = None,
    errors: Sequence[FieldError] = (),
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    """The one place where a problem document is built."""
    problem = Problem(title=title, status=status, detail=detail, errors=list(errors) or None)
    return JSONResponse(
        problem.model_dump(exclude_none=True),
        status_code=status,
        headers=headers,
        media_type="application/problem+json",
    )


def field_errors(errors: Sequence[Any]) -> list[FieldError]:
    """Pydantic's errors with the field's path as a dotted name, without the input (it may hold a secret)."""
    return [
        FieldError(
            field=".".join(str(part) for part in error["loc"] if part not in ("body", "query", "path", "header"))
            or "body",
            reason=str(error["msg"]).removeprefix("Value error, "),
        )
        for error in errors
    ]


def install_error_handlers(app: FastAPI) -> None:
    """Every error of `app` leaves as problem details; only unforeseen ones are logged with their trace."""

    @app.exception_handler(AppError)
    async def on_app_error(_: Request, error: AppError) -> JSONResponse:
        return problem_response(error.status, error.title, error.detail, error.errors, error.headers)

    @app.exception_handler(RequestValidationError)
    async def on_validation_error(_: Request, error: RequestValidationError) -> JSONResponse:
        errors = field_errors(error.errors())
        detail = "; ".join(f"{item.field}: {item.reason}" for item in errors[:3])
        return problem_response(422, InvalidInput.title, detail, errors)

    @app.exception_handler(HTTPException)
    async def on_http_exception(_: Request, error: HTTPException) -> JSONResponse:
        return problem_response(error.status_code, str(error.detail), headers=dict(error.headers or {}))

    @app.exception_handler(IntegrityError)
    async def on_integrity_error(request: Request, error: IntegrityError) -> JSONResponse:
        constraint: str = getattr(getattr(error.orig, "__cause__", None), "constraint_name", None) or ""
        if constraint.endswith("_user_id_user"):
            # An access token is verified without a query, and may outlive its account by some minutes.
            gone = NotAuthenticated("The account no longer exists.")
            return problem_response(gone.status, gone.title, gone.detail, headers=gone.headers)
        return await on_unforeseen(request, error)

    # By their own types: what the handler of Exception answers is raised again, with a traceback in the log.
    @app.exception_handler(DBAPIError)
    @app.exception_handler(PoolTimeout)
    @app.exception_handler(OSError)
    async def on_outage(request: Request, error: Exception) -> JSONResponse:
        if not isinstance(error, OSError) and not is_database_outage(error):
            return await on_unforeseen(request, error)
        log.warning("the database does not answer", path=request.url.path, error=type(error).__name__)
        detail = "The database does not answer at the moment; please try again."
        return problem_response(503, Unavailable.title, detail, headers={"Retry-After": "2"})

    @app.exception_handler(Exception)
    async def on_unforeseen(request: Request, error: Exception) -> JSONResponse:
        log.error("unforeseen error", path=request.url.path, exc_info=error)
        return problem_response(500, "Internal error", "The error is logged; please try again.")
