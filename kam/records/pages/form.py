"""The form of a record as it is drawn: what this viewer may say of it, with its parts, and each fault at its place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from litestar import Request, Response

from kam.language import title
from kam.people.pages.choosing import offered
from kam.people.viewer import Viewer
from kam.records import fields as f
from kam.records.fields import Field
from kam.records.kind import Kind
from kam.records.pages import sets, ticking
from kam.records.pages.controls import controls_of
from kam.records.pages.forming import named
from kam.records.sharing import link_of
from kam.records.visibility import shown
from kam.web.current import current
from kam.web.forms import Form
from kam.web.page import page
from kam.workflow.blockers import Blocker
from kam.workflow.registry import current as workflows

Asked = Request[Any, Any, Any]


async def page_of(
    kind: Kind,
    request: Asked,
    form: Form,
    *,
    action: str,
    status: int,
    record: Any = None,
    theirs: Any = None,
    more: bool = False,
    blockers: Sequence[Blocker] = (),
) -> Response[Any]:
    open_ones = written(kind, request.user) if record else written_first(kind, request.user)
    fields = tuple(one for one in open_ones if record is None or _has(form, one))
    await named(fields, form, request.user)
    await sets.named(kind, request.user, form)
    sheets = sets.sheets(kind, request.user, form, more=more or status == 200)
    _tell_above(form, {one.name for one in fields} | {"customer", "state", ""} | _places(sheets) | _ticked(kind))
    return page(
        request, "records/form.html", status=status, kind=kind, form=form, action=action, record=record, theirs=theirs,
        blockers=blockers, link=link_of(kind) if kind.shared else None, controls=controls_of(kind, fields),
        sheets=sheets, ticks=[
            (part, await ticking.ticks(part, request.user, form, stored=record is not None))
            for part in kind.parts if part.ticked
        ],
        states=[] if record else _beginnings(kind), people=await offered(form, request.user, *_people(fields)),
    )  # fmt: skip


def _beginnings(kind: Kind) -> list[tuple[str, str]]:
    """The states in which one may be added, where there is a choice."""
    if not kind.workflow:
        return []
    definition, language = workflows().known_or_absent(kind.workflow), current().language
    names = definition.beginnings
    return [(name, title(definition.state(name).title, language)) for name in names] if len(names) > 1 else []


def _places(sheets: Sequence[sets.Sheet]) -> set[str]:
    """Where a fault of a set can stand."""
    rows = ((sheet, place, one) for sheet in sheets for place in range(len(sheet.rows)) for one in sheet.columns)
    return {sheet.name for sheet in sheets} | {f"{sheet.name}_{place}_{one.name}" for sheet, place, one in rows}


def _ticked(kind: Kind) -> set[str]:
    return {part.name for part in kind.parts if part.ticked}


def written(kind: Kind, viewer: Viewer) -> tuple[Field, ...]:
    """The fields that this viewer may say something of."""
    return tuple(one for one in shown(kind, viewer) if not one.reckoned)


def written_first(kind: Kind, viewer: Viewer) -> tuple[Field, ...]:
    """Of a new one also what it is at the customer it begins with, where several have it."""
    return (*written(kind, viewer), *of_link(kind, viewer))


def of_link(kind: Kind, viewer: Viewer) -> tuple[Field, ...]:
    if kind.shared is None:
        return ()
    return tuple(one for one in written(link_of(kind), viewer) if one.name != kind.shared.column)


def _people(fields: tuple[Field, ...]) -> list[str]:
    return [one.name for one in fields if one.type == f.PERSON]


def _tell_above(form: Form, drawn: set[str]) -> None:
    """A fault of what this viewer's form does not have stands above it."""
    for name in form.errors.keys() - drawn:
        form.errors.setdefault("", form.errors.pop(name))


def _has(form: Form, one: Field) -> bool:
    return one.type != f.RECORD or one.name in form.values
