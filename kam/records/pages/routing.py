"""The addresses of a kind: `/contracts`, `/contracts/new`, `/contracts/choices`, `/contracts/ID` and what is below."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler

from kam.customers.pages.choosing import of_customer as of_chosen_customer
from kam.kinds import KINDS
from kam.records.kind import Kind
from kam.records.pages import board as boards
from kam.records.pages import changing, choosing, listing, of_customer, showing, writing
from kam.web.refusals import TAKES_STEPS

Asked = Request[Any, Any, Any]


def routes_of(kind: Kind) -> list[HTTPRouteHandler]:
    path = f"/{kind.path}"

    @get(path)
    async def index(request: Asked) -> Response[Any]:
        return await listing.index(kind, request)

    @get(f"{path}/new")
    async def blank(request: Asked) -> Response[Any]:
        return await writing.blank(kind, request)

    @get(f"{path}/choices")
    async def choices(request: Asked) -> dict[str, Any]:
        return await choosing.choice_of_kind(kind).respond(request)

    @get(f"{path}/theirs")
    async def theirs(request: Asked) -> dict[str, Any]:
        return await of_chosen_customer(request, partial(choosing.choice_of_theirs, kind.name))

    @post(path)
    async def create(request: Asked) -> Response[Any]:
        return await writing.create(kind, request)

    more = [theirs] if kind.of_customers else []
    more += [_board(kind, path)] if kind.workflow else []
    return [index, blank, choices, create, *more, *_of_one(kind, f"{path}/{{record:uuid}}")]


def _board(kind: Kind, path: str) -> HTTPRouteHandler:
    @get(f"{path}/board")
    async def board(request: Asked) -> Response[Any]:
        return await boards.board(kind, request)

    return board


def _of_one(kind: Kind, path: str) -> list[HTTPRouteHandler]:
    @get(path, opt=TAKES_STEPS)
    async def show(request: Asked, record: UUID) -> Response[Any]:
        return await showing.show(kind, request, record)

    @get(f"{path}/edit")
    async def edit(request: Asked, record: UUID) -> Response[Any]:
        return await changing.edit_form(kind, request, record)

    @post(path)
    async def change(request: Asked, record: UUID) -> Response[Any]:
        return await changing.change(kind, request, record)

    @post(f"{path}/deletion")
    async def delete(request: Asked, record: UUID) -> Response[Any]:
        return await showing.remove(kind, request, record)

    @post(f"{path}/restoration")
    async def restore(request: Asked, record: UUID) -> Response[Any]:
        return await showing.bring_back(kind, request, record)

    return [show, edit, change, delete, restore]


SHARING = [kind for kind in KINDS if kind.shares_pages]
ROUTES = [*(route for kind in SHARING for route in routes_of(kind)), *of_customer.ROUTES]
