"""A return of everything in an order: a new order with negative quantities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from kam.database.engine import DB
from kam.errors import Invalid
from kam.language import N_
from kam.orders.kind import LINES, ORDER
from kam.people.viewer import Viewer
from kam.records import sets
from kam.records.adding import add
from kam.records.finding import locked
from kam.records.referring import hold_owner
from kam.sales.lines import said
from kam.workflow.definition import CANCELLED
from kam.workflow.meanings import states_that_mean
from kam.workflow.registry import current

NOT_RETURNABLE = N_("Only an order that is neither cancelled nor itself a return can be returned.")
RETURNED_ALREADY = N_("This order was returned already.")
# Where what is over stands, under this or a later name.
DELIVERED, RETURNED = "delivered", "returned"

_WHOSE = "SELECT customer FROM sales_order WHERE id = $1"
_RETURN = """
SELECT 1 FROM sales_order WHERE customer = $1 AND number = $2 AND total <= 0 AND deleted_at IS NULL
   AND (state IN ({cancelled})) IS NOT TRUE
"""


def state_of_past(name: str) -> str:
    """The state in which something that is over begins; the first one where the file has none for it."""
    definition = current().definition(ORDER.workflow)
    known = definition.state(name).name
    return known if known in definition.beginnings else definition.initial


def is_cancelled(state: str) -> bool:
    return current().known_or_absent(ORDER.workflow).state(state).means == CANCELLED


def goes_back(rows: Sequence[Mapping[str, Any]]) -> bool:
    return all(row["quantity"] < 0 for row in rows)


async def take_back(order: UUID, *, by: Viewer, now: datetime) -> UUID:
    """Answers its id. Raises Invalid where there is nothing to send back."""
    by.require(ORDER.ability)
    async with DB.transaction():
        await hold_owner(ORDER, await DB.fetchval(_WHOSE, order), by)
        original = await locked(ORDER, by, order)
        rows = (await sets.read(LINES, [order]))[order]
        number = f"{original['number']}-R"[:60]
        await _require_returnable(original, rows, number)
        values = {
            "number": number,
            "ordered_on": by.today(now),
            "currency": original["currency"],
            "channel": original["channel"],
            "lines": said(rows, times=-1),
        }
        return await add(ORDER, values, by=by, now=now, customer=original["customer"], state=state_of_past(RETURNED))


async def _require_returnable(original: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], number: str) -> None:
    if is_cancelled(original["state"]) or goes_back(rows):
        raise Invalid({"": NOT_RETURNABLE})
    cancelled = states_that_mean(ORDER.workflow, CANCELLED)
    if await DB.fetchval(_RETURN.format(cancelled=cancelled), original["customer"], number):
        raise Invalid({"": RETURNED_ALREADY})
