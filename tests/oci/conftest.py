"""Tests with the real oracle.oci modules and the real SDK, against the emulator."""

import importlib.util
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.playbooks import ROOT, Playbooks

if importlib.util.find_spec("oci"):
    from tests.oci.emulator import Emulator, Tenancy
else:
    collect_ignore_glob = ["test_*.py"]


def collection_installed() -> bool:
    paths = os.environ.get("ANSIBLE_COLLECTIONS_PATH", "~/.ansible/collections:/usr/share/ansible/collections")
    return any((Path(path).expanduser() / "ansible_collections/oracle/oci").is_dir() for path in paths.split(":"))


needs_collection = pytest.mark.skipif(
    not collection_installed(), reason="no oracle.oci: ansible-galaxy collection install -r collections/requirements.yml"
)
# Virtual seconds in one real second: what takes Oracle ten minutes is over before the next look.
SPEED = 300.0


@pytest.fixture
def oracle(tmp_path: Path) -> Iterator["Emulator"]:
    """An empty tenancy with a compartment for the platform."""
    with Emulator(tmp_path / "oracle", Tenancy(), speed=SPEED) as emulator:
        emulator.state.add("compartment", name="todochat", compartmentId=emulator.state.root, isAccessible=True)
        yield emulator


@pytest.fixture
def operator(oracle: "Emulator", tmp_path: Path) -> "Operator":
    return operator_of(oracle, tmp_path)


class Operator(Playbooks):
    """The playbooks with inventories/oke."""


def operator_of(oracle: "Emulator", directory: Path, **variables: object) -> Operator:
    paths = f"{ROOT}/.ansible/collections:{os.environ.get('ANSIBLE_COLLECTIONS_PATH', '~/.ansible/collections')}"
    return Operator(
        inventory="oke",
        variables={
            "todochat_kubeconfig": str(directory / "kubeconfig"),
            "todochat_public_url": "https://todo.localhost",
            "oke_cluster_compartment": "todochat",
            "oke_cluster_interval": 0.2,
            **variables,
        },
        environment={**oracle.environment, "ANSIBLE_COLLECTIONS_PATH": paths},
    )


Make = Callable[..., Operator]
