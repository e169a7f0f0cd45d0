"""Records written by hand for the tests of facts, without the verbs: each function is one record."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from kam.database.columns import new_id
from kam.database.engine import DB
from tests.placing import place

TODAY = date(2026, 6, 15)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def day(ago: int) -> date:
    return TODAY - timedelta(days=ago)


def moment(ago: int, hour: int = 12) -> datetime:
    return datetime.combine(day(ago), time(hour), UTC)


async def insert(table: str, **values: Any) -> UUID:
    values = {"id": new_id(), **values}
    places = ", ".join(f"${number}" for number in range(1, 1 + len(values)))
    columns = ", ".join(f'"{name}"' for name in values)
    await DB.execute(f"INSERT INTO {table} ({columns}) VALUES ({places})", *values.values())
    return values["id"]


async def customer(**values: Any) -> UUID:
    values = {"name": "Test", "code": str(new_id()), "currency": "EUR", "created_at": LONG_AGO} | values
    made = await insert("customer", updated_at=values["created_at"], **values)
    await DB.execute("INSERT INTO customer_fact (customer, computed_at) VALUES ($1, $2)", made, LONG_AGO)
    return made


async def order(customer: UUID, ago: int, total: str, cost: str | None = None, **values: Any) -> UUID:
    values = {"currency": "EUR", "created_at": LONG_AGO, "number": "1"} | values
    amounts = {"total": Decimal(total), "cost": None if cost is None else Decimal(cost)}
    return await insert(
        "sales_order", customer=customer, ordered_on=day(ago), updated_at=values["created_at"], **amounts, **values
    )


async def contact(customer: UUID, ago: int, channel: str = "phone", **values: Any) -> UUID:
    values = {"at": moment(ago), "created_at": LONG_AGO, "currency": "EUR", "purpose": "Talk"} | values
    return await insert("interaction", customer=customer, channel=channel, updated_at=LONG_AGO, **values)


async def case(customer: UUID, ago: int, kind: str = "complaint", **values: Any) -> UUID:
    values = {"number": str(new_id()), "subject": "Late", "state": "open", "created_at": moment(ago)} | values
    return await insert("service_case", customer=customer, kind=kind, updated_at=moment(ago), **values)


async def opportunity(customer: UUID, amount: str, state: str = "engaging", **values: Any) -> UUID:
    values = {"name": "More", "currency": "EUR", "created_at": LONG_AGO, "amount": Decimal(amount)} | values
    return await insert("opportunity", customer=customer, state=state, updated_at=LONG_AGO, **values)


async def known_person(customer: UUID, stance: str, influence: int = 3, **values: Any) -> UUID:
    since = {"created_at": LONG_AGO, "updated_at": LONG_AGO} | values
    person = await insert("contact", name="Wang Li", **since)
    await insert("contact_role", contact=person, customer=customer, stance=stance, influence=influence, **since)
    return person


async def instance(workflow: str, subject: UUID, customer: UUID, state: str, since: datetime, **values: Any) -> UUID:
    values = {"started_at": since, "entered_at": since, "revision": 0, "definition": ""} | values
    return await insert(
        "workflow_instance", workflow=workflow, subject=subject, customer=customer, state=state, **values
    )


async def step(instance: UUID, number: int, source: str, target: str, at: datetime) -> None:
    """A step as history holds it, with the instance moved to it."""
    assert source == await DB.fetchval("SELECT state FROM workflow_instance WHERE id = $1", instance)
    assert number == await place(instance, target, at=at)
