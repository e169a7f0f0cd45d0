"""The portfolio: the same customers as a list, a board by stage, a matrix and a Pareto chart."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from kam.clock import now
from kam.customers.queries import require_visible
from kam.database.sql import Params
from kam.errors import NotFound
from kam.facts.catalogue import current as facts
from kam.language import N_
from kam.portfolio import matrix, pareto, queries
from kam.portfolio.board import columns, moves
from kam.portfolio.listing import PORTFOLIO
from kam.web.addresses import own_path
from kam.web.errors import wants_json
from kam.web.forms import Form
from kam.web.lists import Listing
from kam.web.page import page, redirect
from kam.workflow.advancing import advance
from kam.workflow.options import instance_of
from kam.workflow.registry import current

VIEWS = {"list": N_("List"), "board": N_("Board"), "matrix": N_("Matrix"), "pareto": N_("Pareto")}
MEASURES = {"revenue_12m": N_("Revenue, 12 months"), "contribution_12m": N_("Contribution, 12 months")}
Asked = Request[Any, Any, Any]
Extra = dict[str, Any]


@get("/portfolio")
async def show(request: Asked) -> Response[Any]:
    view = request.query_params.get("view", "list")
    if view == "list":
        return await PORTFOLIO.respond(request, "portfolio/list.html", view=view, views=VIEWS)
    listing = await PORTFOLIO.controls(request)
    params = Params()
    where = PORTFOLIO.where(request, params)
    if view not in DRAWN:
        raise NotFound(N_("The portfolio has no such view."))
    extra = await DRAWN[view](request, listing, where, params)
    return page(request, f"portfolio/{view}.html", list=listing, view=view, views=VIEWS, **extra)


@post("/portfolio/{customer:uuid}/steps")
async def step(request: Asked, customer: UUID) -> Response[Any]:
    """A card was moved: the one door decides. A script gets the new revision, a browser the board again."""
    await require_visible(request.user, customer)
    form = await Form.read(request)
    instance = await instance_of("relationship", customer)
    transition = form.text("transition", required=True, max=60)
    form.valid()
    taken = current().definition("relationship").transitions.get(transition)
    said = {one.name: form.text(one.name, max=2000) for one in (taken.fields if taken else ())}
    await advance(
        instance.id, transition, by=request.user, now=now(), comment=form.text("comment", max=5000),
        fields={name: value for name, value in said.items() if value}, revision=form.integer("revision"),
        request=form.text("request", max=80) or None,
    )  # fmt: skip
    if wants_json(request):
        moved = await instance_of("relationship", customer)
        return Response({"state": moved.state, "revision": moved.revision}, status_code=200)
    return redirect(own_path(form.text("next", max=2000), "/portfolio?view=board"), flash=("success", N_("Moved.")))


async def _board(request: Asked, listing: Listing, where: str, params: Params) -> Extra:
    definition = current().definition("relationship")
    cards = await queries.cards(where, params.values)
    return {"columns": columns(definition, cards), "moves": moves(definition), "next": listing.url()}


async def _matrix(request: Asked, listing: Listing, where: str, params: Params) -> Extra:
    spots = matrix.spots(await queries.dots(where, params.values))
    return {
        "spots": spots, "m": matrix, "quadrants": matrix.QUADRANTS,
        "unknown": await queries.without_position(where, params.values),
    }  # fmt: skip


async def _pareto(request: Asked, listing: Listing, where: str, params: Params) -> Extra:
    asked = request.query_params.get("measure", "")
    measure = asked if asked in MEASURES else "revenue_12m"
    currencies = facts().currencies
    bars, whole = await queries.bars(where, params.values, measure, currencies.per_base("customer.currency"))
    return {
        "chart": pareto.chart(bars), "whole": whole, "measure": measure, "measures": MEASURES, "p": pareto,
        "currency": currencies.base,
    }  # fmt: skip


DRAWN: dict[str, Callable[[Asked, Listing, str, Params], Coroutine[Any, Any, Extra]]] = {
    "board": _board,
    "matrix": _matrix,
    "pareto": _pareto,
}
ROUTES = [show, step]
