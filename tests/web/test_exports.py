"""A large file of a list is made without keeping other visitors waiting."""

from __future__ import annotations

import asyncio
import io
import time
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from kam.web.current import CURRENT, Current
from kam.web.list_columns import Column
from kam.web.list_export import csv_lines, workbook

COLUMNS = [Column(name, name, name, kind=kind) for name, kind in (
    ("name", "text"), ("city", "text"), ("industry", "text"), ("revenue", "money"), ("score", "number"),
    ("at", "ago"), ("owner", "text"), ("team", "text"),
)]  # fmt: skip
ROW = {
    "name": "Acme Industrial 顶点工业", "city": "Shanghai", "industry": "=paper", "revenue": Decimal("12345.67"),
    "score": 71, "at": datetime(2026, 6, 15, 9, 0, tzinfo=UTC), "owner": "Alice", "team": "North",
}  # fmt: skip
BATCHES, ROWS = 2, 2000


async def batches(times: int = 1):
    for _ in range(BATCHES):
        yield [ROW] * ROWS * times


async def longest_wait(done: asyncio.Event) -> float:
    """How long somebody else who wants to go on in the same process has to wait at most."""
    longest = 0.0
    while not done.is_set():
        began = time.perf_counter()
        await asyncio.sleep(0.001)
        longest = max(longest, time.perf_counter() - began)
    return longest


@pytest.fixture
async def waited():
    """`await waited()`: how long others had to wait at most until now."""
    CURRENT.set(Current("en", "auto", "/", "", datetime(2026, 6, 15, tzinfo=UTC)))
    done = asyncio.Event()
    waiting = asyncio.create_task(longest_wait(done))
    await asyncio.sleep(0)

    async def so_far() -> float:
        done.set()
        return await waiting

    return so_far


async def test_whoever_else_is_here_hardly_waits_for_a_workbook(waited):
    content = await workbook([column.title for column in COLUMNS], COLUMNS, batches(), "en")
    assert await waited() < 0.3
    rows = list(load_workbook(io.BytesIO(content), read_only=True).active.iter_rows(values_only=True))
    assert len(rows) == BATCHES * ROWS + 1
    assert rows[1][:4] == ("Acme Industrial 顶点工业", "Shanghai", "=paper", 12345.67)


async def test_nor_for_lines_of_text(waited):
    lines = [line async for line in csv_lines([column.title for column in COLUMNS], COLUMNS, batches(8), "en")]
    assert await waited() < 0.3
    rows = b"".join(lines).decode("utf-8-sig").splitlines()
    assert len(rows) == BATCHES * ROWS * 8 + 1 and "'=paper" in rows[1] and "2026-06-15 09:00" in rows[1]
