"""Saved views: a list's search, filters, sort and columns under a name."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, post

from kam.errors import Invalid
from kam.language import N_
from kam.people import saving_views
from kam.web.addresses import own_path
from kam.web.forms import Form
from kam.web.page import redirect

Asked = Request[Any, Any, Any]


@post("/views")
async def save(request: Asked) -> Response[Any]:
    form = await Form.read(request)
    name, query = form.text("name", required=True, max=120), form.text("query", max=4000)
    list_name = form.text("list", required=True, max=60)
    target = own_path(form.value("next"))
    if form.errors:
        return redirect(target, flash=("error", N_("The view needs a name of at most 120 characters.")))
    try:
        await saving_views.save(list_name=list_name, name=name, query=query, by=request.user)
    except Invalid as invalid:
        return redirect(target, flash=("error", str(invalid)))
    return redirect(target, flash=("success", N_("The view “%(name)s” was saved."), {"name": name}))


@post("/views/{view:uuid}/deletion")
async def delete(request: Asked, view: UUID) -> Response[Any]:
    form = await Form.read(request)
    await saving_views.delete(view, by=request.user)
    return redirect(own_path(form.value("next")), flash=("success", N_("The view was deleted.")))


ROUTES = [save, delete]
