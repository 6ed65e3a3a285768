# SPDX-License-Identifier: Apache-2.0
"""Reach a port of a pod from this machine, through the Kubernetes API and for as long as a block lasts.

`kubectl port-forward` arrives on the pod's loopback, so it needs no Service, no NetworkPolicy and no open port.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

_POLL_SECONDS = 0.02
_COMMAND_NOT_FOUND = 127  # as every POSIX shell says it
_BUSY_SECONDS = 5.0  # another play's forward to the same port may be about to end
_FORWARDING = re.compile(rb"Forwarding from 127\.0\.0\.1:(\d+) ->")
# kubectl, and beside it a reader of a pipe from us: should this process be killed, the pipe ends and so does kubectl.
_TIED_TO_US = 'exec 3<&0; { read -r _; kill $$; } <&3 >/dev/null 2>&1 & exec "$@" 3<&- </dev/null'


class PortForwardError(Exception):
    """Why the port cannot be reached; the message is meant for the operator."""


@dataclass(frozen=True)
class PortForward:
    """A port of a pod; a `local_port` of 0 is any free one."""

    namespace: str
    resource: str
    """As kubectl names it: pod/NAME, statefulset/NAME, service/NAME."""
    port: int
    local_port: int = 0
    kubeconfig: str = ""
    context: str = ""
    kubectl: str = "kubectl"

    def command(self, seconds: float) -> list[str]:
        return [
            self.kubectl,
            *([f"--kubeconfig={self.kubeconfig}"] if self.kubeconfig else []),
            *([f"--context={self.context}"] if self.context else []),
            f"--namespace={self.namespace}",
            "port-forward",
            # Not on ::1 as well: kubectl takes one of the two for success when the other is busy.
            "--address=127.0.0.1",
            f"--pod-running-timeout={max(1, int(seconds))}s",
            self.resource,
            f"{self.local_port or ''}:{self.port}",
        ]

    def __str__(self) -> str:
        return f"port {self.port} of {self.resource} in the namespace {self.namespace}"


@contextmanager
def forwarded(target: PortForward, seconds: float) -> Iterator[int]:
    """The port of 127.0.0.1 that leads there, found within `seconds`; kubectl ends with the block, whatever happens.

    Raises PortForwardError, also for an exception of the block when kubectl has ended by itself meanwhile.
    """
    started = time.monotonic()
    while True:
        with tempfile.TemporaryFile() as output, _kubectl(target, seconds, output) as kubectl:
            try:
                port = _wait(target, kubectl, output, started + seconds)
            except _BusyError:
                if time.monotonic() < started + min(seconds, _BUSY_SECONDS):
                    continue
                raise
            try:
                yield port
            except Exception as error:
                if kubectl.poll() is not None:
                    raise PortForwardError(f"The forward to {target} has ended: {_last_line(output)}") from error
                raise
            return


class _BusyError(PortForwardError):
    pass


@contextmanager
def _kubectl(target: PortForward, seconds: float, output: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    command = ["/bin/sh", "-c", _TIED_TO_US, "sh", *target.command(seconds)]
    kubectl = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=output, stderr=output)  # noqa: S603 - given arguments
    try:
        yield kubectl
    finally:
        kubectl.terminate()
        kubectl.communicate()


def _wait(target: PortForward, kubectl: subprocess.Popen[bytes], output: IO[bytes], until: float) -> int:
    while True:
        ended = kubectl.poll() is not None
        if found := _FORWARDING.search(_read(output)):
            return int(found[1])
        if ended:
            raise _explained(target, kubectl.returncode, output)
        if time.monotonic() > until:
            raise PortForwardError(f"{target} could not be forwarded in time; kubectl said: {_last_line(output)}")
        time.sleep(_POLL_SECONDS)


def _explained(target: PortForward, status: int, output: IO[bytes]) -> PortForwardError:
    text = _read(output).decode(errors="replace")
    if "address already in use" in text:
        return _BusyError(
            f"Port {target.local_port} of this machine is in use by another program, and {target} is forwarded to it: "
            "end that program, or choose another port."
        )
    if status == _COMMAND_NOT_FOUND:
        return PortForwardError(f"{target.kubectl} is not on PATH, and {target} is reached through it.")
    return PortForwardError(f"{target} cannot be forwarded: {_last_line(output)}")


def _read(output: Any) -> bytes:
    output.seek(0)
    data: bytes = output.read()
    return data


def _last_line(output: IO[bytes]) -> str:
    lines = _read(output).decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else "nothing"
