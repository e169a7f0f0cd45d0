"""What follows from the rest of an order: its sums, and the next number of its day where none was given."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from kam.database.engine import DB
from kam.sales import lines

# A number that somebody gave by hand counts too, as far as it looks like one of the day.
_NEXT = "SELECT coalesce(max(substr(number, 12)::int), 0) + 1 FROM sales_order WHERE number ~ $1"


async def complete(values: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Raises Invalid."""
    priced = await lines.price(values, before)
    return priced if values["number"] else {"number": await _next_number(values["ordered_on"]), **priced}


async def _next_number(day: date) -> str:
    """O-20260615-3. Numbers of one day follow each other; a lock keeps two people from getting the same."""
    await DB.execute("SELECT pg_advisory_xact_lock(hashtext('order_number'))")
    start = f"O-{day:%Y%m%d}-"
    return f"{start}{await DB.fetchval(_NEXT, f'^{start}[0-9]{{1,8}}$')}"
