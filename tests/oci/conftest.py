"""Tests with the real oracle.oci modules and the real SDK, against the emulator."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import tests.plugins.conftest  # noqa: F401 - makes `ansible_collections.todochat.platform` mean this checkout
from tests.support.playbooks import ROOT, Playbooks, Run

if TYPE_CHECKING:
    from tests.oci.emulator import Emulator

# Without the SDK there is nothing that could be tested here; `make test-oci` says so.
if importlib.util.find_spec("oci") is None:
    collect_ignore_glob = ["test_*.py"]

# Virtual seconds in a real one: what takes Oracle ten minutes is over at the next look.
SPEED = 300.0

DEPLOY = ("playbooks/deploy.yml", "--tags", "oke_cluster")
TEARDOWN = ("playbooks/teardown.yml", "--tags", "oke_cluster")


def collection_paths() -> str:
    return os.environ.get("ANSIBLE_COLLECTIONS_PATH") or "~/.ansible/collections:/usr/share/ansible/collections"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that run playbooks need Oracle's collection."""
    places = [Path(path).expanduser() / "ansible_collections/oracle/oci" for path in collection_paths().split(":")]
    if not any(place.is_dir() for place in places):
        missing = pytest.mark.skip(
            reason="no oracle.oci: ansible-galaxy collection install -r collections/requirements.yml"
        )
        for item in items:
            if {"operator", "new_operator"} & set(getattr(item, "fixturenames", ())):
                item.add_marker(missing)


def run(operator: Playbooks, oracle: Emulator, *arguments: str, check: bool = True, **variables: Any) -> Run:
    """One run, and on the way what it cost; the variables stay."""
    operator.variables |= variables
    before = len(oracle.state.calls)
    done = operator.play(*arguments, check=check)
    methods = [method for _, method, _ in oracle.state.calls[before:]]
    cost = f"{done.seconds:.0f} s, {len(methods)} calls, {len(methods) - methods.count('GET')} of them not GET"
    print(f"{' '.join(arguments)} {variables}: changed={done.changed}, {cost}")
    return done


@pytest.fixture(scope="module")
def oracle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """A tenancy with an empty compartment for the platform."""
    from tests.oci.emulator import Emulator

    with Emulator(tmp_path_factory.mktemp("oracle"), speed=SPEED) as emulator:
        emulator.state.add("compartment", name="todochat", compartmentId=emulator.state.root, isAccessible=True)
        yield emulator


@pytest.fixture(scope="module")
def operator(oracle: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Playbooks:
    """Runs the playbooks with inventories/oke in that tenancy."""
    return Playbooks(
        inventory="oke",
        variables={
            "todochat_kubeconfig": str(tmp_path_factory.mktemp("operator") / "kubeconfig"),
            "todochat_public_url": "https://todo.localhost",
            "oke_cluster_compartment": "todochat",
            "oke_cluster_interval": 0.2,
            "oke_cluster_nodes_timeout": 60,
        },
        environment={
            **oracle.environment,
            "ANSIBLE_COLLECTIONS_PATH": f"{ROOT}/.ansible/collections:{collection_paths()}",
        },
    )
