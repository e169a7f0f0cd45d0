"""The same change to many customers: each one by the verb that would change it alone, and each with its own result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from kam.customers import assigning, editing
from kam.customers.kind import CUSTOMER
from kam.customers.queries import alive
from kam.database.engine import DB
from kam.database.retrying import retrying
from kam.database.sql import Params
from kam.errors import Invalid, NotAllowed, NotFound, Stale
from kam.people.viewer import Viewer
from kam.people.visibility import sees_customer
from kam.records.finding import find

MOST = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to change; None and the empty text leave things as they are."""

    owner: UUID | None = None
    team: UUID | None = None
    tag: str = ""

    def __bool__(self) -> bool:
        return bool(self.owner or self.team or self.tag)


@dataclass(frozen=True, slots=True)
class Outcome:
    """`refused` is the reason in words, and empty where the change was made."""

    customer: UUID
    refused: str = ""


async def change_many(customers: Sequence[UUID], wanted: Wanted, *, by: Viewer, now: datetime) -> list[Outcome]:
    """One refusal keeps no other customer from being changed."""
    one = partial(_change, wanted=wanted, by=by, now=now)
    return [await retrying(partial(one, customer)) for customer in dict.fromkeys(customers)]


async def _change(customer: UUID, wanted: Wanted, by: Viewer, now: datetime) -> Outcome:
    try:
        async with DB.transaction():
            before = await find(CUSTOMER, by, customer)
            if wanted.owner or wanted.team:
                owner, team = wanted.owner or before["owner"], wanted.team or before["team"]
                await assigning.assign(customer, owner=owner, team=team, by=by, now=now)
            if wanted.tag and wanted.tag not in before["tags"]:
                await editing.edit(customer, {"tags": [*before["tags"], wanted.tag]}, by=by, now=now)
    except Invalid as invalid:
        return Outcome(customer, next(iter(invalid.fields.values()), str(invalid)))
    except (NotFound, NotAllowed, Stale) as refusal:
        return Outcome(customer, str(refusal))
    return Outcome(customer)


async def names_of(viewer: Viewer, customers: Sequence[UUID]) -> list[tuple[UUID, str, str, str, str, str]]:
    """(id, code, name, Chinese name, owner, team) of those of `customers` that the viewer sees, by name."""
    params = Params(list(customers))
    rows = await DB.fetch(
        f"""
        SELECT customer.id, customer.code, customer.name, customer.name_zh,
               coalesce(owner.name, ''), coalesce(team.name, '')
        FROM customer LEFT JOIN person owner ON owner.id = customer.owner LEFT JOIN team ON team.id = customer.team
        WHERE customer.id = ANY($1) AND {alive()} AND {sees_customer(viewer, params)} ORDER BY customer.sort_name
        """,
        *params.values,
    )
    return [tuple(row.values()) for row in rows]
