"""Changing what is known of a customer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from kam.customers.creating import CODE_TAKEN, KEY_TAKEN, TAKEN, key_is_taken
from kam.customers.kind import CUSTOMER
from kam.customers.parents import hold_tree_to_move, require_visible_parent
from kam.customers.queries import locked
from kam.database.engine import DB
from kam.database.uniqueness import once
from kam.errors import Invalid
from kam.facts.storing import refresh_one
from kam.people.viewer import Viewer
from kam.records import judging
from kam.records.changing import change, check_revision


async def edit(
    customer: UUID, values: Mapping[str, Any], *, by: Viewer, now: datetime, revision: int | None = None
) -> None:
    """Sets the given fields. Raises Stale when somebody was faster, Invalid with every fault at once."""
    by.require("write_customers")
    known = judging.clean(CUSTOMER, values)
    with once(TAKEN):
        await _edit(customer, known, by, now, revision)


async def _edit(customer: UUID, known: dict[str, Any], by: Viewer, now: datetime, revision: int | None) -> None:
    async with DB.transaction():
        await hold_tree_to_move(customer, known.get("parent"))
        before = await locked(by, customer)
        check_revision(before, revision)
        judging.check(CUSTOMER, known, whole={**before, **known})
        _keep_what_must_not_be_empty(known, before)
        if known.get("parent") != before["parent"]:
            await require_visible_parent(by, known.get("parent"), of=customer)
        await _require_free(before, known)
        changed = await change("customer", before, known, by=by.id, at=now, customer=customer)
        if changed:
            await refresh_one(customer, as_of=by.as_of(now), now=now)


def _keep_what_must_not_be_empty(known: dict[str, Any], before: Mapping[str, Any]) -> None:
    if "code" in known:
        known["code"] = known["code"] or before["code"]
    if "external_key" in known:
        known["external_key"] = known["external_key"] or None


async def _require_free(before: Mapping[str, Any], known: Mapping[str, Any]) -> None:
    faults = {}
    taken = "SELECT 1 FROM customer WHERE code = $2 AND id <> $1"
    if known.get("code") and await DB.fetchval(taken, before["id"], known["code"]):
        faults["code"] = CODE_TAKEN
    if await key_is_taken(known.get("external_key"), before["team"], but=before["id"]):
        faults["external_key"] = KEY_TAKEN
    if faults:
        raise Invalid(faults)
