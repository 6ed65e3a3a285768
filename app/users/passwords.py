"""Passwords: which are accepted, and argon2id in threads."""

from functools import lru_cache, partial
from pathlib import Path

from anyio import CapacityLimiter, to_thread
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

MIN_LENGTH, MAX_LENGTH = 8, 200

# The OWASP minimum of its Password Storage Cheat Sheet: 19 MiB, 2 passes. More memory would not fit small nodes.
_hasher = PasswordHash([Argon2Hasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)])
_at_once = CapacityLimiter(2)
"""Bounds the memory that a burst of sign-ins takes, and leaves the event loop some processor time."""

_NOBODYS_HASH = _hasher.hash("the hash to compare with when there is no such user")


async def hash_password(password: str) -> str:
    return await to_thread.run_sync(_hasher.hash, password, limiter=_at_once)


async def verify_password(password: str, password_hash: str | None) -> bool:
    """Whether the password is right; without a hash (no such user) False after the same work."""
    verify = partial(_hasher.verify, password, password_hash or _NOBODYS_HASH)
    return await to_thread.run_sync(verify, limiter=_at_once) and password_hash is not None


@lru_cache(maxsize=1)
def _common_passwords() -> frozenset[str]:
    return frozenset((Path(__file__).parent / "common_passwords.txt").read_text().split())


def refusal(password: str, email: str) -> str | None:
    """Why the password is too easy to guess for this account; None when it is not. Lengths are the schema's."""
    lowered = password.lower()
    if lowered in _common_passwords() or len(set(lowered)) < 3:
        return "is one of the most common passwords"
    if lowered in (email.lower(), email.lower().partition("@")[0]):
        return "must not be your e-mail address"
    return None
