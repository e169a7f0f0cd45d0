"""Where passwords are hashed: in threads of their own, so that no other work keeps people from signing in, and in few
of them, so that many who sign in, or guess, leave the processor to the pages.

Whoever wants something hashed takes a place first. Browsers that are known may take all places, strangers only half of
them, so a crowd of strangers does not stand in the way of colleagues.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from typing import TypeVar

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from kam.errors import Busy
from kam.language import N_

THREADS = 2
PLACES = 24  # each waits for those before it: together less than half a second
LONGEST = 200

_taken = 0
Found = TypeVar("Found")


@contextmanager
def place(*, familiar: bool = True) -> Iterator[None]:
    """Raises Busy when all places are taken."""
    global _taken
    if _taken >= (PLACES if familiar else PLACES // 2):
        raise Busy(N_("Very many people are signing in at this moment. Please try again in a few seconds."), seconds=3)
    _taken += 1
    try:
        yield
    finally:
        _taken -= 1


async def aside(work: Callable[..., Found], *values: object) -> Found:
    """`work` in one of the threads; to be called in a place."""
    return await asyncio.get_running_loop().run_in_executor(_threads(), work, *values)


def hash_now(password: str) -> str:
    return _argon2().hash(password)


def verify_now(password: str, password_hash: str | None) -> bool:
    """Takes as long for an unknown person or one without a password as for a known one."""
    right = _argon2().verify(password[:LONGEST], password_hash or _nobodys_hash())
    return right and password_hash is not None and len(password) <= LONGEST


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(THREADS, thread_name_prefix="passwords")


@cache
def _argon2() -> PasswordHash:
    return PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19_456, parallelism=1),))


@cache
def _nobodys_hash() -> str:
    return hash_now("nobody has this password")
