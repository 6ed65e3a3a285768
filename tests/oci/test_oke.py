"""What is decided without asking anybody: versions, images and whether something is as it is wanted."""

from __future__ import annotations

import pytest
from ansible_collections.todochat.platform.plugins.module_utils.oke import newest_images, only, upgrade_path
from ansible_collections.todochat.platform.plugins.module_utils.oracle_cloud import OracleError
from ansible_collections.todochat.platform.plugins.test.oracle_cloud import as_wanted

from tests.oci.emulator.container_engine import image_names

OFFERED = ["v1.33.9", "v1.33.10", "v1.34.2", "v1.35.2", "v1.36.1"]


@pytest.mark.parametrize(
    ("now", "wanted", "steps"),
    [
        ("v1.33.10", "v1.33.10", []),
        ("v1.33.9", "v1.33.10", ["v1.33.10"]),
        ("v1.33.10", "v1.34.2", ["v1.34.2"]),
        ("v1.32.1", "v1.36.1", ["v1.33.10", "v1.34.2", "v1.35.2", "v1.36.1"]),
    ],
)
def test_an_upgrade_takes_the_newest_patch_of_each_minor_version(now: str, wanted: str, steps: list[str]) -> None:
    assert upgrade_path(now, wanted, OFFERED) == steps


@pytest.mark.parametrize(
    ("now", "wanted", "why"), [("v1.35.2", "v1.34.2", "cannot go back"), ("v1.31.1", "v1.33.10", "no Kubernetes 1.32")]
)
def test_there_is_no_way_back_and_none_over_a_gap(now: str, wanted: str, why: str) -> None:
    with pytest.raises(OracleError, match=why):
        upgrade_path(now, wanted, OFFERED)


def test_the_newest_image_for_arm_is_found_wherever_it_is_in_the_list() -> None:
    names = [name for version in ("v1.36.1", "v1.34.2") for name in image_names(version)]
    images = newest_images([{"source_name": name, "image_id": name} for name in reversed(names)])
    assert images["v1.36.1"]["image_id"] == "Oracle-Linux-8.10-aarch64-2026.08.31-0-OKE-1.36.1-1402"
    assert set(images) == {"v1.36.1", "v1.34.2"}


def test_two_of_one_name_are_refused_and_dead_ones_are_not_counted() -> None:
    alive, dead = {"id": "a", "lifecycle_state": "ACTIVE"}, {"id": "b", "lifecycle_state": "DELETED"}
    assert only("cluster", [dead, alive], "todochat") == alive
    assert only("cluster", [dead], "todochat") == {}
    with pytest.raises(OracleError, match="more than one cluster with the name todochat: a and c"):
        only("cluster", [alive, {"id": "c"}], "todochat")


def test_what_oracle_adds_does_not_matter_nor_does_the_order() -> None:
    found = {"a": 1.0, "rules": [{"port": 443, "description": None}, {"port": 80}], "id": "x"}
    assert as_wanted(found, {"a": 1, "rules": [{"port": 80}, {"port": 443}]})
    assert not as_wanted(found, {"rules": [{"port": 80}]})
    assert not as_wanted(found, {"rules": [{"port": 80}, {"port": 80}]})
    assert not as_wanted({}, {"a": 1})
