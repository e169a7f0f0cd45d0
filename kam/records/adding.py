"""A record begins: by one statement over a set, whether a form gives one row or a file ten thousand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from kam.database.columns import new_id
from kam.database.engine import DB
from kam.database.uniqueness import once
from kam.facts.storing import refresh_some
from kam.people.viewer import Viewer
from kam.records import fields as f
from kam.records import guarding, judging, keys, referring, rows, sets
from kam.records.kind import Kind
from kam.records.recording import plain
from kam.records.visibility import require_shown
from kam.workflow.beginning import of_made
from kam.workflow.registry import current

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
) -> UUID:
    """The id of the new record, which belongs to `customer` if its kind does.

    The same values with the same `key` answer with the record that they made the first time; `remark` says why it goes
    beyond a guard. Raises Invalid with every fault at once, Refused with all that the guards have against it,
    NotAllowed, or NotFound for a customer whom `by` does not see.
    """
    by.require(kind.ability)
    said = judged(kind, values, by=by, now=now)
    record = new_id()
    with once(kind.taken):
        async with DB.transaction():
            await referring.hold_owner(kind, customer, by)
            if theirs := await _in_their_currency(kind, values, customer):
                said |= theirs
                judging.check(kind, said)  # what is an amount in one currency may be none in another
            sent = {**said, "customer": customer}
            if key and (before := await keys.made_before(key, sent, record, by=by.id, now=now)):
                return before
            await referring.require(kind, said, by=by, customer=customer)
            belongs = {kind.belongs.column: customer} if kind.belongs else {}
            follows = await kind.completes(said | belongs | {"created_at": now}, {})
            await begin(kind, [{**said, **follows, **belongs, "id": record}], by=by, now=now)
            await guarding.require(kind, [record], by=by, now=now, remark=remark)
            if customer:
                await refresh_some([customer], as_of=by.as_of(now), now=now)
    return record


def judged(kind: Kind, values: Values, *, by: Viewer, now: datetime) -> dict[str, Any]:
    """What a new record begins with: what was said, what is usual elsewhere. Raises Invalid."""
    known = judging.clean(kind, values)
    require_shown(kind, known, by)
    said = usual(kind, now=now, by=by) | {part.name: [] for part in kind.parts} | known
    judging.check(kind, said)
    return said


def usual(kind: Kind, *, now: datetime, by: Viewer) -> dict[str, Any]:
    day = by.today(now)
    return {
        one.name: one.usual(day) if callable(one.usual) else one.empty if one.usual is None else one.usual
        for one in kind.fields
    }


async def _in_their_currency(kind: Kind, values: Values, customer: UUID | None) -> dict[str, Any]:
    """What is a customer's is in their currency, where nobody says another."""
    open_ones = [one.name for one in kind.fields if one.type == f.CURRENCY and not values.get(one.name)]
    if not customer or not open_ones:
        return {}
    return dict.fromkeys(open_ones, await DB.fetchval("SELECT currency FROM customer WHERE id = $1", customer))


async def begin(kind: Kind, given: Sequence[Values], *, by: Viewer, now: datetime) -> list[UUID]:
    """Writes records with their workflows, history and rows. The rows were judged and what they belong to is held."""
    alone = [{name: plain(row[name]) for name in row.keys() - {part.name for part in kind.parts}} for row in given]
    sent = json.dumps(alone, ensure_ascii=False)
    made = await DB.fetch(_statement(kind, _given(kind), current().of_subject_marks(kind.name)), sent, now, by.id)
    for part in kind.parts:
        await sets.write(part, {row["id"]: row[part.name] for row in given})
    return [row["id"] for row in made]


def _given(kind: Kind) -> str:
    return f"SELECT * FROM jsonb_populate_recordset(NULL::{kind.sql_table}, $1::text::jsonb)"


@lru_cache(maxsize=200)
def _statement(kind: Kind, given: str, _workflows: tuple[str, ...]) -> str:
    """`given` is SQL that yields rows with the columns of the table, ids and what the kind says is usual included.

    $2 is the moment, $3 who it is. `_workflows` are the hashes of what is in force, so that another one is another
    statement.
    """
    columns = ["id", *(one.name for one in kind.fields)]
    columns += [kind.belongs.column] if kind.belongs else []
    told = [f"'{one.name}', g.{one.name}" for one in kind.fields]
    number, state = _number(kind), _state(kind)
    extra = {"created_at": "$2", "updated_at": "$2", "created_by": "$3", **number, **state}
    whose = f"made.{kind.belongs.column}" if kind.belongs else "NULL::uuid"
    return f"""
        WITH given AS ({given}), made AS (
            INSERT INTO {kind.sql_table} ({", ".join(columns)}, {", ".join(extra)})
            SELECT {", ".join(f"g.{name}" for name in columns)}, {", ".join(extra.values())} FROM given g
            RETURNING *
        ), {of_made(kind.name, "made", whose, moment="$2")}, found AS (
            {rows.statement(kind, "made")}
        ), noted AS (
            INSERT INTO record_change (id, record_kind, record, customer, event, changes, by, at)
            SELECT new_id(), '{kind.name}', made.id, {whose}, 'created', said.changes, $3, $2
            FROM made JOIN given g ON g.id = made.id, LATERAL (
                SELECT coalesce(jsonb_object_agg(key, jsonb_build_array(NULL, value)), '{{}}') AS changes
                FROM jsonb_each(jsonb_build_object({", ".join(told)}))
                WHERE value NOT IN ('null', '""', '[]')
            ) said
        )
        SELECT id FROM made
    """


def _number(kind: Kind) -> dict[str, str]:
    if not kind.number:
        return {}
    before = kind.number.replace("{year}", "' || to_char($2 AT TIME ZONE 'UTC', 'YYYY') || '")
    return {"number": f"'{before}' || lpad(nextval('{kind.sql_table}_number')::text, 6, '0')"}


def _state(kind: Kind) -> dict[str, str]:
    return {"state": f"'{current().definition(kind.workflow).initial}'"} if kind.workflow else {}
