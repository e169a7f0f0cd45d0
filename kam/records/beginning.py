"""The one statement that begins records: a set of them with their workflows, history and rows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from kam.database.engine import DB
from kam.errors import Invalid
from kam.language import N_
from kam.people.viewer import Viewer
from kam.records import fields as f
from kam.records import keys, rows, sets
from kam.records.kind import Kind
from kam.records.recording import plain
from kam.workflow.beginning import of_made
from kam.workflow.registry import current

Values = Mapping[str, Any]

NO_BEGINNING = N_("Nothing begins in this state. Choose one of the list.")


def stands(kind: Kind, state: str) -> dict[str, str]:
    """The state in which a record begins, if its kind has any. Raises Invalid for one in which none does."""
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


async def begin_keyed(kind: Kind, row: Values, *, by: Viewer, now: datetime, key: str, digest: bytes) -> UUID | None:
    """The same for one together with the key of its form; None where that was taken, and then nothing is written."""
    sql = _statement(kind, f"{_given(kind)} WHERE EXISTS (SELECT FROM taken)", (), _marks(kind), keys.TAKEN)
    sent = _sent(kind, [row])
    made: UUID | None = await DB.fetchval(f"{sql} SELECT id FROM made", now, by.id, sent, key[:80], digest, row["id"])
    return made


def _sent(kind: Kind, given: Sequence[Values]) -> str:
    first, parts = stands(kind, ""), {part.name for part in kind.parts}
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
