"""Transactions and savepoints, and what they say about whether anything was kept.

Piccolo's own lose the connection of a failed COMMIT, let later work join a dead transaction, ignore nesting and know no
isolation level; `KamTransaction` mends that.
"""

from __future__ import annotations

import asyncio
import logging
import re
from contextvars import ContextVar
from types import TracebackType
from typing import TYPE_CHECKING, Literal

import asyncpg
from piccolo.engine.postgres import PostgresTransaction

if TYPE_CHECKING:
    from kam.database.engine import KamEngine

log = logging.getLogger(__name__)

Isolation = Literal["read_committed", "repeatable_read", "serializable"]

# By this task so far: transactions that were kept, and whatever else may have been.
KEPT: ContextVar[int] = ContextVar("transactions_kept", default=0)

# With these, the server may have done what it was told, and only its answer is lost. (With an InterfaceError it was not
# told, because the connection was known to be gone.)
UNHEARD = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InternalClientError,
    OSError,
    TimeoutError,
    asyncio.CancelledError,
)
_UNDOING = 5.0  # seconds
_CHANGING = re.compile(r"\b(insert|update|delete|merge|procrastinate_\w+|pg_notify|nextval)\b", re.IGNORECASE)


def count_as_kept() -> None:
    KEPT.set(KEPT.get() + 1)


def may_have_changed(sql: str) -> bool:
    """Whether a statement outside of any transaction, whose answer is lost, leaves it open what is true now."""
    return not sql.lstrip().upper().startswith(("SELECT", "WITH")) or bool(_CHANGING.search(sql))


class KamTransaction(PostgresTransaction):
    """A transaction, or inside another one a savepoint that can fail without taking the outer one along."""

    __slots__ = ("broken", "ended", "isolation", "whole")

    engine: KamEngine

    def __init__(self, engine: KamEngine, isolation: Isolation | None = None, *, whole: bool = False) -> None:
        self.engine = engine
        self.isolation = isolation
        self.whole = whole
        self.broken = self.ended = False
        self._savepoint_id = 0
        self._parent = engine.running()
        self._committed = False
        self._rolled_back = False

    async def __aenter__(self) -> KamTransaction:
        self.connection = self._parent.connection if self._parent else await self.engine.borrow()
        try:
            self.transaction = self.connection.transaction(isolation=self.isolation)
            await self.transaction.start()
        except BaseException:
            await self._give_back()
            raise
        self.engine.current_transaction.set(self)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> Literal[False]:
        self.ended = True
        self.engine.current_transaction.set(self._parent)
        try:
            if self._committed or self._rolled_back:
                return False
            await (self._keep() if error is None and not self.broken else self._undo())
        finally:
            await self._give_back()
        if self.broken and error is None:
            raise RuntimeError("A part of this transaction failed, so all of it was undone.")
        return False

    async def _keep(self) -> None:
        """A commit of which nobody hears how it ended counts as kept, since it may have been."""
        try:
            await self.commit()  # type: ignore[no-untyped-call]
        except UNHEARD:
            self._count()
            raise
        self._count()

    def _count(self) -> None:
        if self._parent is None:
            count_as_kept()

    async def _undo(self) -> None:
        """The error that made us roll back matters more than one from a connection that is gone as well."""
        try:
            async with asyncio.timeout(_UNDOING):
                await self.rollback()  # type: ignore[no-untyped-call]
        except TimeoutError:
            self.connection.terminate()  # the server undoes it when it notices
            log.warning("A transaction was not rolled back in time, so its connection was cut off")
        except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError) as failure:
            log.warning("A transaction could not be rolled back: %s", failure)

    async def _give_back(self) -> None:
        if self._parent is None:
            await self.engine.give_back(self.connection)


class Part:
    """Takes part in a transaction that is one whole: no savepoint, and what fails in here fails all of it."""

    __slots__ = ("whole",)

    def __init__(self, whole: KamTransaction) -> None:
        self.whole = whole

    async def __aenter__(self) -> KamTransaction:
        return self.whole

    async def __aexit__(self, _kind: object, error: BaseException | None, _trace: object) -> Literal[False]:
        self.whole.broken |= error is not None
        return False
