"""Contacts as tests speak of them: met at a customer, and given a role at a further one, by the shared functions."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from kam.database.engine import DB
from kam.people.viewer import Viewer
from kam.records.adding import add
from kam.records.catalogue import kind_of
from kam.records.editing import edit


async def met(customer: UUID, name: str = "Zhang", *, by: Viewer, now: datetime, key: str = "", **said: Any) -> UUID:
    """A new contact; what is said of one is theirs, and all else of their role."""
    own = kind_of("contact").by_name
    values = {"name": name} | {one: said.pop(one) for one in [*said] if one in own}
    return await add(kind_of("contact"), values, by=by, now=now, customer=customer, key=key, link=said)


async def placed(contact: UUID, customer: UUID, *, by: Viewer, now: datetime, **said: Any) -> UUID:
    """The role of a known contact at a further customer."""
    return await add(kind_of("contact_role"), {"contact": contact, **said}, by=by, now=now, customer=customer)


async def role_of(contact: UUID, customer: UUID) -> UUID:
    sql = "SELECT id FROM contact_role WHERE contact = $1 AND customer = $2 ORDER BY deleted_at IS NULL DESC"
    found: UUID = await DB.fetchval(sql, contact, customer)
    return found


async def said_there(contact: UUID, customer: UUID, /, *, by: Viewer, now: datetime, **values: Any) -> None:
    await edit(kind_of("contact_role"), await role_of(contact, customer), values, by=by, now=now)
