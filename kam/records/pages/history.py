"""What was changed in a record and by whom, told to somebody: only of the fields that they may see."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any
from uuid import UUID

from kam.database.engine import DB
from kam.database.sql import Params
from kam.language import N_, gettext
from kam.people.viewer import Viewer
from kam.people.visibility import sees_customer
from kam.records import fields as f
from kam.records import recording, referring
from kam.records.fields import Field
from kam.records.guarding import LET_THROUGH
from kam.records.kind import Kind
from kam.records.pages import sets, telling
from kam.records.pages.happening import HAPPENED, IN_OWN_WORDS, step
from kam.records.visibility import sees_row, shown
from kam.web.current import current
from kam.workflow.reaching import BEGUN
from kam.workflow.registry import current as workflows

MOST = 100
STEPPED = "stepped"
_ICONS = {
    recording.CREATED: "plus",
    recording.CHANGED: "pencil",
    recording.DELETED: "trash",
    recording.RESTORED: "undo-2",
    BEGUN: "workflow",
    LET_THROUGH: "circle-alert",
    STEPPED: "arrow-right-left",
}
_CHANGES = """
SELECT c.event, c.changes::text, c.at, person.name FROM record_change c LEFT JOIN person ON person.id = c.by
WHERE c.record = $1 ORDER BY c.at DESC, c.id DESC LIMIT $2
"""
_STEPS = """
SELECT s.at, s.transition, s.from_state AS "from", s.to_state AS "to", s.comment, s.trigger, s.fields::text AS fields,
       i.workflow, person.name
FROM workflow_instance i JOIN workflow_step s ON s.instance = i.id LEFT JOIN person ON person.id = s.by
WHERE i.subject = $1 ORDER BY s.at DESC, s.number DESC LIMIT $2
"""


async def history(kind: Kind, viewer: Viewer, record: UUID) -> list[dict[str, Any]]:
    """The newest first, as `shared/timeline.html` draws them. What touched only what is not shown is left out."""
    rows = [{**row, "changes": json.loads(row["changes"])} for row in await DB.fetch(_CHANGES, record, MOST)]
    if kind.workflow or workflows().of_subject(kind.name):
        rows = sorted([*await _steps(record), *rows], key=itemgetter("at"), reverse=True)[:MOST]
    fields = (*shown(kind, viewer), *kind.former)
    names = await _names(fields, (row["changes"] for row in rows), viewer)
    told = [(row, _lines(kind, fields, row["changes"], names)) for row in rows]
    return [_entry(kind, row, lines) for row, lines in told if lines or row["event"] != recording.CHANGED]


async def _steps(record: UUID) -> list[dict[str, Any]]:
    """With what was noted with each, as changes of the record."""
    return [
        {**row, "event": STEPPED, "changes": {name: [None, one] for name, one in json.loads(row["fields"]).items()}}
        for row in await DB.fetch(_STEPS, record, MOST)
    ]


def _lines(kind: Kind, fields: Sequence[Field], changes: Mapping[str, Any], names: Mapping[str, str]) -> list[str]:
    told = telling.lines(fields, changes, names)
    return [*told, *telling.moved(kind, changes), *sets.changed(kind, changes)]


def _entry(kind: Kind, row: Mapping[str, Any], lines: Sequence[str]) -> dict[str, Any]:
    language, happened = current().language, HAPPENED.get(row["event"], HAPPENED[recording.CHANGED])
    if row["event"] in IN_OWN_WORDS:
        lines = [IN_OWN_WORDS[row["event"]](row["changes"], language)]
    told = {"title": gettext(language, happened, what=gettext(language, kind.title)), "text": "\n".join(lines)}
    return {
        "at": row["at"],
        "icon": _ICONS.get(row["event"], "pencil"),
        "by": row["name"] or "",
        "href": "",
        "badge": "",
        **(_step(row, lines, language) if row["event"] == STEPPED else told),
    }


def _step(row: Mapping[str, Any], lines: Sequence[str], language: str) -> dict[str, str]:
    told = step(row, language)
    by = row["name"] or gettext(language, N_("The system"))
    return {**told, "text": "\n".join((told["text"], *lines)), "by": by}


async def _names(fields: Sequence[Field], changes: Iterable[Mapping[str, Any]], viewer: Viewer) -> dict[str, str]:
    """Of the people, and of the records that the viewer sees, whose ids stand in the changes."""
    referring = [one.name for one in fields if one.type in (f.PERSON, f.RECORD)]
    ids = {value for one in changes for name in referring for value in one.get(name, ()) if value}
    if not ids:
        return {}
    params = Params(list(ids))
    sees = sees_customer(viewer, params)
    whose = f"EXISTS (SELECT FROM customer WHERE customer.id = record.customer AND {sees})"
    rows = await DB.fetch(
        f"""
        WITH wanted AS (SELECT x::uuid AS id FROM unnest($1::text[]) x)
        SELECT id::text, name FROM person JOIN wanted USING (id)
        UNION ALL SELECT id::text, title FROM record JOIN wanted USING (id)
        WHERE {whose} OR {sees_row(viewer, params)}
        {" ".join(_of_theirs(fields))}
        """,
        *params.values,
    )
    return {row["id"]: row["name"] for row in rows}


def _of_theirs(fields: Sequence[Field]) -> list[str]:
    """Of what is the record's own customer's and has no row among the records yet."""
    outside = {one.of for one in fields if one.within and one.of in referring.OUTSIDE}
    return [
        f"UNION ALL SELECT t.id::text, t.{known.title} FROM {known.table} t JOIN wanted USING (id)"
        for known in (referring.OUTSIDE[of] for of in sorted(outside))
    ]
