"""Changing what is known of a customer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from kam.customers import fields
from kam.customers.creating import CODE_TAKEN, KEY_TAKEN
from kam.customers.parents import hold_tree_to_move, require_visible_parent
from kam.customers.queries import locked
from kam.database.engine import DB
from kam.errors import Invalid
from kam.facts.storing import refresh_one
from kam.people.viewer import Viewer
from kam.records.changing import change, check_revision


async def edit(
    customer: UUID, values: Mapping[str, Any], *, by: Viewer, now: datetime, revision: int | None = None
) -> None:
    """Sets the given fields. Raises Stale when somebody was faster, Invalid with every fault at once."""
    by.require("write_customers")
    known = fields.clean(values)
    fields.check(known)
    async with DB.transaction():
        await hold_tree_to_move(customer, known.get("parent"))
        before = await locked(by, customer)
        check_revision(before, revision)
        _keep_what_must_not_be_empty(known, before)
        if known.get("parent") != before["parent"]:
            await require_visible_parent(by, known.get("parent"), of=customer)
        await _require_free(customer, known)
        changed = await change("customer", before, known, by=by.id, at=now, customer=customer)
        if changed:
            await refresh_one(customer, as_of=now.date(), now=now)


def _keep_what_must_not_be_empty(known: dict[str, Any], before: Mapping[str, Any]) -> None:
    if "code" in known:
        known["code"] = known["code"] or before["code"]
    if "external_key" in known:
        known["external_key"] = known["external_key"] or None


async def _require_free(customer: UUID, known: Mapping[str, Any]) -> None:
    row = await DB.fetchrow(
        """
        SELECT EXISTS (SELECT FROM customer WHERE code = $2 AND id <> $1) AS code,
               EXISTS (SELECT FROM customer WHERE external_key = $3 AND id <> $1) AS external_key
        """,
        customer, known.get("code"), known.get("external_key"),
    )  # fmt: skip
    assert row is not None
    faults = {name: text for name, text in (("code", CODE_TAKEN), ("external_key", KEY_TAKEN)) if row[name]}
    if faults:
        raise Invalid(faults)
