"""The portfolio: the same customers as a list, a board by stage, a matrix and a Pareto chart."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from litestar import Request, Response, get

from kam.database.sql import Params
from kam.errors import NotFound
from kam.facts.catalogue import current as facts
from kam.language import N_
from kam.portfolio import matrix, pareto, queries
from kam.portfolio.board import columns, moves
from kam.portfolio.listing import PORTFOLIO
from kam.web.current import current as asked
from kam.web.lists import Listing
from kam.web.page import page
from kam.web.refusals import TAKES_STEPS, astray
from kam.workflow.registry import current

VIEWS = {"list": N_("List"), "board": N_("Board"), "matrix": N_("Matrix"), "pareto": N_("Pareto")}
MEASURES = {"revenue_12m": N_("Revenue, 12 months"), "contribution_12m": N_("Contribution, 12 months")}
Asked = Request[Any, Any, Any]
Extra = dict[str, Any]


@get("/portfolio", opt=TAKES_STEPS)
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


async def _board(request: Asked, listing: Listing, where: str, params: Params) -> Extra:
    definition = current().known_or_absent("relationship")
    cards = await queries.cards(where, params.values)
    ways = moves(definition)
    return {
        "columns": columns(definition, cards), "moves": ways, "next": listing.url(),
        "astray": astray((card.instance, move.transition) for card in cards for move in ways.get(card.stage, ())),
    }  # fmt: skip


async def _matrix(request: Asked, listing: Listing, where: str, params: Params) -> Extra:
    dots = await queries.dots(where, params.values)
    return {
        "drawings": [matrix.draw(dots, canvas, asked().language) for canvas in (matrix.WIDE, matrix.NARROW)],
        "m": matrix, "quadrants": matrix.QUADRANTS,
        "unknown": await queries.without_position(where, params.values),
    }  # fmt: skip


async def _pareto(request: Asked, listing: Listing, where: str, params: Params) -> Extra:
    known = facts()
    told = {name: title for name, title in MEASURES.items() if request.user.is_told(known.customer_facts[name])}
    measure = request.query_params.get("measure", "")
    measure = measure if measure in told else "revenue_12m"
    currencies = known.currencies
    bars, whole = await queries.bars(where, params.values, measure, currencies.per_base("customer.currency"))
    return {
        "chart": pareto.chart(bars), "whole": whole, "measure": measure, "measures": told, "p": pareto,
        "currency": currencies.base,
    }  # fmt: skip


DRAWN: dict[str, Callable[[Asked, Listing, str, Params], Coroutine[Any, Any, Extra]]] = {
    "board": _board,
    "matrix": _matrix,
    "pareto": _pareto,
}
ROUTES = [show]
