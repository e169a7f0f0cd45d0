"""The form that adds a customer or changes one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from kam.clock import now
from kam.customers import assigning, creating, editing
from kam.customers.kind import CUSTOMER
from kam.customers.overview import heading
from kam.customers.pages.choosing import CUSTOMER as CHOSEN
from kam.customers.pages.differing import overtaken
from kam.customers.queries import same_name, similar
from kam.customers.terms import CHANNELS, INDUSTRY_STAGES, KINDS, SIZES
from kam.database.columns import new_id
from kam.errors import Invalid, Refused, Stale
from kam.language import N_
from kam.people.pages.choosing import offered, settled
from kam.people.queries import team_choices
from kam.people.viewer import Viewer
from kam.records import keys
from kam.records.finding import find
from kam.records.rules import CURRENCIES
from kam.web.forms import Form
from kam.web.page import page, redirect
from kam.workflow.blockers import Blocker

Asked = Request[Any, Any, Any]
FIELDS = tuple(one for one in CUSTOMER.fields if not one.reckoned and one.name != "external_key")


async def choices(form: Form, viewer: Viewer) -> dict[str, Any]:
    return {
        "kinds": KINDS, "industry_stages": INDUSTRY_STAGES, "sizes": SIZES, "channels": CHANNELS,
        "currencies": [(code, code) for code in CURRENCIES],
        "people": await offered(form, viewer, "owner"), "teams": await team_choices(viewer),
    }  # fmt: skip


async def values(form: Form, viewer: Viewer) -> dict[str, Any]:
    """What the form says, by field, with every fault at its field; a field that it did not have stays out."""
    from kam.records.pages.forming import values_of  # which looks at our pages for how a customer is chosen

    return await values_of(FIELDS, form, viewer)


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """A customer as its form shows it. A parent that the viewer may not see has no field, and so stays."""
    shown = {one.name: row[one.name] for one in FIELDS} | {"tags": ", ".join(row["tags"])}
    if row["parent"] and not row["parent_name"]:
        del shown["parent"]
    return shown


@get("/customers/new")
async def blank(request: Asked) -> Response[Any]:
    request.user.require("write_customers")
    form = Form.of(key=new_id(), currency="EUR", kind="organisation", owner=request.user.id, parent="")
    return await _new(request, form)


@get("/customers/similar")
async def likely(request: Asked) -> dict[str, Any]:
    """Customers that may already be the one whose name is being typed."""
    rows = await similar(request.user, request.query_params.get("name", "")[:300])
    return {"customers": [{name: str(row[name]) for name in ("id", "code", "name", "name_zh", "city")} for row in rows]}


@post("/customers")
async def create(request: Asked) -> Response[Any]:
    form, viewer = await settled(await Form.read(request), request.user, "owner"), request.user
    try:
        said, owner, team = await values(form, viewer), form.uuid("owner"), form.uuid("team")
        form.valid()
        if doubles := await _doubles(form, said, viewer):
            return await _new(request, form, status=409, doubles=doubles)
        customer = await creating.create(
            said,
            by=viewer,
            now=now(),
            owner=owner,
            team=team,
            key=form.value("key"),
            remark=form.value("remark"),
        )
    except Invalid as invalid:
        return await _new(request, form.refused(invalid), status=422)
    except Refused as refused:
        return await _new(request, form, status=409, blockers=refused.blockers)
    return redirect(f"/customers/{customer}", flash=("success", N_("The customer was added.")))


async def _doubles(form: Form, said: Mapping[str, Any], viewer: Viewer) -> list[Any]:
    """Those of the same name, unless this form has made them itself or they are said to be others."""
    if form.yes("not_the_same"):
        return []
    same = await same_name(viewer, said.get("name", ""), said.get("name_zh", ""))
    made = await keys.made_with(form.value("key"), by=viewer.id) if same else set()
    return [row for row in same if row["id"] not in made]


async def _new(
    request: Asked, form: Form, *, status: int = 200, doubles: Sequence[Any] = (), blockers: Sequence[Blocker] = ()
) -> Response[Any]:
    return page(
        request, "customers/new.html", status=status, form=form, doubles=doubles, blockers=blockers,
        **await choices(form, request.user),
    )  # fmt: skip


@get("/customers/{customer:uuid}/edit")
async def edit_form(request: Asked, customer: UUID) -> Response[Any]:
    request.user.require("write_customers")
    return await _edit_page(
        request, customer, await _filled(await find(CUSTOMER, request.user, customer), request.user)
    )


async def _filled(row: Mapping[str, Any], viewer: Viewer) -> Form:
    return await CHOSEN.write(Form.of(_shown(row), revision=row["revision"]), viewer, "parent")


@post("/customers/{customer:uuid}")
async def edit(request: Asked, customer: UUID) -> Response[Any]:
    form = (await Form.read(request)).over(await _filled(await find(CUSTOMER, request.user, customer), request.user))
    try:
        said = form.news(await values(form, request.user))
        revision = form.seen()
        form.valid()
        remark = form.value("remark")
        await editing.edit(customer, said, by=request.user, now=now(), revision=revision, remark=remark)
    except Invalid as invalid:
        return await _edit_page(request, customer, form.refused(invalid), status=422)
    except Refused as refused:
        return await _edit_page(request, customer, form, status=409, blockers=refused.blockers)
    except Stale:
        return await _edit_page(request, customer, form, status=409, overtook=True)
    return redirect(f"/customers/{customer}", flash=("success", N_("The changes were saved.")))


async def _edit_page(
    request: Asked,
    customer: UUID,
    form: Form,
    *,
    status: int = 200,
    overtook: bool = False,
    blockers: Sequence[Blocker] = (),
) -> Response[Any]:
    """After a conflict the form keeps what was typed and shows beside it what others have saved meanwhile."""
    shown, theirs = await heading(request.user, customer), None
    if overtook:
        theirs = overtaken("customer", form, await _filled(shown, request.user))
    return page(
        request, "customers/edit.html", status=status, customer=shown, form=form, theirs=theirs,
        blockers=blockers, **await choices(form, request.user),
    )  # fmt: skip


@post("/customers/{customer:uuid}/assignment")
async def assign(request: Asked, customer: UUID) -> Response[Any]:
    form = await settled(await Form.read(request), request.user, "owner")
    try:
        owner, team = form.uuid("owner"), form.uuid("team")
        form.valid()
        await assigning.assign(customer, owner=owner, team=team, by=request.user, now=now())
    except Invalid as invalid:
        return redirect(f"/customers/{customer}/standing", flash=("error", next(iter(invalid.fields.values()))))
    return redirect(f"/customers/{customer}", flash=("success", N_("The customer was assigned.")))


ROUTES = [blank, likely, create, edit_form, edit, assign]
