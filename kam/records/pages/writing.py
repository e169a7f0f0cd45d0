"""Adding a record of a kind by its form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from litestar import Request, Response

from kam.clock import now
from kam.customers.pages.choosing import CUSTOMER, usual_currency
from kam.database.columns import new_id
from kam.database.engine import DB
from kam.errors import Invalid, Refused
from kam.language import N_
from kam.records import fields as f
from kam.records.adding import add
from kam.records.kind import Kind
from kam.records.pages import sets, ticking
from kam.records.pages.filling import meant
from kam.records.pages.form import of_link, page_of, written_first
from kam.records.pages.forming import as_of_kind, values_of
from kam.records.pages.forming import blank as empty
from kam.records.sharing import link_of
from kam.records.usual import usual
from kam.web.forms import Form
from kam.web.page import redirect
from kam.workflow.blockers import Blocker
from kam.workflow.registry import current as workflows

Asked = Request[Any, Any, Any]
ADDED = N_("Added: %(name)s")


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
    form = empty(kind, written_first(kind, viewer), values, key=new_id())
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
        said = await values_of(written_first(kind, viewer), _with_open_currencies(kind, form), viewer)
        link = {one.name: said.pop(one.name) for one in of_link(kind, viewer) if one.name in said}
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
    return await page_of(kind, request, form, action=f"/{kind.path}", status=status, more=more, blockers=blockers)


def _with_open_currencies(kind: Kind, form: Form) -> Form:
    """A currency that was left open is that of the customer, and no fault."""
    for one in kind.fields:
        if kind.belongs and one.type == f.CURRENCY and not form.value(one.name):
            form.values.pop(one.name, None)
    return form
