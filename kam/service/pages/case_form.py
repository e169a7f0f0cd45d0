"""Opening a case and changing it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from kam.clock import now
from kam.customers.pages.choosing import CUSTOMER
from kam.errors import Invalid, Stale
from kam.language import N_
from kam.people.pages.choosing import offered, settled
from kam.people.viewer import Viewer
from kam.sales.pages.choosing import PRODUCT, overtaken_by
from kam.service import opening, queries, solving
from kam.service.pages import concerned
from kam.service.terms import KINDS, PRIORITIES
from kam.web.forms import Form
from kam.web.page import page, redirect

Asked = Request[Any, Any, Any]


@get("/cases/new")
async def blank(request: Asked) -> Response[Any]:
    request.user.require("write_service")
    chosen = {name: request.query_params.get(name, "") for name in ("customer", "contact", "sales_order")}
    return await _form(request, Form.of({"kind": "complaint", "priority": "normal"} | chosen), "/cases")


@post("/cases")
async def create(request: Asked) -> Response[Any]:
    request.user.require("write_service")
    form = await settled(await Form.read(request), request.user, "owner")
    try:
        customer = await CUSTOMER.read(form, "customer", request.user, required=True)
        values = await _values(form, request.user) | await concerned.read(form, customer, request.user)
        form.valid()
        assert customer is not None
        case = await opening.open_case(customer, by=request.user, now=now(), **values)
    except Invalid as invalid:
        return await _form(request, form.refused(invalid), "/cases", status=422)
    return redirect(f"/cases/{case}", flash=("success", N_("The case was opened.")))


@get("/cases/{case:uuid}/edit")
async def edit(request: Asked, case: UUID) -> Response[Any]:
    request.user.require("write_service")
    record = await queries.find(request.user, case, deleted=False)
    return await _form(request, Form.of(record), f"/cases/{case}", record=record)


@post("/cases/{case:uuid}")
async def change(request: Asked, case: UUID) -> Response[Any]:
    request.user.require("write_service")
    record = await queries.find(request.user, case, deleted=False)
    form = await settled(await Form.read(request), request.user, "owner")
    form.over(await PRODUCT.write(Form.of(record), request.user, "product"))
    try:
        values = form.news(await _values(form, request.user))
        values |= await concerned.read(form, record["customer"], request.user, record)
        form.valid()
        await solving.change_case(case, values, by=request.user, now=now(), revision=form.seen())
    except Invalid as invalid:
        return await _form(request, form.refused(invalid), f"/cases/{case}", record=record, status=422)
    except Stale:
        return await _form(request, form, f"/cases/{case}", record=record, status=409)
    return redirect(f"/cases/{case}", flash=("success", N_("The case was changed.")))


async def _form(request: Asked, form: Form, action: str, *, record: Any = None, status: int = 200) -> Response[Any]:
    customer = record["customer"] if record else await _customer(form, request.user)
    await CUSTOMER.write(form, request.user, "customer")
    await PRODUCT.write(form, request.user, "product")
    await concerned.write(form, customer, request.user, record)
    theirs = await _theirs(form, record, request.user) if status == 409 else None
    people = await offered(form, request.user, "owner")
    return page(
        request, "service/case_form.html", status=status, form=form, action=action, case=record, kinds=KINDS,
        priorities=PRIORITIES, people=people, theirs=theirs)  # fmt: skip


async def _theirs(form: Form, record: queries.Row, viewer: Viewer) -> list[tuple[str, str]]:
    stands = await concerned.write(Form.of(record), record["customer"], viewer, record)
    return await overtaken_by(
        "case", form, {**record, **{name: stands.value(name) for name in concerned.OF_CUSTOMER}}, viewer
    )


async def _customer(form: Form, viewer: Viewer) -> UUID | None:
    """The one that the form is about so far, or None; its fault is told when the form is sent."""
    text = form.text("customer", max=400)
    found = (await CUSTOMER.all_meant([text], viewer)).get(text)
    return found if isinstance(found, UUID) else None


async def _values(form: Form, viewer: Viewer) -> dict[str, Any]:
    return {
        "kind": form.choice("kind", KINDS, required=True),
        "priority": form.choice("priority", PRIORITIES, required=True),
        "subject": form.text("subject", required=True, max=300), "problem": form.text("problem", max=20_000),
        "product": await PRODUCT.read(form, "product", viewer), "owner": form.uuid("owner"),
    }  # fmt: skip


ROUTES = [blank, create, edit, change]
