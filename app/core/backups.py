"""Backups of the database on S3-compatible storage; making and restoring them is pg_dump's and pg_restore's work.

Runs in the Jobs that the postgres role makes, beside PostgreSQL's own image, which has no client for such storage.
"""

from pathlib import Path

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store
from pydantic import Field, HttpUrl
from pydantic_settings import BaseSettings, SettingsConfigDict

LATEST = "latest"


class BackupError(Exception):
    """What is wrong, for a person to read."""


ERRORS = (BackupError, BaseError, OSError)
"""What can go wrong here, on the storage and on the way to it."""


class BackupSettings(BaseSettings):
    """Read from `BACKUP_*`; the credentials are files, as Kubernetes mounts a Secret."""

    model_config = SettingsConfigDict(env_prefix="BACKUP_", extra="ignore")

    directory: Path
    """Where dumps lie before they are uploaded and after they were downloaded."""
    database: str
    """Backups are called <database>-<time>.dump, so that their names sort by time."""
    name: str = LATEST
    """Which one to download."""
    keep: int = Field(default=14, ge=1)
    """How many stay on the storage."""
    endpoint: HttpUrl
    bucket: str
    region: str = "us-east-1"
    prefix: str = ""
    credentials: Path
    """A directory with the files `access-key-id` and `secret-access-key`."""


def upload(settings: BackupSettings) -> list[str]:
    """Upload the dumps of the directory, remove all but the newest of the storage; returns what happened.

    Raises BackupError when there is nothing to upload, obstore's errors when the storage refuses.
    """
    store = open_store(settings)
    files = sorted(settings.directory.glob(f"{settings.database}-*.dump"))
    if not files:
        raise BackupError(f"there is no dump of {settings.database} in {settings.directory}")
    for file in files:
        # Parts of 8 MiB, so that neither a large dump nor its upload needs memory.
        store.put(file.name, file, chunk_size=8 * 1024 * 1024, max_concurrency=4)
    old = stored(store, settings.database)[: -settings.keep]
    for name in old:
        store.delete(name)
    uploaded = [f"{address(settings, file.name)}, {file.stat().st_size / 1024:.0f} KiB" for file in files]
    return [*uploaded, *(f"removed {address(settings, name)}" for name in old)]


def download(settings: BackupSettings) -> list[str]:
    """Download the backup that the settings name into the directory; returns where it came from.

    Raises BackupError when there is none of that name.
    """
    store = open_store(settings)
    known = stored(store, settings.database)
    name = known[-1] if known and settings.name == LATEST else settings.name
    if name not in known:
        raise BackupError(f"there is no backup {address(settings, name)}; there are: {', '.join(known) or 'none'}")
    with (settings.directory / name).open("wb") as file:
        for chunk in store.get(name):
            file.write(chunk)
    return [address(settings, name)]


def open_store(settings: BackupSettings) -> S3Store:
    return S3Store(
        settings.bucket,
        prefix=settings.prefix.strip("/") or None,
        endpoint=str(settings.endpoint).rstrip("/"),
        region=settings.region,
        access_key_id=(settings.credentials / "access-key-id").read_text().strip(),
        secret_access_key=(settings.credentials / "secret-access-key").read_text().strip(),
        client_options={"allow_http": settings.endpoint.scheme == "http", "timeout": "120s"},
        retry_config={"max_retries": 5},
    )


def stored(store: S3Store, database: str) -> list[str]:
    """The names of the database's backups, oldest first."""
    names = [item["path"] for batch in obstore.list(store) for item in batch]
    return sorted(name for name in names if name.startswith(f"{database}-") and name.endswith(".dump"))


def address(settings: BackupSettings, name: str) -> str:
    return "s3://" + "/".join(filter(None, (settings.bucket, settings.prefix.strip("/"), name)))
