"""Rows per second of importing order lines, beside a bare COPY of the same rows into a plain table in the same run.

    .venv/bin/python -m tests.benchmarks.importing [ROWS]

Lines of made-up orders (ten a order) of customers of whom a tenth is new. The import reads, judges, stages, matches,
upserts, writes history and facts; COPY only stores.
"""

from __future__ import annotations

import asyncio
import csv
import io
import random
import sys
import time
from datetime import date, timedelta

from kam.clock import now
from kam.database.engine import DB
from kam.importing.inside import guess
from kam.importing.running import Report, run
from kam.importing.source import Source
from kam.importing.starting import settings_of
from kam.people.viewer import Viewer
from kam.starting import put_in_force
from tests.server import fresh_database


def made_up(rows: int) -> bytes:
    chance = random.Random(1)
    out = io.StringIO()
    lines = csv.writer(out)
    lines.writerow(["order no", "customer id", "order date", "product code", "product name", "qty", "unit price"])
    for row in range(rows):
        order, product = row // 10, chance.randrange(3000)
        day = date(2025, 1, 1) + timedelta(days=order % 365)
        lines.writerow(
            [
                order,
                f"K{order % max(rows // 50, 1)}",
                day,
                f"P{product}",
                f"Product {product}",
                chance.randrange(1, 50),
                f"{chance.randrange(100, 99999) / 100:.2f}",
            ]
        )
    return out.getvalue().encode()


async def bare_copy(content: bytes) -> float:
    """By the superuser, as whom the tests sign in: the role that serves may create no tables."""
    async with DB.connection() as link, link.transaction():
        await link.execute("SET LOCAL ROLE NONE")
        await link.execute(
            "CREATE TABLE bare (number text, customer text, day date, product text, name text, qty numeric, "
            "price numeric)"
        )
        started = time.perf_counter()
        await link.copy_to_table("bare", source=io.BytesIO(content), format="csv", header=True)
        return time.perf_counter() - started


async def imported(content: bytes, by: Viewer) -> float:
    started = time.perf_counter()
    source = Source("orders.csv", content)
    opened, columns = guess(source, "orders")

    async def quiet(_done: int, _doing: str) -> None:
        pass

    async def kept(_report: Report) -> None:
        pass

    settings = settings_of({"create_customers": True}, by, now(), dry_run=False)
    report = await run(source, opened, "orders", columns, settings, quiet, kept)
    seconds = time.perf_counter() - started
    assert not report.not_imported, report.findings
    return seconds


async def main(rows: int) -> None:
    content = made_up(rows)
    async with fresh_database():
        put_in_force()
        person = await DB.fetchval(
            "INSERT INTO person (id, name, email, role, created_at) VALUES (new_id(), 'Bench', 'bench@example.com', "
            "'administrator', $1) RETURNING id",
            now(),
        )
        by = Viewer(id=person, name="Bench", role="administrator")
        first, copied = await imported(content, by), await bare_copy(content)
        again = await imported(content, by)
    print(f"import of {rows:,} order lines: {rows / first:,.0f} rows/s ({first:.1f} s)")
    print(f"the same file again:           {rows / again:,.0f} rows/s ({again:.1f} s)")
    print(f"bare COPY of the same rows:    {rows / copied:,.0f} rows/s ({copied:.2f} s); ratio {first / copied:.1f}")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000))
