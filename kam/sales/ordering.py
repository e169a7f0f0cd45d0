"""Taking an order and changing it: its lines are one set, its total and cost their sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from kam.customers.queries import locked
from kam.database.columns import new_id
from kam.database.engine import DB
from kam.errors import Invalid
from kam.facts.storing import refresh_one
from kam.language import N_
from kam.people.viewer import Viewer
from kam.records import recording
from kam.records.changing import change, check_revision
from kam.records.rules import LARGEST_AMOUNT
from kam.sales import order_lines, queries
from kam.sales.fields import LINE, ORDER, TOO_LARGE, TOTAL_TOO_LARGE
from kam.sales.order_lines import Line
from kam.sales.terms import CANCELLED, OPEN, RETURNED

_RETURN = "SELECT 1 FROM sales_order WHERE customer = $1 AND number = $2 AND status = $3 AND deleted_at IS NULL"
NO_LINES = N_("Give the order at least one line with a quantity.")

_INSERT = """
INSERT INTO sales_order (id, number, customer, ordered_on, status, channel, currency, total, cost, notes, created_at,
                         created_by, updated_at, revision)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $11, 1)
"""

# A number that somebody gave by hand counts too, as far as it looks like one of the day.
_NEXT = "SELECT coalesce(max(substr(number, 12)::int), 0) + 1 FROM sales_order WHERE number ~ $1"


async def take(
    customer: UUID, lines: Sequence[Line], *, ordered_on: date, by: Viewer, now: datetime, number: str = "",
    currency: str = "EUR", channel: str = "", status: str = OPEN, notes: str = "",
) -> UUID:  # fmt: skip
    """The id of the new order. Without a number it gets the next of its day (O-20260615-3)."""
    by.require("write_sales")
    _check(lines, {"status": status, "currency": currency, "channel": channel, "number": number})
    async with DB.transaction():
        await locked(by, customer)
        order = new_id()
        number = number or await _next_number(ordered_on)
        priced = await order_lines.price(order, lines, currency)
        _require_sum(priced)
        head = (number, customer, ordered_on, status, channel, currency, priced.total, priced.cost, notes)
        await DB.execute(_INSERT, order, *head, now, by.id)
        await priced.write()
        await recording.record(
            "order",
            order,
            recording.CREATED,
            by=by.id,
            at=now,
            customer=customer,
            changes={"number": [None, number], "total": [None, priced.total]},
        )
        await refresh_one(customer, as_of=by.as_of(now), now=now)
    return order


async def change_order(
    order: UUID,
    values: Mapping[str, Any],
    lines: Sequence[Line] | None,
    *,
    by: Viewer,
    now: datetime,
    revision: int | None = None,
) -> None:
    """Sets the given fields of the head and, if they are given, replaces the lines as a set; in another currency they
    must be given. Raises Stale when somebody was faster."""
    by.require("write_sales")
    _check(lines, {"status": OPEN, **values})
    async with DB.transaction():
        before = await queries.find(by, "sales_order", order, lock=True, deleted=False)
        check_revision(before, revision)
        currency = values.get("currency", before["currency"])
        if lines is None and currency != before["currency"]:
            raise Invalid({"lines": NO_LINES})
        sums = {} if lines is None else await _replace_lines(before, lines, currency)
        changed = await change(
            "sales_order", before, {**values, **sums}, by=by.id, at=now, kind="order", customer=before["customer"]
        )
        if sums and not changed:
            await _record_new_lines(before, by, now)
        await refresh_one(before["customer"], as_of=by.as_of(now), now=now)


async def cancel(order: UUID, *, by: Viewer, now: datetime, revision: int | None = None) -> None:
    """A cancelled order stays readable and counts nowhere."""
    by.require("write_sales")
    async with DB.transaction():
        before = await queries.find(by, "sales_order", order, lock=True, deleted=False)
        check_revision(before, revision)
        await change(
            "sales_order", before, {"status": CANCELLED}, by=by.id, at=now, kind="order", customer=before["customer"]
        )
        await refresh_one(before["customer"], as_of=by.as_of(now), now=now)


async def take_back(order: UUID, *, by: Viewer, now: datetime) -> UUID:
    """A return of everything in an order: a new order with negative quantities. Answers its id."""
    async with DB.transaction():
        await locked(by, (await queries.find(by, "sales_order", order, deleted=False))["customer"])
        original = await queries.find(by, "sales_order", order, lock=True, deleted=False)
        if original["status"] in (CANCELLED, RETURNED):
            raise Invalid({"": N_("Only an order that is neither cancelled nor itself a return can be returned.")})
        number = f"{original['number']}-R"[:60]
        if await DB.fetchval(_RETURN, original["customer"], number, RETURNED):
            raise Invalid({"": N_("This order was returned already.")})
        lines = [
            Line(-row["quantity"], row["product"], row["description"], row["unit_price"], row["unit"])
            for row in await queries.lines(order)
        ]
        kept = {name: original[name] for name in ("currency", "channel")}
        return await take(
            original["customer"],
            lines,
            ordered_on=by.today(now),
            by=by,
            now=now,
            number=number,
            status=RETURNED,
            **kept,
        )


def _check(lines: Sequence[Line] | None, head: Mapping[str, Any]) -> None:
    if lines is not None and not lines:
        raise Invalid({"lines": NO_LINES})
    ORDER.check(head)
    for line in lines or ():
        if fault := LINE.fault("quantity", line.quantity):
            raise Invalid({"lines": fault})
    if any(line.product is None and not line.description for line in lines or ()):
        raise Invalid({"lines": N_("Every line needs a product or a description.")})
    if any(abs(line.quantity * (line.unit_price or 0)) >= LARGEST_AMOUNT for line in lines or ()):
        raise Invalid({"lines": TOO_LARGE})


def _require_sum(priced: order_lines.Priced) -> None:
    """Also what products bring along, and all lines together, must fit into what is kept."""
    sums = [*priced.amounts, priced.total, priced.cost or Decimal(0)]
    if any(abs(amount) >= LARGEST_AMOUNT for amount in sums):
        raise Invalid({"lines": TOTAL_TOO_LARGE})


async def _replace_lines(before: queries.Row, lines: Sequence[Line], currency: str) -> dict[str, Decimal | None]:
    """The new sums of the order, or nothing if its lines stay as they are."""
    stood = await queries.lines(before["id"])
    if currency == before["currency"] and order_lines.same(lines, stood):
        return {}
    priced = await order_lines.price(before["id"], lines, currency, stood if currency == before["currency"] else ())
    _require_sum(priced)
    await DB.execute("DELETE FROM sales_order_line WHERE sales_order = $1", before["id"])
    await priced.write()
    return {"total": priced.total, "cost": priced.cost}


async def _record_new_lines(before: queries.Row, by: Viewer, now: datetime) -> None:
    """Other lines that come to the same sums are a change all the same."""
    changes = {"total": [before["total"], before["total"]]}
    await recording.record(
        "order", before["id"], recording.CHANGED, by=by.id, at=now, customer=before["customer"], changes=changes
    )
    await DB.execute("UPDATE sales_order SET updated_at = $2, revision = revision + 1 WHERE id = $1", before["id"], now)


async def _next_number(day: date) -> str:
    """Numbers of one day follow each other; a lock keeps two people from getting the same."""
    await DB.execute("SELECT pg_advisory_xact_lock(hashtext('order_number'))")
    start = f"O-{day:%Y%m%d}-"
    return f"{start}{await DB.fetchval(_NEXT, f'^{start}[0-9]{{1,8}}$')}"
