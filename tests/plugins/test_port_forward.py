"""A port of a pod on this machine: there for a block, gone after it, and clear about what is in the way.

A program in kubectl's place says and does what kubectl does; tests/kubernetes has the real one.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from plugins.module_utils.port_forward import PortForward, PortForwardError, forwarded

Kubectl = Callable[[str], PortForward]


@pytest.fixture
def kubectl(tmp_path: Path) -> Kubectl:
    """A target that is reached with a script in kubectl's place; the script's process writes its id first."""

    def write(script: str) -> PortForward:
        program = tmp_path / "kubectl"
        program.write_text(f'#!/bin/sh\necho $$ > {tmp_path}/pid\necho "$@" > {tmp_path}/arguments\n{script}\n')
        program.chmod(0o755)
        return PortForward("todochat", "pod/kafka-0", 19094, 19094, "/config", "minikube", str(program))

    return write


FORWARDING = 'echo "Forwarding from 127.0.0.1:19094 -> 19094"'


def runs(tmp_path: Path) -> bool:
    pid = int((tmp_path / "pid").read_text())
    return Path(f"/proc/{pid}").exists() and "Z (" not in Path(f"/proc/{pid}/stat").read_text()


def until(condition: Callable[[], bool], seconds: float = 5) -> bool:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    return condition()


def test_it_is_there_for_the_block_and_gone_after_it(kubectl: Kubectl, tmp_path: Path) -> None:
    with forwarded(kubectl(f"sleep 0.1; {FORWARDING}; exec sleep 60"), 5) as port:
        assert port == 19094
        assert runs(tmp_path)
    assert not runs(tmp_path)
    assert (tmp_path / "arguments").read_text().split() == [
        "--kubeconfig=/config",
        "--context=minikube",
        "--namespace=todochat",
        "port-forward",
        "--address=127.0.0.1",
        "--pod-running-timeout=5s",
        "pod/kafka-0",
        "19094:19094",
    ]


def test_it_ends_when_the_block_fails(kubectl: Kubectl, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="mine"), forwarded(kubectl(f"{FORWARDING}; exec sleep 60"), 5):
        raise ValueError("mine")
    assert not runs(tmp_path)


def test_it_ends_when_its_program_is_killed(kubectl: Kubectl, tmp_path: Path) -> None:
    target = kubectl(f"{FORWARDING}; exec sleep 60")
    code = f"""
import time
from plugins.module_utils.port_forward import *
with forwarded({target!r}, 5):
    time.sleep(60)
"""
    program = subprocess.Popen([sys.executable, "-c", code], cwd=Path(__file__).parents[2])
    try:
        assert until((tmp_path / "pid").exists)
        assert until(lambda: runs(tmp_path))
    finally:
        program.kill()
        program.wait()
    assert until(lambda: not runs(tmp_path))


def test_any_free_port(kubectl: Kubectl) -> None:
    target = kubectl('echo "Forwarding from 127.0.0.1:40123 -> 3500"; exec sleep 60')
    with forwarded(PortForward("todochat", "pod/a", 3500, kubectl=target.kubectl), 5) as port:
        assert port == 40123


def test_a_pod_that_is_not_there(kubectl: Kubectl) -> None:
    target = kubectl("""echo 'Error from server (NotFound): pods "kafka-0" not found' >&2; exit 1""")
    with pytest.raises(PortForwardError, match=r'pod/kafka-0 in the namespace todochat.*pods "kafka-0" not found'):
        forwarded(target, 5).__enter__()


def test_no_kubectl() -> None:
    target = PortForward("todochat", "pod/kafka-0", 19094, kubectl=f"kubectl-{os.getpid()}")
    with pytest.raises(PortForwardError, match="is not on PATH"):
        forwarded(target, 5).__enter__()


BUSY = "echo 'unable to create listener: Error listen tcp4 127.0.0.1:19094: bind: address already in use' >&2; exit 1"


def test_a_busy_port(kubectl: Kubectl) -> None:
    with pytest.raises(PortForwardError, match="Port 19094 of this machine is in use by another program"):
        forwarded(kubectl(BUSY), 0.2).__enter__()


def test_a_port_that_is_busy_for_a_moment_only(kubectl: Kubectl, tmp_path: Path) -> None:
    script = f"[ -e {tmp_path}/tried ] || {{ touch {tmp_path}/tried; {BUSY}; }}; {FORWARDING}; exec sleep 60"
    with forwarded(kubectl(script), 5) as port:
        assert port == 19094


def test_nothing_happens(kubectl: Kubectl, tmp_path: Path) -> None:
    with pytest.raises(PortForwardError, match="in time; kubectl said: waiting"):
        forwarded(kubectl("echo waiting; exec sleep 60"), 0.3).__enter__()
    assert not runs(tmp_path)


def test_a_forward_that_ended_explains_the_failure(kubectl: Kubectl) -> None:
    target = kubectl(f"{FORWARDING}; echo 'error: lost connection to pod' >&2; exit 1")

    def use() -> None:
        with forwarded(target, 5):
            time.sleep(0.5)
            raise ConnectionResetError

    with pytest.raises(PortForwardError, match="has ended: error: lost connection to pod"):
        use()
