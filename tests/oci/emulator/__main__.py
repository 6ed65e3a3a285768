"""An emulator to play with: it prints the environment for clients in another terminal, and runs until it is stopped."""

from __future__ import annotations

import shlex
import tempfile
import time
from pathlib import Path

from tests.oci.emulator import Emulator

with tempfile.TemporaryDirectory() as directory, Emulator(Path(directory), speed=60) as oracle:
    for name, value in oracle.environment.items():
        print(f"export {name}={shlex.quote(value)}", flush=True)
    time.sleep(24 * 3600)
