"""From a change of a task to its effects, through real sidecars and a real broker."""

from tests.integration.apps import Platform


def test_platform_starts(platform: Platform) -> None:
    assert platform.apps
