"""What inventories/oke asks of the images, with a real registry behind TLS."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import tests.plugins.conftest  # noqa: F401 - makes `ansible_collections.todochat.platform` mean this checkout
from tests.support import registry
from tests.support.certificates import Authority
from tests.support.registry import start_registry

ROOT = Path(__file__).parents[2]
PLAY = """
- hosts: all
  gather_facts: false
  tasks:
    - ansible.builtin.include_role: {name: todochat.platform.app, tasks_from: images}
"""

pytestmark = pytest.mark.skipif(
    registry.PROGRAM is None,
    reason="!! SKIPPED: a real container registry. It is not here: apt-get install docker-registry",
)


@pytest.fixture(scope="module")
def pushed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A registry and its authority: its tag `arm` can run on the nodes, `intel` cannot, `half` has no front end."""
    directory = tmp_path_factory.mktemp("registry")
    with start_registry(directory / "storage") as running:
        for name in ("todo/app", "todo/frontend"):
            running.image(name, tag="arm")
        running.image("todo/app", tag="intel", architecture="amd64")
        running.image("todo/app", tag="half")
    authority = Authority.create(directory / "authority")
    identity = authority.issue("registry", directory / "identity")
    with start_registry(directory / "storage", identity) as running:
        yield f"{running.host}/todo", authority.certificate


@pytest.mark.parametrize(
    ("tag", "message"),
    [
        ("arm", ""),
        ("intel", "not for arm64; it is for amd64."),
        ("half", "/frontend:half: "),
        ("never", "has no such image"),
    ],
)
def test_images_that_cannot_run_are_refused(pushed: tuple[str, Path], tmp_path: Path, tag: str, message: str) -> None:
    where, authority = pushed
    play = tmp_path / "play.yml"
    play.write_text(PLAY)
    command = ["-i", ROOT / "inventories/oke", play, "-e", f"todochat_image_registry={where} todochat_image_tag={tag}"]
    done = subprocess.run(
        [Path(sys.executable).with_name("ansible-playbook"), *command],
        env={**os.environ, "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"), "SSL_CERT_FILE": str(authority)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode != 0) == bool(message), done.stdout + done.stderr
    output = " ".join((done.stdout + done.stderr).split())
    assert message in output
    if message:
        assert f'make images INVENTORY=inventories/oke ARGS="-e todochat_image_tag={tag}"' in output
