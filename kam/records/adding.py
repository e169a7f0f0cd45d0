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
from kam.errors import Invalid
from kam.facts.storing import refresh_some
from kam.language import N_
from kam.people.viewer import Viewer
from kam.records import fields as f
from kam.records import guarding, judging, keys, referring, rows, sets, sharing
from kam.records.guards import of_kind
from kam.records.kind import Kind
from kam.records.recording import plain
from kam.records.usual import in_their_currency, usual, written
from kam.records.visibility import require_shown
from kam.workflow.beginning import of_made
from kam.workflow.registry import current

Values = Mapping[str, Any]


NO_BEGINNING = N_("Nothing begins in this state. Choose one of the list.")


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
    said = judged(kind, values, by=by, now=now) | _begins(kind, state) | dict(reckoned or {})
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
    sql = _statement(kind, f"{_given(kind)} WHERE EXISTS (SELECT FROM taken)", (), _marks(kind), keys.TAKEN)
    made = await DB.fetchval(f"{sql} SELECT id FROM made", now, by.id, _sent(kind, [row]), key[:80], digest, record)
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
    return judged(link, {**values, kind.shared.column: record}, by=by, now=now) | _begins(link, "")


def judged(kind: Kind, values: Values, *, by: Viewer, now: datetime) -> dict[str, Any]:
    """What a new record begins with: what was said, what is usual elsewhere. Raises Invalid."""
    known = judging.clean(kind, values)
    require_shown(kind, known, by)
    said = usual(kind, now=now, by=by) | {part.name: [] for part in kind.parts} | known
    judging.check(kind, said)
    return said


def _begins(kind: Kind, state: str) -> dict[str, str]:
    """Raises Invalid for a state in which no record begins."""
    if not kind.workflow:
        return {}
    definition = current().definition(kind.workflow)
    if state and state not in definition.beginnings:
        raise Invalid({"state": NO_BEGINNING})
    return {"state": state or definition.initial}


async def begin(kind: Kind, given: Sequence[Values], *, by: Viewer, now: datetime) -> list[UUID]:
    """Writes records with their workflows, history and rows. The rows were judged and what they belong to is held."""
    sql = _statement(kind, _given(kind), (), _marks(kind))
    made = await DB.fetch(f"{sql} SELECT id FROM made", now, by.id, _sent(kind, given))
    for part in kind.parts:
        await sets.write(part, {row["id"]: row[part.name] for row in given})
    return [row["id"] for row in made]


def _sent(kind: Kind, given: Sequence[Values]) -> str:
    first, parts = _begins(kind, ""), {part.name for part in kind.parts}
    alone = [{name: plain(row[name]) for name in row.keys() - parts} | _stands(first, row) for row in given]
    return json.dumps(alone, ensure_ascii=False)


async def begin_set(
    kind: Kind, given: str, *values: Any, by: Viewer, now: datetime, besides: tuple[str, ...] = ()
) -> int:
    """The same for a set that stands in the database: how many there were. `given` is SQL that yields rows with the
    columns of the kind, its ids, states and what is usual included, and the columns `besides`; its places begin with
    $3. The rows were judged, and their parts are written by whoever brings them."""
    sql = _statement(kind, given, besides, _marks(kind))
    count: int = await DB.fetchval(f"{sql} SELECT count(*) FROM made", now, by.id, *values)
    return count


def _stands(first: Values, row: Values) -> dict[str, Any]:
    return {name: row.get(name) or usual for name, usual in first.items()}


def _given(kind: Kind) -> str:
    return f"SELECT * FROM jsonb_populate_recordset(NULL::{kind.sql_table}, $3::text::jsonb)"


def _marks(kind: Kind) -> tuple[str, ...]:
    return current().of_subject_marks(kind.name)


@lru_cache(maxsize=200)
def _statement(kind: Kind, given: str, besides: tuple[str, ...], _workflows: tuple[str, ...], before: str = "") -> str:
    """`given` is SQL that yields rows with the columns of the table, ids and what the kind says is usual included;
    `before` is a CTE that it may look at.

    $1 is the moment, $2 who it is. `_workflows` are the hashes of what is in force, so that another one is another
    statement.
    """
    columns = ["id", *(one.name for one in kind.fields), *besides]
    columns += [kind.belongs.column] if kind.belongs and not kind.is_itself else []
    columns += ["state"] if kind.workflow else []
    told = ", ".join([*(_told(one.name, _said(one, kind)) for one in kind.fields), *_told_state(kind)])
    columns = [name for name in columns if not (kind.number and name == kind.known_by)]
    number = {} if "number" in besides else _number(kind)
    extra = {"created_at": "$1", "updated_at": "$1", "created_by": "$2", **number}
    beside = kind.beside()
    whose = f"made.{kind.belongs.column}" if kind.belongs else "NULL::uuid"
    return f"""
        WITH {before}{", " if before else ""}given AS ({given}), made AS (
            INSERT INTO {kind.sql_table} ({", ".join(columns)}, {", ".join(extra)})
            SELECT {", ".join(f"g.{name}" for name in columns)}, {", ".join(extra.values())} FROM given g
            RETURNING *
        ), {of_made(kind.name, "made", whose, moment="$1", own=kind.workflow)}, found AS (
            {rows.statement(kind, "made")}
        ), noted AS (
            INSERT INTO record_change (id, record_kind, record, customer, event, changes, by, at)
            SELECT new_id(), '{kind.name}', made.id, {whose}, 'created',
                   jsonb_strip_nulls(jsonb_build_object({told})), $2, $1
            FROM made JOIN given g ON g.id = made.id
        ){", " if beside else ""}{beside}
    """


def _number(kind: Kind) -> dict[str, str]:
    if not kind.number:
        return {}
    before = kind.number.replace("{year}", "' || to_char($1 AT TIME ZONE 'UTC', 'YYYY') || '")
    if kind.known_by:
        table, name = kind.sql_table, kind.known_by
        return {name: f"coalesce(nullif(g.{name}, ''), free_number('{table}', '{name}', '{before}'))"}
    return {"number": f"'{before}' || lpad(nextval('{kind.sql_table}_number')::text, 6, '0')"}


def _told(name: str, said: str) -> str:
    """What is NULL was not said, and is not told."""
    return f"'{name}', CASE WHEN {said} IS NOT NULL THEN jsonb_build_array(NULL, {said}) END"


def _said(one: f.Field, kind: Kind) -> str:
    nothing = "''" if one.empty == "" else "'{}'" if one.empty == [] else ""
    value = f"{'made' if one.name == kind.known_by else 'g'}.{one.name}"
    return f"nullif({value}, {nothing})" if nothing else value


def _told_state(kind: Kind) -> list[str]:
    """Where a record begins is told unless that is where they all do."""
    if not kind.workflow:
        return []
    return [_told("state", f"nullif(g.state, '{current().definition(kind.workflow).initial}')")]
