"""The row of last values that every customer has: laid down with the customer, brought up to date with its records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from kam.database.engine import DB
from kam.facts.catalogue import CUSTOMER, Catalogue, current
from kam.facts.statement import of_one, of_some

# From so many customers on, one pass over all is quicker than looking up each.
MANY = 20_000

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
    await DB.fetch(_start_statement(catalogue), list(customers), now, *_empty[catalogue])


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
        await DB.fetch(_one_statement(current()), customer, as_of, now)


async def refresh_some(customers: Sequence[UUID], *, as_of: date, now: datetime) -> None:
    """The same for many at once, as after an import."""
    await DB.fetch(_some_statement(current()), list(customers), as_of, now)


@lru_cache(maxsize=8)
def _start_statement(catalogue: Catalogue) -> str:
    names = list(catalogue.customer_facts)
    values = ", ".join(f"${number}" for number in range(3, 3 + len(names)))
    return f"""
        INSERT INTO customer_fact (customer, computed_at, {", ".join(names)})
        SELECT id, $2, {values} FROM unnest($1::uuid[]) id ON CONFLICT (customer) DO NOTHING
    """


@lru_cache(maxsize=8)
def _one_statement(catalogue: Catalogue) -> str:
    names = list(catalogue.customer_facts)
    return _upsert(names, f"SELECT $1::uuid AS subject, v.* FROM ({of_one(catalogue, CUSTOMER, names)}) v")


@lru_cache(maxsize=8)
def _some_statement(catalogue: Catalogue) -> str:
    names = list(catalogue.customer_facts)
    return _upsert(names, of_some(catalogue, names))


def _upsert(names: list[str], rows: str) -> str:
    columns = ", ".join(names)
    return f"""
        INSERT INTO customer_fact (customer, computed_at, {columns})
        SELECT v.subject, $3::timestamptz, {columns} FROM ({rows}) v ORDER BY v.subject
        ON CONFLICT (customer) DO UPDATE
        SET computed_at = excluded.computed_at, {", ".join(f"{name} = excluded.{name}" for name in names)}
    """
