#!/usr/bin/env python3
"""Print a digest of each group of files as a JSON object: digest.py NAME=PATH[,PATH...] ...

A directory stands for all files below it, compiled Python excepted. What does not exist is left out.
Run through a lookup: that takes 0.05 s where a module takes 0.4 s.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

LENGTH = 12  # hexadecimal digits: enough to tell the few releases of one machine apart


def files(path: Path) -> Iterator[tuple[str, Path]]:
    """Yield the files of a path with the names that count, which do not depend on where it is."""
    if path.is_file():
        yield path.name, path
    elif path.is_dir():
        for file in sorted(path.rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                yield f"{path.name}/{file.relative_to(path)}", file


def digest(paths: list[str]) -> str:
    """Return the digest of names and contents."""
    total = hashlib.sha256()
    for path in paths:
        for name, file in files(Path(path)):
            total.update(f"{name}\0{hashlib.sha256(file.read_bytes()).hexdigest()}\0".encode())
    return total.hexdigest()[:LENGTH]


def main() -> int:
    """Print the digests."""
    groups = dict(argument.split("=", 1) for argument in sys.argv[1:])
    print(json.dumps({name: digest(paths.split(",")) for name, paths in groups.items()}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
