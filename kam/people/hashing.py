"""Where passwords are hashed: in two threads of their own, so that no other work keeps people from signing in, and many
who sign in, or guess, leave the processor to the pages.

One of the threads is for browsers that are known and for whoever is signed in: a crowd of strangers, whose guesses all
go to the other one, does not stand in their way.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache, cached_property
from typing import TypeVar

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from kam.errors import Busy
from kam.language import N_

PLACES = 12  # each waits for those before it: a quarter of a second
LONGEST = 200
Found = TypeVar("Found")


class Queue:
    """One thread and the places before it."""

    def __init__(self) -> None:
        self.taken = 0

    @contextmanager
    def place(self) -> Iterator[None]:
        """To be taken first. Raises Busy when there is none."""
        if self.taken >= PLACES:
            message = N_("Very many people are signing in at this moment. Please try again in a few seconds.")
            raise Busy(message, seconds=3)
        self.taken += 1
        try:
            yield
        finally:
            self.taken -= 1

    async def run(self, work: Callable[..., Found], *values: object) -> Found:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, *values)

    @cached_property
    def _thread(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(1, thread_name_prefix="passwords")  # begun when needed, in each process

    def begin_anew(self) -> None:
        """In a process that was just forked, where no thread of the other one lives on."""
        self.__dict__.pop("_thread", None)
        self.taken = 0


KNOWN = Queue()
STRANGERS = Queue()
for queue in (KNOWN, STRANGERS):
    os.register_at_fork(after_in_child=queue.begin_anew)


def hash_now(password: str) -> str:
    return _argon2().hash(password)


def verify_now(password: str, password_hash: str | None) -> bool:
    """Takes as long for an unknown person or one without a password as for a known one."""
    right = _argon2().verify(password[:LONGEST], password_hash or _nobodys_hash())
    return right and password_hash is not None and len(password) <= LONGEST


@cache
def _argon2() -> PasswordHash:
    return PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19_456, parallelism=1),))


@cache
def _nobodys_hash() -> str:
    return hash_now("nobody has this password")
