"""What the test broker says on a machine that cannot run it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.kafka import KafkaUnavailableError, jar_directory, start_kafka


def test_missing_java_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with (
        pytest.raises(KafkaUnavailableError, match="the command `java` is not on PATH"),
        start_kafka(tmp_path / "kafka"),
    ):
        pass


def test_missing_maven_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(KafkaUnavailableError, match="the command `mvn` is not on PATH"):
        jar_directory()


def test_broker_that_does_not_start_shows_its_log(tmp_path: Path) -> None:
    with (
        pytest.raises(KafkaUnavailableError, match=r"kafka\.log:\n(.*\n)*.*no\.such\.Authorizer"),
        start_kafka(tmp_path, settings={"authorizer.class.name": "no.such.Authorizer"}),
    ):
        pass
