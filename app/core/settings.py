"""Configuration from the environment; secrets never come this way (see `app.core.secrets`)."""

from datetime import timedelta
from functools import lru_cache
from pathlib import Path

from pydantic import Field, HttpUrl
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Settings of one process, read from `TODO_*` (and, where Dapr or OpenAI name a standard variable, from that)."""

    model_config = SettingsConfigDict(env_prefix="TODO_", extra="ignore")

    app_id: str = "todo-backend"
    host: str = "127.0.0.1"
    port: int = 8000
    public_url: HttpUrl = HttpUrl("http://localhost:8080")
    log_level: str = "INFO"
    version: str = "unreleased"
    """What was deployed; /readyz says it."""

    secrets_file: Path | None = None
    """A JSON file of secrets in the form of Dapr's local.file store."""
    secrets_dir: Path | None = None
    """A directory with a folder for each secret, as Kubernetes mounts them. Without either, the sidecar is asked."""
    secret_store: str = "secretstore"  # noqa: S105
    dapr_api_token_file: Path | None = None
    app_api_token_file: Path | None = None
    dapr_http_port: int = Field(default=3500, validation_alias="DAPR_HTTP_PORT")
    pubsub: str = "pubsub-kafka"
    fanout_pubsub: str = "pubsub-fanout"
    dead_letter_topic: str = "dead-letter"

    relay_enabled: bool = True
    """Whether this process publishes its outbox; off where there is no sidecar (tests)."""
    outbox_retention: timedelta = timedelta(days=7)
    """How long published events are kept, which is how long a browser may be away and resume."""
    inbox_retention: timedelta = timedelta(days=14)
    """How long a consumer recognises a repeated event; longer than the broker keeps it."""

    database_pool_size: int = 10

    llm_base_url: HttpUrl | None = Field(default=None, validation_alias="LLM_BASE_URL")
    llm_model: str = Field(default="gpt-4o-mini", validation_alias="LLM_MODEL")
    llm_timeout: float = Field(default=60, gt=0, validation_alias="LLM_TIMEOUT")
    """Seconds that one request to the language model may take, retries included."""

    chatkit_domain_key: str | None = None
    """OpenAI's public key for the origin, with which pages show ChatKit's widget instead of the own chat."""

    smtp_host: str | None = None
    smtp_port: int = 25
    smtp_starttls: bool = False
    smtp_from: str = "todo@localhost"
    webhook_allow_private: bool = False
    """Whether webhooks may point at loopback and private addresses (tests and closed networks only)."""

    chat_messages_per_minute: int = 60
    sign_in_attempts_per_minute: int = 10

    @property
    def secure_cookies(self) -> bool:
        return self.public_url.scheme == "https"


@lru_cache
def get_settings() -> Settings:
    return Settings()
