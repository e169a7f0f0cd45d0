"""Keeping children at hand: started when first needed, used again, killed at their limits, started anew."""

from __future__ import annotations

import asyncio
import logging
import pickle
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import cached_property
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from kam.children import letters
from kam.children.child import Child, Gone, unprivileged
from kam.children.letters import ANSWER, FAULT, READY, REFUSAL
from kam.database.identity import Identity
from kam.errors import DomainError
from kam.language import N_

log = logging.getLogger(__name__)
T = TypeVar("T")

TIME, MEMORY, CRASH = "time", "memory", "crash"
_SAID = {
    TIME: N_("This took too long and was stopped."),
    MEMORY: N_("This needed too much memory and was stopped."),
    CRASH: N_("This broke off unexpectedly. Nothing was changed."),
}
_START_SECONDS = 60.0


class Ended(DomainError):
    """The child had to be killed, or died; `reason` is TIME, MEMORY or CRASH."""

    def __init__(self, reason: str) -> None:
        super().__init__(_SAID[reason])
        self.reason = reason


class Busy(DomainError):
    """Too many wait for the same children already."""

    def __init__(self) -> None:
        super().__init__(N_("Too much of this is asked for at the moment. Please try again in a minute."))


class Fault(Exception):
    """A fault of ours inside the child, with its traceback."""


class _Here:
    """The children of one event loop: a process that was forked, or a loop begun anew, has its own."""

    def __init__(self, most: int) -> None:
        self.turns = asyncio.Semaphore(most)
        self.free: list[Child] = []
        self.asking = 0

    def keep(self, child: Child) -> None:
        """At hand, until it is taken or ends: for idleness, or by somebody's hand."""
        self.free.append(child)
        child.rest(lambda: self._forget(child))

    def take(self) -> Child:
        child = self.free.pop()
        child.wake()
        return child

    def _forget(self, child: Child) -> None:
        self.free.remove(child)
        child.kill()


class Children:
    """Up to `most` children alike, in which `modules` are imported before the first work comes.

    Who comes while all are busy waits in turn, together at most `queue`; more are refused with Busy. A child that has
    had nothing to do for `idle` seconds ends. As root they run as an unprivileged user, unless `as_ourselves`.
    `environment` is what they get to know of theirs beside the little that all do.
    """

    def __init__(
        self, *modules: str, most: int = 1, queue: int = 32, idle: float = 300, as_ourselves: bool = False,
        environment: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        self.modules: Sequence[str] = modules
        self.most, self.queue, self.idle = most, queue, idle
        self._as_ourselves = as_ourselves
        self._environment = dict(environment or {})
        self._by_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, _Here] = WeakKeyDictionary()

    async def call(self, function: Callable[..., T], /, *args: Any, seconds: float, memory: int, **options: Any) -> T:
        """What the function returns, in the type that it declares. It is found by its name, and `args` are pickled.

        `seconds` of the clock from its turn on and `memory` in megabytes, all of the child's own, are its limits. One
        of our refusals crosses as itself; a limit or a crash raises Ended, any other exception Fault. The child is
        killed if the caller is cancelled.
        """
        async with self._asked(function, args, options, memory, streaming=False) as child:
            _, content = await _heard(child, seconds)
        return letters.answer_of(function, content)  # type: ignore[no-any-return]

    @asynccontextmanager
    async def stream(
        self, function: Callable[..., Any], /, *args: Any, seconds: float, memory: int, **options: Any
    ) -> AsyncIterator[AsyncIterator[Any]]:
        """`async with children.stream(function, …) as items: async for item in items`, for one that yields.

        The child runs a little ahead and then waits until it is read on. `seconds` are for each item; who leaves the
        block before the end kills the child.
        """
        async with self._asked(function, args, options, memory, streaming=True) as child:
            yield _items(child, function, seconds)

    def warm(self) -> asyncio.Task[None]:
        """Begins to start one child if there is none, so that the next call finds it ready."""
        self._warming = asyncio.get_running_loop().create_task(self._warm())
        return self._warming

    async def _warm(self) -> None:
        here = self._here()
        if not here.free and not here.turns.locked():
            async with here.turns:
                self._let_go(here, await self._started())

    def _here(self) -> _Here:
        return self._by_loop.setdefault(asyncio.get_running_loop(), _Here(self.most))

    @asynccontextmanager
    async def _asked(
        self, function: Callable[..., Any], args: Any, options: Any, memory: int, *, streaming: bool
    ) -> AsyncIterator[Child]:
        """A child that has begun the work; it is kept afterwards only if it has come to its end."""
        async with self._turn() as here:
            child = await self._begun(here, pickle.dumps((function, args, options, memory, streaming)))
            try:
                yield child
            finally:
                self._let_go(here, child)

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[_Here]:
        here = self._here()
        if here.asking >= self.most + self.queue:
            raise Busy
        here.asking += 1
        try:
            async with here.turns:
                yield here
        finally:
            here.asking -= 1

    async def _begun(self, here: _Here, work: bytes) -> Child:
        """A kept child may have ended meanwhile, for idleness or by somebody's hand; a new one may not."""
        while here.free:
            child = here.take()
            if await self._hears(child, work):
                return child
        child = await self._started()
        if await self._hears(child, work):
            return child
        raise Ended(CRASH)

    async def _hears(self, child: Child, work: bytes) -> bool:
        try:
            await child.ask(work)
        except Gone:
            child.kill()
            return False
        except BaseException:
            child.kill()
            raise
        return True

    async def _started(self) -> Child:
        """Unprivileged, if that user may read what we run, which in root's own home nobody else may; otherwise as
        ourselves."""
        while True:
            try:
                return await self._ready(self._identities[0])
            except (Gone, PermissionError):
                if len(self._identities) == 1:
                    raise Ended(CRASH) from None
                log.info("The user %s cannot run a child; it runs as ourselves", self._identities.pop(0))

    async def _ready(self, identity: Identity | None) -> Child:
        child = Child(self.modules, self.idle, identity, self._environment)
        try:
            async with asyncio.timeout(_START_SECONDS):
                await child.expect(READY)
        except BaseException:
            child.kill()
            raise
        return child

    def _let_go(self, here: _Here, child: Child) -> None:
        if child.working:
            child.kill()
        else:
            here.keep(child)

    @cached_property
    def _identities(self) -> list[Identity | None]:
        borrowed = None if self._as_ourselves else unprivileged()
        return [borrowed, None] if borrowed else [None]


async def _heard(child: Child, seconds: float) -> tuple[bytes, bytes]:
    try:
        async with asyncio.timeout(seconds):
            kind, content = await child.hear()
    except TimeoutError:
        raise Ended(TIME) from None
    except Gone as gone:
        raise Ended(MEMORY if gone.swollen else CRASH) from None
    if kind == REFUSAL:
        raise letters.refusal_of(content)
    if kind == FAULT:
        raise Fault(str(letters.unpacked(content)))
    return kind, content


async def _items(child: Child, function: Callable[..., Any], seconds: float) -> AsyncIterator[Any]:
    while True:
        kind, content = await _heard(child, seconds)
        if kind == ANSWER:
            return
        yield letters.answer_of(function, content, item=True)
