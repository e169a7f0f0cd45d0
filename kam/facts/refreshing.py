"""The facts of all customers, in sets: gathered group by group, put together, ranked, and written where they changed.

A row that somebody else wrote since the refresh began is newer and stays as it is.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import date, datetime

from kam.database.engine import DB, Link
from kam.facts.catalogue import CUSTOMER, Catalogue, current
from kam.facts.declare import FactGroup
from kam.facts.statement import fill, select

Progress = Callable[[int, int], Awaitable[None]]  # done and total; raising from it stops the refresh

_CHUNK = 4_000  # pages of new rows, some 50,000 customers
SETTINGS = (
    "SET LOCAL work_mem = '512MB'",
    "SET LOCAL hash_mem_multiplier = 2",
    # Workers read the records, one process adds them up: nearly every group is one customer's, nothing to share out.
    "SET LOCAL parallel_tuple_cost = 0.0001",
    "SET LOCAL jit = off",
)


async def refresh(*, as_of: date, now: datetime, progress: Progress | None = None) -> int:
    """Brings the stored facts of every customer to `as_of`; returns how many rows changed."""
    catalogue = current()
    async with DB.connection() as link, _tables(link, catalogue):
        async with link.transaction():
            for setting in SETTINGS:
                await link.execute(setting)
            await _begin(link, now)
            for group in catalogue.groups:
                await _gather(link, catalogue, group, as_of)
            await _total(link, catalogue, as_of=as_of, now=now)
            total = await _put_together(link, catalogue, as_of)
        changed = await _write_all(link, catalogue, total, now=now, progress=progress)
        if changed > total // 10:
            await link.execute("ANALYZE customer_fact")
        return changed


@asynccontextmanager
async def _tables(link: Link, catalogue: Catalogue) -> AsyncIterator[None]:
    names = ["fact_subject", "fact_new", "fact_rank", *(_table(group) for group in catalogue.groups)]
    drop = f"DROP TABLE IF EXISTS {', '.join(f'pg_temp.{name}' for name in names)}"
    await link.execute(drop)
    yield
    if not link.is_closed():
        await link.execute(drop)


async def _begin(link: Link, now: datetime) -> None:
    """Notes each row's version before any record is read: whoever writes it from now on knows at least as much."""
    await link.execute(
        """
        INSERT INTO customer_fact (customer, computed_at)
        SELECT c.id, $1 FROM customer c WHERE NOT EXISTS (SELECT FROM customer_fact f WHERE f.customer = c.id)
        ON CONFLICT (customer) DO NOTHING
        """,
        now,
    )
    await link.execute(
        """
        CREATE TEMP TABLE fact_subject AS
        SELECT c.id AS subject, c.id AS customer, f.xmin AS version, f.ctid AS place
        FROM customer c JOIN customer_fact f ON f.customer = c.id WHERE c.deleted_at IS NULL
        """
    )


async def _gather(link: Link, catalogue: Catalogue, group: FactGroup, as_of: date) -> None:
    sql = fill(group.sql, catalogue.currencies, as_of=_literal(as_of))
    await link.execute(f"CREATE TEMP TABLE {_table(group)} AS {sql}")
    await link.execute(f"ANALYZE {_table(group)} (subject)")


async def _total(link: Link, catalogue: Catalogue, *, as_of: date, now: datetime) -> None:
    """The revenue of all, which each one's share is measured by."""
    names = ["currency", "revenue_12m"]
    rows = select(catalogue, CUSTOMER, names, "fact_subject", _table, as_of=_literal(as_of))
    in_base = fill("revenue_12m / {per_base:currency}", catalogue.currencies, as_of="")
    await link.execute(
        f"""
        INSERT INTO fact_refresh (as_of, finished_at, customers, revenue_12m)
        SELECT $1, $2, count(*), coalesce(sum({in_base}) FILTER (WHERE revenue_12m > 0), 0) FROM ({rows}) v
        ON CONFLICT (as_of) DO UPDATE SET finished_at = excluded.finished_at, customers = excluded.customers,
            revenue_12m = excluded.revenue_12m
        """,
        as_of,
        now,
    )


async def _put_together(link: Link, catalogue: Catalogue, as_of: date) -> int:
    names = list(catalogue.customer_facts)
    rows = select(
        catalogue, CUSTOMER, names, "fact_subject", _table, as_of=_literal(as_of), keys=("subject", "version", "place")
    )
    await link.execute(f"CREATE TEMP TABLE fact_new AS {rows}")
    # The rank apart, as sorting the wide rows would take longer than all the rest.
    await link.execute(
        "CREATE TEMP TABLE fact_rank AS SELECT subject, (rank() OVER (ORDER BY score DESC))::int AS rank FROM fact_new"
    )
    await link.execute("ALTER TABLE fact_rank ADD PRIMARY KEY (subject)")
    await link.execute("ANALYZE fact_new (subject)")
    total: int = await link.fetchval("SELECT count(*) FROM fact_new")
    return total


async def _write_all(link: Link, catalogue: Catalogue, total: int, *, now: datetime, progress: Progress | None) -> int:
    pages: int = await link.fetchval("SELECT pg_relation_size('pg_temp.fact_new') / current_setting('block_size')::int")
    changed = 0
    for first in range(0, pages, _CHUNK):
        if progress:
            await progress(total * first // pages, total)
        changed += await _write(link, catalogue, first, now)
    if progress:
        await progress(total, total)
    return changed


async def _write(link: Link, catalogue: Catalogue, first: int, now: datetime) -> int:
    """One chunk in a transaction of its own, so that nobody waits long for a row."""
    names = [*catalogue.customer_facts, "rank"]
    old, new = (", ".join(f"{alias}.{name}" for name in names) for alias in ("f", "n"))
    done = await link.execute(
        f"""
        UPDATE customer_fact f
        SET computed_at = $1, {", ".join(f"{name} = n.{name}" for name in names)}
        FROM (SELECT v.*, r.rank FROM fact_new v JOIN fact_rank r USING (subject)
              WHERE v.ctid >= $2::tid AND v.ctid < $3::tid) n
        WHERE f.ctid = n.place AND f.customer = n.subject AND f.xmin = n.version AND ({old}) IS DISTINCT FROM ({new})
        """,
        now,
        (first, 0),
        (first + _CHUNK, 0),
    )
    return int(done.split()[-1])


def _table(group: FactGroup) -> str:
    return f"fact_of_{group.name}"


def _literal(as_of: date) -> str:
    return f"DATE '{as_of.isoformat()}'"
