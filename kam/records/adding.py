"""Adding one record: what was said is judged, what it needs is held and asked, and the statement of all begins it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from kam.database.columns import new_id
from kam.database.engine import DB
from kam.database.uniqueness import once
from kam.facts.storing import refresh_some
from kam.people.viewer import Viewer
from kam.records import guarding, judging, keys, referring, sharing
from kam.records.beginning import begin, begin_keyed, stands
from kam.records.guards import of_kind
from kam.records.kind import Kind
from kam.records.usual import in_their_currency, usual, written
from kam.records.visibility import require_shown

Values = Mapping[str, Any]


async def add(
    kind: Kind,
    values: Values,
    *,
    by: Viewer,
    now: datetime,
    customer: UUID | None = None,
    key: str = "",
    remark: str = "",
    state: str = "",
    reckoned: Values | None = None,
    link: Values | None = None,
) -> UUID:
    """The id of the new record, which belongs to `customer` if its kind does, and stands in `state` or in the first;
    `reckoned` are those of its fields that a verb of its own has found out. What several customers have begins as that
    of this one; `link` says what it is there.

    The same values with the same `key` answer with the record that they made the first time; `remark` says why it goes
    beyond a guard. Raises Invalid with every fault at once, Refused with all that the guards have against it,
    NotAllowed, or NotFound for a customer whom `by` does not see.
    """
    by.require(kind.ability)
    record = new_id()
    said = judged(kind, values, by=by, now=now) | stands(kind, state) | dict(reckoned or {})
    theirs = first_link(kind, record, link or {}, by=by, now=now)
    with once(kind.taken):
        if _stands_alone(kind, said):
            return await _add_alone(kind, said, record, by=by, now=now, key=key)
        async with DB.transaction():
            await referring.hold_owner(kind, customer, by)
            if open_ones := await in_their_currency(kind, values, customer):
                said |= open_ones
                judging.check(kind, said)  # what is an amount in one currency may be none in another
            sent = {**said, "customer": customer} | ({"link": {**(link or {})}} if kind.shared else {})
            if key and (before := await keys.made_before(key, sent, record, by=by.id, now=now)):
                return before
            await referring.require(kind, said, by=by, customer=customer)
            await _begin_one(kind, record, said, customer, by=by, now=now, remark=remark)
            if kind.shared:
                await referring.require(sharing.link_of(kind), theirs, by=by, customer=customer, made=record)
                await _begin_one(sharing.link_of(kind), new_id(), theirs, customer, by=by, now=now, remark=remark)
            if customer:
                await refresh_some([customer], as_of=by.as_of(now), now=now)
    return record


def _stands_alone(kind: Kind, said: Values) -> bool:
    """Whether nothing is held before it and nothing asked after it: then one statement writes it, unless it is a part
    of more, of which it may be refused alone."""
    owned = kind.of_customers and not kind.is_itself
    return not (owned or kind.parts or of_kind(kind) or referring.refers(kind, said) or DB.running())


async def _add_alone(kind: Kind, said: Values, record: UUID, *, by: Viewer, now: datetime, key: str) -> UUID:
    by.require(kind.sees if kind.belongs is None else kind.ability)
    row = {**said, **await kind.completes({**said, **written(by, now)}, {}), "id": record}
    if not key:
        await begin(kind, [row], by=by, now=now)
        return record
    digest = keys.digest_of({**said, "customer": None})
    made = await begin_keyed(kind, row, by=by, now=now, key=key, digest=digest)
    return record if made else await keys.made_of(key, digest, by=by.id)


async def _begin_one(
    kind: Kind, record: UUID, said: Values, customer: UUID | None, *, by: Viewer, now: datetime, remark: str
) -> None:
    belongs = {kind.belongs.column: customer} if kind.belongs and not kind.is_itself else {}
    follows = await kind.completes({**said, **belongs, **written(by, now)}, {})
    await begin(kind, [{**said, **follows, **belongs, "id": record}], by=by, now=now)
    await guarding.require(kind, [record], by=by, now=now, remark=remark)


def first_link(kind: Kind, record: UUID, values: Values, *, by: Viewer, now: datetime) -> dict[str, Any]:
    """What the first link of a record begins with that several customers have; nothing for others. Raises Invalid."""
    if kind.shared is None:
        return {}
    link = sharing.link_of(kind)
    return judged(link, {**values, kind.shared.column: record}, by=by, now=now) | stands(link, "")


def judged(kind: Kind, values: Values, *, by: Viewer, now: datetime) -> dict[str, Any]:
    """What a new record begins with: what was said, what is usual elsewhere. Raises Invalid."""
    known = judging.clean(kind, values)
    require_shown(kind, known, by)
    said = usual(kind, now=now, by=by) | {part.name: [] for part in kind.parts} | known
    judging.check(kind, said)
    return said
