"""The row of last values that every customer has: laid down with the customer, brought up to date with its records."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from kam.database.engine import DB
from kam.database.retrying import retrying
from kam.facts.catalogue import CUSTOMER, Catalogue, current
from kam.facts.statement import of_one, of_some
from kam.workflow.registry import kept_while_in_force

# From so many customers on, one pass over all is quicker than looking up each.
MANY = 20_000
_PORTION = 500

_HOLD = "SELECT customer, as_of FROM customer_fact WHERE customer = ANY($1) ORDER BY customer FOR NO KEY UPDATE"
_LAY = """
INSERT INTO customer_fact (customer, computed_at) SELECT id, '-infinity' FROM unnest($1::uuid[]) id ORDER BY id
ON CONFLICT (customer) DO NOTHING
"""

_POSTPONED: ContextVar[bool] = ContextVar("facts_postponed", default=False)
_NOBODY = UUID(int=0)
_empty: dict[Catalogue, list[Any]] = {}


async def start(customers: Sequence[UUID], *, now: datetime) -> None:
    """The first row of new customers, in the transaction that creates them: what is known of one without records."""
    catalogue = current()
    if catalogue not in _empty:
        names = list(catalogue.customer_facts)
        row = await DB.fetchrow(of_one(catalogue, CUSTOMER, names), _NOBODY, now.date())
        _empty[catalogue] = list(row.values()) if row else []
    await DB.fetch(_start_statement(catalogue), list(customers), now, now.date(), *_empty[catalogue])


@contextmanager
def postponed() -> Iterator[None]:
    """Many records will change inside, and whoever changes them refreshes everything afterwards."""
    token = _POSTPONED.set(True)
    try:
        yield
    finally:
        _POSTPONED.reset(token)


async def refresh_one(customer: UUID, *, as_of: date, now: datetime) -> None:
    """After a record of `customer` changed, in the same transaction. Its rank waits for the next refresh of all."""
    if not _POSTPONED.get():
        await _refresh([customer], as_of, now)


async def refresh_some(customers: Collection[UUID], *, as_of: date, now: datetime) -> None:
    """The same for many, as after an import; in portions, so that outside a transaction nobody waits long for a row."""
    ids = sorted(set(customers))
    for first in range(0, len(ids), _PORTION):
        await retrying(partial(_refresh, ids[first : first + _PORTION], as_of, now))


async def refresh_part(customer: UUID, groups: frozenset[str], *, as_of: date, now: datetime) -> None:
    """After what only these groups of facts read has changed, as by a step: those, and what derives from them.

    All of them if the row is of an earlier day, since it is of one day as a whole; but what is postponed comes anyway.
    """
    async with DB.joined():
        stood = (await _held([customer]))[0][1]
        if stood >= as_of or _POSTPONED.get():
            await DB.fetch(_part_statement(current(), groups), customer, max(stood, as_of), now)
        else:
            await DB.fetch(_one_statement(current()), customer, as_of, now)


async def _refresh(customers: Sequence[UUID], as_of: date, now: datetime) -> None:
    """Takes the rows, always in the same order, and only then looks at the records: whoever changes another record of
    the customer at this moment is waited for, so that what is computed counts that change too.

    A row never goes back: one that is of a later day already is computed for that day.
    """
    catalogue = current()
    async with DB.joined():
        for day, some in _by_day(await _held(customers), as_of).items():
            if len(some) == 1:
                await DB.fetch(_one_statement(catalogue), some[0], day, now)
            else:
                await DB.fetch(_some_statement(catalogue), some, day, now)


async def _held(customers: Sequence[UUID]) -> list[tuple[UUID, date]]:
    rows = await DB.fetch(_HOLD, customers)
    if len(rows) < len(customers):
        await DB.fetch(_LAY, customers)
        rows = await DB.fetch(_HOLD, customers)
    return [(row["customer"], row["as_of"]) for row in rows]


def _by_day(held: Iterable[tuple[UUID, date]], as_of: date) -> dict[date, list[UUID]]:
    days: dict[date, list[UUID]] = {}
    for customer, stood in held:
        days.setdefault(max(stood, as_of), []).append(customer)
    return days


@kept_while_in_force(maxsize=8)
def _start_statement(catalogue: Catalogue) -> str:
    names = list(catalogue.customer_facts)
    values = ", ".join(f"${number}" for number in range(4, 4 + len(names)))
    return f"""
        INSERT INTO customer_fact (customer, computed_at, as_of, {", ".join(names)})
        SELECT id, $2, $3, {values} FROM unnest($1::uuid[]) id ON CONFLICT (customer) DO NOTHING
    """


@kept_while_in_force(maxsize=8)
def _one_statement(catalogue: Catalogue) -> str:
    names = list(catalogue.customer_facts)
    return _update(names, f"SELECT $1::uuid AS subject, v.* FROM ({of_one(catalogue, CUSTOMER, names)}) v")


@kept_while_in_force(maxsize=8)
def _part_statement(catalogue: Catalogue, groups: frozenset[str]) -> str:
    names = catalogue.following(fact.name for group in catalogue.groups if group.name in groups for fact in group.facts)
    part = of_one(catalogue, CUSTOMER, names)
    return _update(names, f"SELECT $1::uuid AS subject, v.* FROM ({part}) v", "")


@kept_while_in_force(maxsize=8)
def _some_statement(catalogue: Catalogue) -> str:
    names = list(catalogue.customer_facts)
    return _update(names, of_some(catalogue, names))


def _update(names: list[str], rows: str, of: str = ", as_of = $2") -> str:
    """What is computed is computed once: a server that takes the table for a small one would do it for each row."""
    return f"""
        WITH v AS MATERIALIZED ({rows})
        UPDATE customer_fact SET computed_at = greatest(computed_at, $3){of},
               {", ".join(f"{name} = v.{name}" for name in names)}
        FROM v WHERE customer_fact.customer = v.subject
    """
