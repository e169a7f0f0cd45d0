"""The one connection to PostgreSQL that everything shares."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypeAlias

import asyncpg
from piccolo.engine.postgres import PostgresEngine
from piccolo.querystring import QueryString

from kam.database.reaching import admitted, connect, reach
from kam.database.refusals import CROWDED
from kam.database.transactions import UNHEARD, Isolation, KamTransaction, Part, count_as_kept, may_have_changed
from kam.errors import Busy, Unavailable

log = logging.getLogger(__name__)

_IDLE = 300.0  # seconds after which a connection that nobody needs is let go; a new one costs some milliseconds
_LETTING_GO = 1.0  # seconds for the server to say that it has stopped what was given up

Link: TypeAlias = Any  # an asyncpg connection, or the pool's stand-in for one; asyncpg has no types


class QuietConnection(asyncpg.Connection):  # type: ignore[misc]
    """Comes back to the pool without asking the server to reset it, which would cost each request a round trip.

    Therefore nothing may change a session's settings outside a transaction (`SET LOCAL`, never `SET`).
    """

    def get_reset_query(self) -> str:
        return ""


class KamEngine(PostgresEngine):
    """Statements with `$1` parameters go straight to asyncpg; Piccolo's tables take the same connections."""

    patience: float | None = None  # seconds to wait for a free connection; None for as long as it takes

    async def open(self, size: int = 16, *, patience: float | None = None, **connection: Any) -> None:
        """Opens the pool; `connection` is what asyncpg takes (host, port, user, password, database or dsn)."""
        self.patience = patience
        self.pool = await asyncpg.create_pool(
            min_size=1,
            max_size=size,
            connection_class=QuietConnection,
            max_inactive_connection_lifetime=_IDLE,
            # The facts of a workflow are one long statement; planned anew each time they cost ten milliseconds.
            max_cacheable_statement_size=0,
            statement_cache_size=300,
            connect=reach if "dsn" in connection else connect,
            **connection,
        )
        self.config = dict(connection)

    async def get_new_connection(self) -> Link:
        """One outside of the pool, which the caller closes."""
        options = dict(self.config)
        url = options.pop("dsn", None)
        return await (reach(url, **options) if url else connect(**options))

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
        before = self.pool, self.config, self.patience
        self.pool = None
        try:
            yield
        finally:
            self.pool, self.config, self.patience = before

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
            return await admitted(self.pool.acquire, self.patience)
        except TimeoutError:
            if self.pool.get_size() - self.pool.get_idle_size() < self.pool.get_max_size():
                raise
            raise Busy(CROWDED, seconds=2) from None
        except asyncpg.TooManyConnectionsError as error:
            if self.patience is None:
                raise
            raise Busy(CROWDED, seconds=5) from error
        except ConnectionError:
            raise
        except OSError as error:  # no socket, no such host, no way there: all of them mean what a refusal means
            raise ConnectionRefusedError(f"The database is down: {error}") from error

    async def give_back(self, connection: Link) -> None:
        """A connection of which the server does not say that it stopped what was given up is cut off; no other one of
        that time is used again, as each would keep somebody waiting in vain where the server has fallen silent."""
        if self.pool is None:
            return
        try:
            await self.pool.release(connection, timeout=_LETTING_GO)
        except TimeoutError:
            log.info("A connection that did not become free was cut off")
            await self.renew()
        except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError) as failure:
            # One that is lost while somebody gives up on it; raised, this would stand in the place of the giving up.
            log.info("A connection could not be given back: %s", failure)

    def size(self) -> int:
        """How many connections the pool has now."""
        return self.pool.get_size() if self.pool else 0

    async def renew(self) -> None:
        """Every connection is made anew before it is used again, as after a switch-over to another server."""
        if self.pool:
            await self.pool.expire_connections()

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
        except UNHEARD:
            count_as_kept()
            raise
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
        except UNHEARD:
            if may_have_changed(sql):
                count_as_kept()
            raise
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
