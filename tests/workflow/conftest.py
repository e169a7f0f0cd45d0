"""The real workflows; a customer's facts are what its stored row says, so that a test can say them in one line."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from kam.database.engine import DB
from kam.facts.gathering import gather
from kam.vocabulary import VOCABULARY
from kam.workflow import loading, registry
from kam.workflow.registry import Workflows

FOLDER = Path(__file__).parents[2] / "workflows"

Know = Callable[..., Awaitable[None]]


async def stored(subject_kind: str, subject_id: UUID, *, as_of: date, names: frozenset[str] | None = None) -> Any:
    if subject_kind != "customer":
        return await gather(subject_kind, subject_id, as_of=as_of, names=names)
    row = await DB.fetchrow("SELECT * FROM customer_fact WHERE customer = $1", subject_id)
    assert row is not None
    return {name: row[name] for name in names or row.keys()}


async def stored_of_some(subject_kind: str, subjects: Collection[UUID], *, as_of: date, names: frozenset[str]) -> Any:
    return {one: await stored(subject_kind, one, as_of=as_of, names=names) for one in subjects}


STANDING = ("stage", "days_in_stage", "warning_level", "days_in_warning_level", "key_account", "approved_plan")


async def reflect_standing(customer: UUID, _workflow: str, *, as_of: date, now: datetime) -> None:
    """Of the facts only those that a step itself changes; the others stay what the test says."""
    facts = await gather("customer", customer, as_of=as_of, names=STANDING)
    setting = ", ".join(f"{name} = ${number}" for number, name in enumerate(STANDING, 2))
    await DB.execute(
        f"UPDATE customer_fact SET {setting} WHERE customer = $1", customer, *(facts[name] for name in STANDING)
    )


@pytest.fixture(scope="session")
def loaded() -> Workflows:
    return loading.load(
        FOLDER, replace(VOCABULARY, gather=stored, gather_some=stored_of_some, reflect=reflect_standing)
    )


@pytest.fixture(autouse=True)
def in_force(loaded: Workflows) -> Iterator[Workflows]:
    before = registry._current
    registry.install(loaded)
    yield loaded
    registry._current = before


@pytest.fixture
async def know(db: object, cast: object) -> Know:
    """`await know(customer, orders_12m=3)` makes these the facts of a customer."""

    async def know(customer: UUID, **facts: Any) -> None:
        setting = ", ".join(f"{name} = ${number}" for number, name in enumerate(facts, 2))
        await DB.execute(f"UPDATE customer_fact SET {setting} WHERE customer = $1", customer, *facts.values())

    return know


@pytest.fixture
def ready() -> dict[str, Any]:
    """Facts with which a relationship may be developed."""
    return {
        "contacts_known": 3,
        "orders_12m": 2,
        "has_lead": True,
        "warning_level": 0,
        "blacklisted": False,
        "feeling_index": 10,
    }
