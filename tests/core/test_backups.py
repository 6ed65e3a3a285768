"""Backups on S3-compatible storage, with moto's server in the place of the storage."""

from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from app.core.backups import BackupError, BackupSettings, download, upload


@pytest.fixture(scope="module")
def storage() -> Iterator[str]:
    """The address of a storage with a bucket called `backups`."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    boto3.client(
        "s3", endpoint_url=url, region_name="us-east-1", aws_access_key_id="key", aws_secret_access_key="secret"
    ).create_bucket(Bucket="backups")
    yield url
    server.stop()


@pytest.fixture
def settings(storage: str, tmp_path: Path, request: pytest.FixtureRequest) -> BackupSettings:
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (credentials / "access-key-id").write_text("key\n")
    (credentials / "secret-access-key").write_text("secret")
    return BackupSettings(
        directory=tmp_path,
        database="tododb",
        endpoint=storage,
        bucket="backups",
        prefix=f"/{request.node.name}/",
        keep=2,
        credentials=credentials,
    )


def make(settings: BackupSettings, name: str, content: bytes = b"dump") -> None:
    """Have one dump in the directory."""
    for old in settings.directory.glob("*.dump"):
        old.unlink()
    (settings.directory / name).write_bytes(content)


def test_what_was_uploaded_comes_back(settings: BackupSettings) -> None:
    content = bytes(range(256)) * 100_000  # several parts
    make(settings, "tododb-20261122T031700Z.dump", content)

    said = upload(settings)
    make(settings, "tododb-none")
    came = download(settings)

    assert said[0].startswith("s3://backups/test_what_was_uploaded_comes_back/tododb-20261122T031700Z.dump, 25000 KiB")
    assert came == ["s3://backups/test_what_was_uploaded_comes_back/tododb-20261122T031700Z.dump"]
    assert (settings.directory / "tododb-20261122T031700Z.dump").read_bytes() == content


def test_only_the_newest_stay_and_others_are_left_alone(settings: BackupSettings) -> None:
    make(settings, "otherdb-20200101T000000Z.dump")
    upload(settings.model_copy(update={"database": "otherdb"}))
    for day in (1, 2, 3):
        make(settings, f"tododb-2026110{day}T000000Z.dump", b"%d" % day)
        said = upload(settings)

    assert said[1:] == [
        "removed s3://backups/test_only_the_newest_stay_and_others_are_left_alone/tododb-20261101T000000Z.dump"
    ]
    download(settings)
    assert (settings.directory / "tododb-20261103T000000Z.dump").read_bytes() == b"3"
    download(settings.model_copy(update={"name": "tododb-20261102T000000Z.dump"}))
    assert (settings.directory / "tododb-20261102T000000Z.dump").read_bytes() == b"2"
    download(settings.model_copy(update={"database": "otherdb"}))


def test_an_unknown_name_tells_the_known_ones(settings: BackupSettings) -> None:
    with pytest.raises(BackupError, match="there are: none"):
        download(settings)
    make(settings, "tododb-20261122T031700Z.dump")
    upload(settings)

    with pytest.raises(BackupError, match=r"no backup s3://.*/tododb-x.dump; there are: tododb-20261122T031700Z.dump"):
        download(settings.model_copy(update={"name": "tododb-x.dump"}))


def test_nothing_to_upload_is_an_error(settings: BackupSettings) -> None:
    with pytest.raises(BackupError, match="no dump"):
        upload(settings)
