"""Deleting an upload, or only the rows of it that were not taken; both are asked about first."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from kam.clock import now
from kam.errors import Invalid
from kam.importing import deleting, queries
from kam.importing.pages.files import UNDER_WAY
from kam.language import N_
from kam.web.page import page, redirect

Asked = Request[Any, Any, Any]


@get("/imports/{file:uuid}/deletion")
async def show(request: Asked, file: UUID) -> Response[Any]:
    request.user.require("import")
    return await _page(request, file)


@post("/imports/{file:uuid}/deletion")
async def confirm(request: Asked, file: UUID) -> Response[Any]:
    request.user.require("import")
    try:
        await deleting.delete(file, by=request.user, now=now())
    except Invalid:
        return await _page(request, file, 409)
    return redirect("/imports", flash=("success", N_("The upload was deleted. What was imported from it stays.")))


@post("/imports/{file:uuid}/failed-rows/deletion")
async def confirm_rows(request: Asked, file: UUID) -> Response[Any]:
    request.user.require("import")
    await deleting.delete_failed_rows(file, by=request.user, now=now())
    return redirect(f"/imports/{file}", flash=("success", N_("The rows that were not taken were deleted.")))


async def _page(request: Asked, file: UUID, status: int = 200) -> Response[Any]:
    record = await queries.find(request.user, file)
    work = await queries.work_of(record)
    refused = status != 200 or (work is not None and work["state"] in UNDER_WAY)
    return page(
        request, "importing/deletion.html", status=status, file=record, work=work,
        in_the_way=deleting.BEING_READ if refused else "",
    )  # fmt: skip


ROUTES = [show, confirm, confirm_rows]
