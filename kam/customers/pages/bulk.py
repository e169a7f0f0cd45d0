"""Changing or exporting the customers that were ticked in the list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from litestar import Request, Response, post

from kam.clock import now
from kam.customers.changing_many import MOST, Outcome, Wanted, change_many, names_of
from kam.customers.pages.index import CUSTOMERS
from kam.errors import Invalid
from kam.language import N_
from kam.people.pages.choosing import offered, settled
from kam.people.queries import team_choices
from kam.web.forms import Form
from kam.web.limits import TAKES_LONG
from kam.web.page import page, redirect

Asked = Request[Any, Any, Any]


@post("/customers/bulk", opt=TAKES_LONG)
async def change_ticked(request: Asked) -> Response[Any]:
    """`do` is look (ask what to change), change, or export; the page tells the result of each customer."""
    form = await settled(await Form.read(request), request.user, "owner")
    ticked = _ticked(form)
    if not ticked:
        return redirect("/customers", flash=("error", N_("Tick the customers first.")))
    if form.value("do") == "export":
        return await CUSTOMERS.ticked(request, ticked)
    request.user.require("write_customers")
    if form.value("do") != "change":
        return await _page(request, form, ticked)
    try:
        wanted = Wanted(form.uuid("owner"), form.uuid("team"), form.text("tag", max=60))
        form.check("", bool(wanted), N_("Choose an owner or a team, or give a tag."))
        form.valid()
    except Invalid:
        return await _page(request, form, ticked, status=422)
    outcomes = await change_many(ticked, wanted, by=request.user, now=now())
    return await _page(request, form, ticked, outcomes)


def _ticked(form: Form) -> list[UUID]:
    found = []
    for text in form.chosen("ids")[:MOST]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return list(dict.fromkeys(found))


async def _page(
    request: Asked, form: Form, ticked: Sequence[UUID], outcomes: Sequence[Outcome] = (), status: int = 200
) -> Response[Any]:
    refusals = {one.customer: one.refused for one in outcomes if one.refused}
    shown = await names_of(request.user, ticked)
    return page(
        request, "customers/bulk.html", status=status, form=form, customers=shown, told=bool(outcomes),
        refusals=refusals, done=len(outcomes) - len(refusals), ticked=[one[0] for one in shown],
        missing=len(ticked) - len(shown), people=await offered(form, request.user, "owner"),
        teams=await team_choices(request.user),
    )  # fmt: skip


ROUTES = [change_ticked]
