"""Two at one moment: the cast committed, so that connections of their own see it, and taken away afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from datetime import datetime
from typing import Any

import pytest

from kam.database import roles
from kam.database.engine import DB
from tests.cast import Cast, assemble

_KEPT = ("history_ledger", "migration", "secret")


@pytest.fixture
async def committed(database: str, now: datetime) -> AsyncIterator[Cast]:
    """As `cast`, but seen by every connection."""
    before = await _tables()
    try:
        yield await assemble(now)
    finally:
        await _empty(before)


async def at_once(*tries: Awaitable[Any]) -> list[Any]:
    """What each came to: its answer, or the error that it raised."""
    return await asyncio.gather(*tries, return_exceptions=True)


async def _tables() -> list[str]:
    rows = await DB.fetch(
        "SELECT quote_ident(relname) AS name FROM pg_class WHERE relkind = 'r'"
        " AND relnamespace = 'public'::regnamespace AND relname <> ALL($1) AND relname NOT LIKE 'procrastinate%'",
        list(_KEPT),
    )
    return [row["name"] for row in rows]


async def _empty(tables: list[str]) -> None:
    """The histories refuse it otherwise; only the tests' superuser may do this."""
    async with DB.transaction():
        await DB.execute(f"SET LOCAL ROLE {roles.SUPERUSER}")
        await DB.execute("SET LOCAL session_replication_role = replica")
        await DB.execute(f"TRUNCATE {', '.join(tables)} CASCADE")
        await DB.execute("UPDATE history_ledger SET seals = 0, sealed = 0, noted = 0, writing = '{}', head = NULL")
