"""Everything that happened with a customer, across departments, newest first, each thing once."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from kam.customers.queries import require_visible
from kam.database.engine import DB
from kam.database.sql import Params
from kam.language import N_
from kam.people.viewer import Viewer
from kam.people.visibility import sees_customer
from kam.records import catalogue, sharing
from kam.records import fields as f
from kam.records.kind import Kind

DEPARTMENTS = {
    "step": N_("Steps"),
}

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

_STEPS = "workflow_step e JOIN workflow_instance w ON w.id = e.instance"
_STEP = (
    "'workflow', w.workflow, 'transition', e.transition, 'from', e.from_state, 'to', e.to_state, 'comment', e.comment,"
    " 'trigger', e.trigger"
)
_OF = "jsonb_build_object('called', concat_ws(' ', nullif(r.number, ''), r.title), 'deleted', r.deleted_at IS NOT NULL)"

# For each kind: columns id, at, by (a person's id) and data, for the customer $1.
_SOURCES = {
    "step": (
        _STEPS, "e.at", "w.customer = $1 AND w.subject = w.customer", "e.by", _STEP,
    ),
    "record": (
        f"{_STEPS} JOIN record r ON r.id = w.subject", "e.at",
        "w.customer = $1 AND w.subject <> w.customer", "e.by",
        f"{_STEP}, 'record', r.id, 'record_kind', r.kind, 'of', {_OF}",
    ),
    "change": (
        "record_change e", "e.at",
        "e.customer = $1 AND NOT (e.event = 'created' AND e.record_kind IN ({themselves}))", "e.by",
        "'record_kind', e.record_kind, 'record', e.record, 'event', e.event, 'changes', e.changes,"
        f" 'of', (SELECT {_OF} FROM record r WHERE r.id = e.record)",
    ),
}  # fmt: skip
# Where a kind of record is told of, and the column that says which kind it is.
_KIND_IN = {"record": "r.kind", "change": "e.record_kind"}
# What several customers have is told at each of them; that it came or went is told of its links.
SHARED = "shared"
_COMES_AND_GOES = "'created', 'deleted', 'restored'"
HAPPENED = "happened"  # what is told under the day on which it was, not under that on which it was noted


@dataclass(frozen=True)
class Event:
    """`by` is the name of whoever did it, empty for the system; `data` is what the kind needs to be told."""

    kind: str
    id: UUID
    at: datetime
    by: str
    data: dict[str, Any] = field(default_factory=dict)


async def timeline(
    viewer: Viewer, customer: UUID, *, kinds: Iterable[str] = (), before: tuple[datetime, UUID] | None = None,
    limit: int = 25,
) -> list[Event]:  # fmt: skip
    """At most `limit` events older than `before`; all kinds unless some are named. Raises NotFound."""
    await require_visible(viewer, customer)
    return await events(customer, kinds=kinds, before=before, limit=limit)


async def events(
    customer: UUID, *, kinds: Iterable[str] = (), before: tuple[datetime, UUID] | None = None, limit: int = 25
) -> list[Event]:
    """The same for a customer that the caller has already found on behalf of a viewer."""
    asked = set(kinds)
    wanted = [(kind, "") for kind in _SOURCES if kind in asked]
    kinds_asked = [kind for kind in catalogue.current() if kind in asked]
    wanted += [(source, kind) for kind in kinds_asked for source in _KIND_IN.keys() - asked]
    wanted += [(HAPPENED, kind) for kind in _that_happen() if kind in kinds_asked or not asked]
    wanted += [(SHARED, kind.name) for kind in _shared() if {kind.name, "change"} & asked or not asked]
    wanted += [(kind, "") for kind in _SOURCES if not asked]
    union = " UNION ALL ".join(f"({_newest(source, before is not None, of=kind)})" for source, kind in wanted)
    rows = await DB.fetch(
        f"""
        SELECT event.kind, event.id, event.at, event.data::text, person.name FROM ({union}) event
        LEFT JOIN person ON person.id = event.by ORDER BY event.at DESC, event.id DESC LIMIT $2
        """,
        customer, limit, *(before or ()),
    )  # fmt: skip
    return [
        Event(row["kind"], row["id"], row["at"], row["name"] or "", json.loads(row["data"], parse_float=Decimal))
        for row in rows
    ]


def narrowings() -> dict[str, str]:
    """What the timeline can be narrowed to, with titles."""
    kinds = (kind for kind in catalogue.current().values() if kind.of_customers and not kind.is_itself)
    ours = {kind.name: kind.titles for kind in kinds}
    return {**DEPARTMENTS, **ours, "change": N_("Changes")}


def _newest(kind: str, paged: bool, *, of: str = "") -> str:
    """`of` narrows steps and changes to those of one kind of record."""
    source, at, where, by, data = _source(kind, of)
    where = where.format(themselves=", ".join(f"'{name}'" for name in _that_happen()))
    where += f" AND {_KIND_IN[kind]} = '{of}'" if of and kind in _KIND_IN else ""
    told = "change" if kind == SHARED else kind
    older = f" AND ({at}, e.id) < ($3::timestamptz, $4::uuid)" if paged else ""
    return (
        f"SELECT '{told}' AS kind, e.id, {at} AS at, {by} AS by, jsonb_build_object({data}) AS data FROM {source}"
        f" WHERE {where}{older} ORDER BY {at} DESC, e.id DESC LIMIT $2"
    )


def _source(kind: str, of: str) -> tuple[str, str, str, str, str]:
    if kind == HAPPENED:
        return _happened(catalogue.kind_of(of))
    if kind == SHARED:
        theirs = sharing.of_theirs(catalogue.kind_of(of), "$1")
        source, at, _, by, data = _SOURCES["change"]
        where = f"e.customer IS NULL AND e.record IN ({theirs}) AND e.event NOT IN ({_COMES_AND_GOES})"
        return source, at, where, by, data
    return _SOURCES[kind]


def _that_happen() -> list[str]:
    return [kind.name for kind in catalogue.of_customers() if kind.happens]


def _happened(kind: Kind) -> tuple[str, str, str, str, str]:
    """A record of the kind on its day, with what it says there, or the first of its amounts that everybody may see."""
    day = f"e.{kind.happens}"
    at = day if kind.by_name[kind.happens].type == f.MOMENT else f"({day}::timestamp AT TIME ZONE 'UTC')"
    at = at if kind.by_name[kind.happens].required else f"coalesce({at}, e.created_at)"
    amount = next((one for one in kind.fields if one.type == f.MONEY and not one.protect), None)
    said = f", 'amount', e.{amount.name}::text, 'currency', e.{amount.currency}" if amount and not kind.told else ""
    said += "".join(f", '{name}', e.{name}" for name in kind.told)
    said += f", 'workflow', '{kind.workflow}', 'to', e.state" if kind.workflow else ""
    return (
        f"{kind.sql_table} e JOIN record r ON r.id = e.id",
        at,
        "e.customer = $1 AND e.deleted_at IS NULL",
        "e.created_by",
        f"'record_kind', '{kind.name}', 'record', e.id, 'of', {_OF}{said}",
    )


async def names_of(viewer: Viewer, events: Iterable[Event]) -> dict[str, str]:
    """The names of people, teams, customers and records of all kinds whose ids stand in changes; no others."""
    ids = {
        value
        for event in events if event.kind == "change"
        for pair in event.data["changes"].values() if isinstance(pair, list)
        for value in pair if isinstance(value, str) and _ID.fullmatch(value)
    }  # fmt: skip
    if not ids:
        return {}
    params = Params(list(ids))
    sees = sees_customer(viewer, params)
    shared = "".join(
        f" WHEN r.kind = '{kind.name}' THEN {sharing.known(kind, viewer, params, 'r.id')}" for kind in _shared()
    )
    rows = await DB.fetch(
        f"""
        WITH wanted AS (SELECT x::uuid AS id FROM unnest($1::text[]) x)
        SELECT id::text, name FROM person JOIN wanted USING (id)
        UNION ALL SELECT id::text, name FROM team JOIN wanted USING (id)
        UNION ALL SELECT id::text, name FROM customer JOIN wanted USING (id) WHERE {sees}
        UNION ALL SELECT r.id::text, concat_ws(' ', nullif(r.number, ''), r.title) FROM record r
                  JOIN wanted ON wanted.id = r.id LEFT JOIN customer ON customer.id = r.customer
                  WHERE CASE{shared} WHEN r.customer IS NULL THEN r.kind = ANY({params(_seen(viewer))}) ELSE {sees} END
        """,
        *params.values,
    )
    return dict.fromkeys(ids, "…") | {row["id"]: row["name"] for row in rows}


def _seen(viewer: Viewer) -> list[str]:
    """The kinds of records that belong to nobody and that the viewer may see."""
    return [kind.name for kind in catalogue.current().values() if not kind.of_customers and viewer.may(kind.sees)]


def _shared() -> list[Kind]:
    return [kind for kind in catalogue.current().values() if kind.shared]
