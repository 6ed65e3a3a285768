"""Loopback ports for the servers of a test run."""

import random
import socket
from contextlib import ExitStack

# Below Linux's ephemeral range: a server that is killed must find its port free when it comes back, and no outgoing
# connection may have been given it meanwhile.
_RANGE = range(20000, 32000)


def free_ports(count: int) -> list[int]:
    """TCP ports of 127.0.0.1 that nothing listens on."""
    found: list[int] = []
    with ExitStack() as held:
        for port in random.sample(_RANGE, len(_RANGE)):
            candidate = held.enter_context(socket.socket())
            try:
                candidate.bind(("127.0.0.1", port))
            except OSError:
                continue
            found.append(port)
            if len(found) == count:
                return found
    raise RuntimeError(f"fewer than {count} free ports in {_RANGE}")


def free_port() -> int:
    """One such port."""
    return free_ports(1)[0]
