"""The facts of all customers, in sets: gathered group by group, put together, ranked, and written where they changed.

Two connections share the work, as a server seldom has fewer than two cores. A row that somebody else wrote since the
refresh began knows more and stays as it is; at the end it is computed anew by itself, for this day and with the sums of
this refresh. A row of a later day stays too: what is known never goes back.
"""

from __future__ import annotations

from datetime import date, datetime

from kam.database.engine import Link
from kam.facts import storing
from kam.facts.catalogue import CUSTOMER, Catalogue, current
from kam.facts.declare import FactGroup
from kam.facts.sharing import NEW, RANK, SUBJECT, Links, alone, share
from kam.facts.statement import fill, select
from kam.facts.writing import Progress, at_work, ended, overtaken, write_all

SETTINGS = (
    "SET LOCAL work_mem = '512MB'",
    "SET LOCAL hash_mem_multiplier = 2",
    "SET LOCAL jit = off",
)
# Nothing is added up here, so that handing rows over costs less than the server reckons.
_PARALLEL = ("SET LOCAL parallel_tuple_cost = 0.0001", "SET LOCAL parallel_setup_cost = 0")
# Two groups at once keep two cores busier than two processes on one group, most of whose rows one of them adds up.
_SERIAL = ("SET LOCAL max_parallel_workers_per_gather = 0",)


# A row never goes back to an earlier day; but a day ahead of us and of the database comes from a clock that was wrong.
_AHEAD = "as_of > greatest($1, (now() AT TIME ZONE 'UTC')::date) + 1"
_FALSE_DAYS = f"UPDATE customer_fact SET as_of = $1, computed_at = '-infinity' WHERE {_AHEAD}"
_FALSE_SUMS = f"DELETE FROM fact_refresh WHERE {_AHEAD}"


async def refresh(*, as_of: date, now: datetime, progress: Progress | None = None) -> int:
    """Brings the stored facts of every customer to `as_of`; returns how many rows changed."""
    catalogue = current()
    async with alone(_tables(catalogue)) as links:
        first = links[0]
        await _begin(first, as_of, now)
        await _gather_all(links, catalogue, as_of)
        revenue = await _total(first, catalogue, as_of=as_of, now=now)
        others = await at_work(first)
        total = await _put_together(first, catalogue, as_of, revenue)
        written = await write_all(links, catalogue, total, as_of=as_of, now=now, progress=progress)
        await ended(first, others)
        await storing.refresh_some(await overtaken(first, written, as_of), as_of=as_of, now=now)
        changed = sum(written.values())
        if changed > total // 10:
            await first.execute("SELECT analyze_customer_fact()")
        return changed


def _tables(catalogue: Catalogue) -> list[str]:
    return [SUBJECT, NEW, RANK, *(_table(group) for group in catalogue.groups)]


async def _begin(link: Link, as_of: date, now: datetime) -> None:
    """Notes each row's version before any record is read: whoever writes it from now on knows at least as much."""
    for false in (_FALSE_DAYS, _FALSE_SUMS):
        await link.execute(false, as_of)
    await link.execute(
        """
        INSERT INTO customer_fact (customer, computed_at)
        SELECT c.id, $1 FROM customer c WHERE NOT EXISTS (SELECT FROM customer_fact f WHERE f.customer = c.id)
        ON CONFLICT (customer) DO NOTHING
        """,
        now,
    )
    await _make(
        link,
        SUBJECT,
        """
        SELECT c.id AS subject, c.id AS customer, f.xmin AS version, f.ctid AS place
        FROM customer c JOIN customer_fact f ON f.customer = c.id WHERE c.deleted_at IS NULL
        """,
        _PARALLEL,
    )


async def _gather_all(links: Links, catalogue: Catalogue, as_of: date) -> None:
    waiting = list(catalogue.groups)

    async def gather(link: Link) -> None:
        while waiting:
            group = waiting.pop(0)
            sql = fill(group.sql, catalogue.currencies, as_of=_literal(as_of))
            await _make(link, _table(group), sql, _SERIAL if len(links) > 1 else ())

    await share(links, gather)


async def _total(link: Link, catalogue: Catalogue, *, as_of: date, now: datetime) -> str:
    """The revenue of all, which each one's share is measured by; as SQL."""
    names = ["currency", "revenue_12m"]
    rows = select(catalogue, CUSTOMER, names, SUBJECT, _table, as_of=_literal(as_of))
    in_base = fill("revenue_12m / {per_base:currency}", catalogue.currencies, as_of="")
    revenue = await link.fetchval(
        f"""
        INSERT INTO fact_refresh (as_of, finished_at, customers, revenue_12m)
        SELECT $1, $2, count(*), coalesce(sum({in_base}) FILTER (WHERE revenue_12m > 0), 0) FROM ({rows}) v
        ON CONFLICT (as_of) DO UPDATE SET finished_at = excluded.finished_at, customers = excluded.customers,
            revenue_12m = excluded.revenue_12m
        RETURNING revenue_12m
        """,
        as_of,
        now,
    )
    return f"{revenue}::numeric"


async def _put_together(link: Link, catalogue: Catalogue, as_of: date, revenue: str) -> int:
    rows = select(
        catalogue,
        CUSTOMER,
        list(catalogue.customer_facts),
        SUBJECT,
        _table,
        as_of=_literal(as_of),
        keys=("subject", "version", "place"),
        total=revenue,
    )
    await _make(link, NEW, rows, _PARALLEL)
    # The rank apart, as sorting the wide rows would take longer than all the rest.
    await _make(link, RANK, f"SELECT subject, (rank() OVER (ORDER BY score DESC))::int AS rank FROM {NEW}")
    await link.execute(f"ALTER TABLE {RANK} ADD PRIMARY KEY (subject)")
    total: int = await link.fetchval(f"SELECT count(*) FROM {NEW}")
    return total


async def _make(link: Link, table: str, rows: str, settings: tuple[str, ...] = ()) -> None:
    """Unlogged and not temporary: the other connection and the server's parallel processes read it too."""
    async with link.transaction():
        for setting in (*SETTINGS, *settings):
            await link.execute(setting)
        await link.execute(f"CREATE UNLOGGED TABLE {table} AS {rows}")
        await link.execute(f"ANALYZE {table} (subject)")


def _table(group: FactGroup) -> str:
    return f"scratch.fact_of_{group.name}"


def _literal(as_of: date) -> str:
    return f"DATE '{as_of.isoformat()}'"
