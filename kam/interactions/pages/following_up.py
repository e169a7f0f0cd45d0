"""Ticking off a next step, from wherever it is shown."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, post

from kam.clock import now
from kam.interactions import following_up
from kam.language import N_
from kam.web.addresses import own_path
from kam.web.forms import Form
from kam.web.page import redirect

Asked = Request[Any, Any, Any]


@post("/interactions/{interaction:uuid}/completion")
async def complete(request: Asked, interaction: UUID) -> Response[Any]:
    """`next` says where to go back to."""
    form = await Form.read(request)
    customer = await following_up.complete(interaction, by=request.user, now=now())
    back = own_path(form.value("next"), f"/customers/{customer}")
    undo = {"undo": f"/interactions/{interaction}/completion/undo"}
    return redirect(back, flash=("success", N_("The next step is done."), undo))


@post("/interactions/{interaction:uuid}/completion/undo")
async def reopen(request: Asked, interaction: UUID) -> Response[Any]:
    customer = await following_up.reopen(interaction, by=request.user, now=now())
    return redirect(f"/customers/{customer}", flash=("success", N_("The next step is open again.")))


ROUTES = [complete, reopen]
