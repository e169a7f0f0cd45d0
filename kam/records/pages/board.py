"""The records of a kind by the states of its workflow that go on, side by side, the largest first."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response

from kam.database.engine import DB
from kam.database.sql import Params
from kam.records import fields as f
from kam.records.fields import Field
from kam.records.kind import Kind
from kam.records.pages.listing import list_of
from kam.records.visibility import shown
from kam.web.page import page
from kam.workflow.definition import GOES_ON, Definition, State
from kam.workflow.registry import current

Asked = Request[Any, Any, Any]
CARDS = 50


async def board(kind: Kind, request: Asked) -> Response[Any]:
    """The same search and filters as the list."""
    if not kind.of_customers:
        request.user.require(kind.sees)
    listed, definition = list_of(kind, shown(kind, request.user)), current().known_or_absent(kind.workflow)
    params = Params()
    where, names = listed.where(request, params), params(list(definition.meaning(*GOES_ON)))
    rows = await DB.fetch(
        _cards(kind, _amount(kind, request), listed.source, f"{where} AND t.state = ANY({names})"), *params.values
    )
    lanes = [(state, _in(state, definition, rows)) for state in definition.states.values() if state.means in GOES_ON]
    return page(
        request,
        "records/board.html",
        kind=kind,
        list=await listed.controls(request),
        lanes=[(state, cards, sum({card["state"]: card["all"] for card in cards}.values())) for state, cards in lanes],
    )


def _in(state: State, definition: Definition, rows: list[Any]) -> list[Any]:
    """Also what stands there under a former name of the state."""
    return [row for row in rows if definition.state(row["state"]).name == state.name]


def _amount(kind: Kind, request: Asked) -> Field | None:
    return next((one for one in shown(kind, request.user) if one.type == f.MONEY), None)


def _cards(kind: Kind, amount: Field | None, source: str, where: str) -> str:
    order = f"t.{amount.name} DESC NULLS LAST, t.id" if amount else "t.id DESC"
    said = f"t.{amount.name} AS amount, t.{amount.currency} AS currency" if amount else "NULL::numeric AS amount"
    whose = ", customer.name AS customer_name" if kind.belongs else ""
    return (
        f"SELECT * FROM (SELECT t.id, t.{kind.titled} AS title, t.state, {said}{whose},"
        " count(*) OVER (PARTITION BY t.state) AS all,"
        f" row_number() OVER (PARTITION BY t.state ORDER BY {order}) AS place"
        f" FROM {source} WHERE {where}) card WHERE place <= {CARDS} ORDER BY place"
    )
