"""The form that adds a record of a kind or changes one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from litestar import Request, Response

from kam.clock import now
from kam.customers.pages.choosing import CUSTOMER, usual_currency
from kam.database.columns import new_id
from kam.database.engine import DB
from kam.errors import Invalid, Refused, Stale
from kam.language import N_, gettext, title
from kam.people.pages.choosing import offered
from kam.people.viewer import Viewer
from kam.records import fields as f
from kam.records.adding import add
from kam.records.editing import edit
from kam.records.fields import Field
from kam.records.finding import find
from kam.records.kind import Kind
from kam.records.pages import sets, telling, ticking
from kam.records.pages.controls import controls_of
from kam.records.pages.filling import filled, meant, whose
from kam.records.pages.forming import as_of_kind, named, values_of
from kam.records.pages.forming import blank as empty
from kam.records.sharing import link_of
from kam.records.usual import usual
from kam.records.visibility import shown
from kam.web.current import current
from kam.web.forms import Form
from kam.web.page import page, redirect
from kam.workflow.blockers import Blocker
from kam.workflow.registry import current as workflows

Asked = Request[Any, Any, Any]
ADDED, CHANGED = N_("Added: %(name)s"), N_("The changes were saved.")


async def blank(kind: Kind, request: Asked) -> Response[Any]:
    viewer = request.user
    viewer.require(kind.ability)
    values = usual(kind, now=now(), by=viewer) | {
        one.name: viewer.id for one in kind.fields if one.type == f.PERSON and one.name == "owner" and one.usual is None
    }
    if kind.of_customers:
        values |= await _as_the_customer(kind, request)
    if kind.shared:
        values = usual(link_of(kind), now=now(), by=viewer) | values
    form = empty(kind, _written_first(kind, viewer), values, key=new_id())
    ticking.begin(kind, viewer, form)
    if kind.workflow:
        form.values["state"] = [workflows().known_or_absent(kind.workflow).initial]
    if kind.of_customers:
        form.values["customer"] = [request.query_params.get("customer", "")]
    for one in kind.fields:
        if one.type == f.RECORD and (named_there := request.query_params.get(one.name)):
            form.values[one.name] = [named_there]
    return await _new(kind, request, form)


async def _as_the_customer(kind: Kind, request: Asked) -> dict[str, str]:
    """The currency of the customer that the address names; open as long as nobody knows whose it will be."""
    chosen = request.query_params.get("customer", "")
    currency = await usual_currency(request.user, chosen) if chosen else ""
    return {one.name: currency for one in kind.fields if one.type == f.CURRENCY}


async def create(kind: Kind, request: Asked) -> Response[Any]:
    viewer = request.user
    viewer.require(kind.ability)
    form = as_of_kind(kind, await Form.read(request))
    if form.value("more"):
        return await _new(kind, request, form, more=True)
    try:
        customer = await CUSTOMER.read(form, "customer", viewer, required=True) if kind.of_customers else None
        form.whose = customer
        said = await values_of(_written_first(kind, viewer), _with_open_currencies(kind, form), viewer)
        link = {one.name: said.pop(one.name) for one in _of_link(kind, viewer) if one.name in said}
        said |= await sets.said(kind, viewer, form)
        form.valid()
        record = await add(
            kind,
            said,
            by=viewer,
            now=now(),
            customer=customer,
            key=form.value("key"),
            remark=form.value("remark"),
            state=form.value("state"),
            link=link,
        )
    except Invalid as invalid:
        return await _new(kind, request, form.refused(invalid), status=422)
    except Refused as refused:
        return await _new(kind, request, form, status=409, blockers=refused.blockers)
    return redirect(kind.address(record), flash=("success", ADDED, {"name": await _called(record)}))


async def _called(record: UUID) -> str:
    """As it is among all records: what it is called may have followed from the rest."""
    return str(await DB.fetchval("SELECT left(title, 100) FROM record WHERE id = $1", record))


async def _new(
    kind: Kind,
    request: Asked,
    form: Form,
    *,
    status: int = 200,
    more: bool = False,
    blockers: Sequence[Blocker] = (),
) -> Response[Any]:
    if kind.of_customers:
        form.whose = form.whose or await meant(form, request.user)
        await CUSTOMER.write(form, request.user, "customer")
    return await _page(kind, request, form, action=f"/{kind.path}", status=status, more=more, blockers=blockers)


async def edit_form(kind: Kind, request: Asked, record: UUID) -> Response[Any]:
    request.user.require(kind.ability)
    row = await find(kind, request.user, record)
    return await _edit(kind, request, row, await filled(kind, _written(kind, request.user), request.user, row))


async def change(kind: Kind, request: Asked, record: UUID) -> Response[Any]:
    viewer = request.user
    viewer.require(kind.ability)
    row = await find(kind, viewer, record)
    form = as_of_kind(kind, await Form.read(request)).over(await filled(kind, _written(kind, viewer), viewer, row))
    form.whose = whose(kind, row)
    if form.value("more"):
        return await _edit(kind, request, row, form, more=True)
    try:
        said = form.news(await values_of(_written(kind, viewer), form, viewer)) | await sets.said(kind, viewer, form)
        revision = form.seen()
        form.valid()
        await edit(kind, record, said, by=viewer, now=now(), revision=revision, remark=form.value("remark"))
    except Invalid as invalid:
        return await _edit(kind, request, row, form.refused(invalid), status=422)
    except Refused as refused:
        return await _edit(kind, request, row, form, status=409, blockers=refused.blockers)
    except Stale:
        return await _overtaken(kind, request, record, form)
    return redirect(kind.address(record), flash=("success", CHANGED))


async def _edit(
    kind: Kind,
    request: Asked,
    row: Mapping[str, Any],
    form: Form,
    *,
    status: int = 200,
    theirs: Any = None,
    more: bool = False,
    blockers: Sequence[Blocker] = (),
) -> Response[Any]:
    action = kind.address(row["id"])
    return await _page(
        kind, request, form, action=action, record=row, status=status, theirs=theirs, more=more, blockers=blockers
    )


async def _overtaken(kind: Kind, request: Asked, record: UUID, form: Form) -> Response[Any]:
    """What was typed is kept; beside it stands what others have saved meanwhile, and saving again overwrites that."""
    row = await find(kind, request.user, record)
    stands = await filled(kind, _written(kind, request.user), request.user, row)
    form.over(stands)
    language = current().language
    theirs = [
        (gettext(language, one.title), telling.value_of(one, row))
        for one in _written(kind, request.user)
        if one.name in form.values and not form.stays(one.name)
    ]
    theirs += [(gettext(language, what), rows) for what, rows in sets.theirs(kind, request.user, form, stands)]
    form.values["revision"] = stands.values["revision"]
    return await _edit(kind, request, row, form, status=409, theirs=theirs)


async def _page(
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
    written = _written(kind, request.user) if record else _written_first(kind, request.user)
    fields = tuple(one for one in written if record is None or _has(form, one))
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


def _written(kind: Kind, viewer: Viewer) -> tuple[Field, ...]:
    """The fields that this viewer may say something of."""
    return tuple(one for one in shown(kind, viewer) if not one.reckoned)


def _written_first(kind: Kind, viewer: Viewer) -> tuple[Field, ...]:
    """Of a new one also what it is at the customer it begins with, where several have it."""
    return (*_written(kind, viewer), *_of_link(kind, viewer))


def _of_link(kind: Kind, viewer: Viewer) -> tuple[Field, ...]:
    if kind.shared is None:
        return ()
    return tuple(one for one in _written(link_of(kind), viewer) if one.name != kind.shared.column)


def _people(fields: tuple[Field, ...]) -> list[str]:
    return [one.name for one in fields if one.type == f.PERSON]


def _tell_above(form: Form, drawn: set[str]) -> None:
    """A fault of what this viewer's form does not have stands above it."""
    for name in form.errors.keys() - drawn:
        form.errors.setdefault("", form.errors.pop(name))


def _has(form: Form, one: Field) -> bool:
    return one.type != f.RECORD or one.name in form.values


def _with_open_currencies(kind: Kind, form: Form) -> Form:
    """A currency that was left open is that of the customer, and no fault."""
    for one in kind.fields:
        if kind.belongs and one.type == f.CURRENCY and not form.value(one.name):
            form.values.pop(one.name, None)
    return form
