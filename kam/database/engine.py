"""The one connection to PostgreSQL that everything shares.

Piccolo's own engine loses the connection of a failed COMMIT, lets later work join a dead transaction, ignores
nested transactions and knows no isolation level; `KamTransaction` mends that.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from types import TracebackType
from typing import Any, Literal, TypeAlias

import asyncpg
from piccolo.engine.postgres import PostgresEngine, PostgresTransaction
from piccolo.querystring import QueryString

from kam.database.reaching import reach
from kam.errors import Unavailable

log = logging.getLogger(__name__)

Isolation = Literal["read_committed", "repeatable_read", "serializable"]
Link: TypeAlias = Any  # an asyncpg connection, or the pool's stand-in for one; asyncpg has no types

KEPT: ContextVar[int] = ContextVar("transactions_kept", default=0)  # by this task so far


class QuietConnection(asyncpg.Connection):  # type: ignore[misc]
    """Comes back to the pool without asking the server to reset it, which would cost each request a round trip.

    Therefore nothing may change a session's settings outside a transaction (`SET LOCAL`, never `SET`).
    """

    def get_reset_query(self) -> str:
        return ""


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
            kept = error is None and not self.broken
            await (self.commit() if kept else self._undo())  # type: ignore[no-untyped-call]
            if kept and self._parent is None:
                KEPT.set(KEPT.get() + 1)
        finally:
            await self._give_back()
        if self.broken and error is None:
            raise RuntimeError("A part of this transaction failed, so all of it was undone.")
        return False

    async def _undo(self) -> None:
        """The error that made us roll back matters more than one from a connection that is gone as well."""
        try:
            await self.rollback()  # type: ignore[no-untyped-call]
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


class KamEngine(PostgresEngine):
    """Statements with `$1` parameters go straight to asyncpg; Piccolo's tables take the same connections."""

    async def open(self, size: int = 16, **connection: Any) -> None:
        """Opens the pool; `connection` is what asyncpg takes (host, port, user, password, database or dsn)."""
        self.pool = await asyncpg.create_pool(
            min_size=1,
            max_size=size,
            connection_class=QuietConnection,
            max_inactive_connection_lifetime=0,
            # The facts of a workflow are one long statement; planned anew each time they cost ten milliseconds.
            max_cacheable_statement_size=0,
            statement_cache_size=300,
            connect=reach if "dsn" in connection else None,
            **connection,
        )
        self.config = dict(connection)

    async def get_new_connection(self) -> Link:
        """One outside of the pool, which the caller closes."""
        options = dict(self.config)
        url = options.pop("dsn", None)
        return await (reach(url, **options) if url else asyncpg.connect(**options))

    async def close(self) -> None:
        """Lets statements under way finish; after three seconds they are cut off, so that a stop is a stop."""
        pool, self.pool = self.pool, None
        if pool is None:
            return
        try:
            async with asyncio.timeout(3):
                await pool.close()
        except TimeoutError:
            pool.terminate()

    @contextmanager
    def set_aside(self) -> Iterator[None]:
        """Inside, another connection may be opened and closed, as by the owner of the tables."""
        before = self.pool, self.config
        self.pool = None
        try:
            yield
        finally:
            self.pool, self.config = before

    async def check_version(self) -> None:
        """Piccolo would connect here, on import; `connecting.py` looks at the version when it opens the pool."""

    def transaction(  # type: ignore[override]
        self, allow_nested: bool = True, isolation: Isolation | None = None, *, whole: bool = False
    ) -> KamTransaction | Part:
        """Joins nothing that has ended; inside a running transaction it is a savepoint.

        Those inside a `whole` one are no savepoints but parts of it, which saves two round trips each when thousands
        of verbs follow each other. If one of them fails, the whole is undone, even if the error was caught.
        """
        running = self.running()
        return Part(running) if running and running.whole else KamTransaction(self, isolation, whole=whole)

    def joined(self) -> KamTransaction | Part:
        """The running transaction without a savepoint, or one of its own where none is running."""
        running = self.running()
        return Part(running) if running else KamTransaction(self)

    def attempt(self) -> KamTransaction:
        """A savepoint even inside a whole: for what may be refused without undoing the rest."""
        return KamTransaction(self)

    def running(self) -> KamTransaction | None:
        """The transaction we are in. A task started inside one keeps it in its context after it has ended."""
        current: KamTransaction | None = self.current_transaction.get()  # type: ignore[assignment]
        return None if current is None or current.ended else current

    async def borrow(self) -> Link:
        if self.pool is None:
            raise Unavailable("The database is not open. Start kam with `kam serve`.")
        try:
            return await self.pool.acquire()
        except FileNotFoundError as error:  # the socket of a server that is down; one on the network refuses likewise
            raise ConnectionRefusedError("The database is down.") from error

    async def give_back(self, connection: Link) -> None:
        if self.pool:
            await self.pool.release(connection)

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Link]:
        """The current transaction's connection, or one of the pool for the length of the block."""
        current = self.running()
        if current is not None:
            yield current.connection
            return
        link = await self.borrow()
        try:
            yield link
        finally:
            await self.give_back(link)

    async def fetch(self, sql: str, *args: Any) -> list[asyncpg.Record]:
        current = self.current_transaction.get()
        if current is not None and not current.ended:  # type: ignore[attr-defined]
            found: list[asyncpg.Record] = await current.connection.fetch(sql, *args)
            return found
        link = await self.borrow()
        try:
            rows: list[asyncpg.Record] = await link.fetch(sql, *args)
            return rows
        finally:
            await self.give_back(link)

    async def fetch_planned(self, sql: str, *args: Any) -> list[asyncpg.Record]:
        """The same, planned for exactly these values, where a plan for any values would be a bad one.

        It costs another round trip, and the planning each time.
        """
        async with self.connection() as link:
            statement = await link.prepare(sql, name="")
            rows: list[asyncpg.Record] = await statement.fetch(*args)
            return rows

    async def fetchrow(self, sql: str, *args: Any) -> asyncpg.Record | None:
        rows = await self.fetch(sql, *args)
        return rows[0] if rows else None

    async def fetchval(self, sql: str, *args: Any) -> Any:
        rows = await self.fetch(sql, *args)
        return rows[0][0] if rows else None

    async def execute(self, sql: str, *args: Any) -> str:
        async with self.connection() as link:
            status: str = await link.execute(sql, *args)
            return status

    async def execute_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        async with self.connection() as link:
            await link.executemany(sql, rows)

    async def copy_records(self, table: str, *, columns: Sequence[str], records: Iterable[Sequence[Any]]) -> str:
        """Rows in bulk by COPY; `records` may be an async iterable too."""
        async with self.connection() as link:
            status: str = await link.copy_records_to_table(table, columns=list(columns), records=records)
            return status

    async def run_querystring(self, querystring: QueryString, in_pool: bool = True) -> list[asyncpg.Record]:
        sql, args = querystring.compile_string(engine_type=self.engine_type)
        return await self.fetch(sql, *args)

    async def run_ddl(self, ddl: str, in_pool: bool = True) -> list[asyncpg.Record]:
        return await self.fetch(ddl)


DB = KamEngine(config={})
