"""Inputs and outputs of the users domain."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    EmailStr,
    Field,
    HttpUrl,
    SecretStr,
    StringConstraints,
    field_validator,
)

from app.core.fields import NulFree, TimeZoneName, storable
from app.users.passwords import MAX_LENGTH, MIN_LENGTH


def _storable(value: SecretStr) -> SecretStr:
    storable(value.get_secret_value())
    return value


GivenPassword = Annotated[
    SecretStr, Field(max_length=MAX_LENGTH, examples=["correct stable battery"]), AfterValidator(_storable)
]
NewPassword = Annotated[GivenPassword, Field(min_length=MIN_LENGTH)]


MAX_DEFAULT_REMINDERS = 5
DefaultReminders = Annotated[
    list[Annotated[int, Field(ge=0, le=28 * 24 * 60)]],
    Field(max_length=MAX_DEFAULT_REMINDERS, description="Minutes before the due time.", examples=[[10, 1440]]),
    AfterValidator(lambda minutes: sorted(set(minutes))),
]


class Input(BaseModel):
    """A request body; a misspelt field is an error, not ignored."""

    model_config = ConfigDict(extra="forbid")


class SignUp(Input):
    email: EmailStr = Field(examples=["ada@example.com"])
    password: NewPassword
    time_zone: TimeZoneName = "UTC"


class SignIn(Input):
    # Any string: an address that no account can have is a wrong one, not a malformed one.
    email: Annotated[str, NulFree, Field(max_length=254, examples=["ada@example.com"])]
    password: GivenPassword


class UserRead(BaseModel):
    """The signed-in user."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    email: str = Field(examples=["ada@example.com"])
    time_zone: str = Field(examples=["Europe/Berlin"])
    default_reminders: list[int] = Field(
        description="Minutes before the due time; a new task with a time that names no reminders has these.",
        examples=[[10]],
    )
    notify_by_email: bool
    webhook_url: str | None = Field(examples=["https://hooks.example.com/todo"])
    created_at: datetime


class SignedInRead(BaseModel):
    """An access token; its refresh token is in the cookie of the same response."""

    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105
    expires_in: int = Field(description="Seconds.", examples=[900])
    user: UserRead


class UserUpdate(Input):
    """What is left out stays as it is; `webhook_url: null` removes the webhook."""

    time_zone: TimeZoneName | None = None
    default_reminders: DefaultReminders | None = None
    notify_by_email: bool | None = None
    webhook_url: Annotated[HttpUrl, Field(max_length=2000)] | None = Field(
        default=None, examples=["https://hooks.example.com/todo"]
    )

    @field_validator("time_zone", "default_reminders", "notify_by_email", mode="before")
    @classmethod
    def _not_null(cls, value: object) -> object:
        if value is None:
            raise ValueError("must not be null")
        return value


class UserUpdatedRead(UserRead):
    webhook_secret: str | None = Field(
        default=None, description="Key of the webhook calls' HMAC-SHA256 signature; only shown when the URL changes."
    )


class PasswordChange(Input):
    current_password: GivenPassword
    new_password: NewPassword


class AccountDeletion(Input):
    password: GivenPassword


class ApiTokenCreate(Input):
    name: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), NulFree, Field(examples=["laptop"])
    ]
    expires_in_days: int | None = Field(default=None, ge=1, le=3650, examples=[90])


class ApiTokenRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str = Field(examples=["laptop"])
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


class ApiTokenCreatedRead(ApiTokenRead):
    token: str = Field(description="Only shown now.", examples=["todo_8Qy…"])
