"""Watching long work, and cancelling it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from kam.clock import now
from kam.database.engine import DB
from kam.errors import NotFound
from kam.jobs import asking
from kam.language import N_, gettext
from kam.web.addresses import local_path
from kam.web.current import current
from kam.web.errors import wants_json
from kam.web.formats import number
from kam.web.forms import Form
from kam.web.page import page, redirect
from kam.web.templates import WORK_STATES

Asked = Request[Any, Any, Any]


@get("/work/{work:uuid}")
async def show(request: Asked, work: UUID) -> Response[Any]:
    found, language = await _find(request, work), current().language
    if not wants_json(request):
        return page(request, "work/show.html", work=found)
    shown = {name: found[name] for name in ("state", "done", "total")}
    return Response({
        **shown, "done_text": _done(found), "kept": "kept" in found["result"], "rate": _rate(found, language),
        "message": gettext(language, found["message"]),
        "state_text": gettext(language, WORK_STATES.get(found["state"], found["state"])),
    })  # fmt: skip


@post("/work/{work:uuid}/cancellation")
async def cancel(request: Asked, work: UUID) -> Response[Any]:
    await _find(request, work)
    stopped = await asking.cancel(work, by=request.user.id, every=request.user.sees_all, now=now())
    note = N_("It is being stopped.") if stopped else await _too_late(request, work)
    return redirect(local_path((await Form.read(request)).value("back"), f"/work/{work}"), flash=("success", note))


def _done(work: Mapping[str, Any]) -> str:
    return f"{number(work['done'])} / {number(work['total'])}" if work["total"] else number(work["done"])


async def _too_late(request: Asked, work: UUID) -> str:
    is_running = (await _find(request, work))["state"] == "running"
    return N_("It is too late to stop it: what it did is kept.") if is_running else N_("It had ended already.")


def _rate(work: Mapping[str, Any], language: str) -> str:
    """How fast it goes on average, once there is something to say."""
    seconds = (now() - work["started_at"]).total_seconds() if work["started_at"] else 0
    if seconds < 1 or work["done"] < seconds or work["state"] != "running":
        return ""
    return gettext(language, N_("%(count)s per second"), count=number(round(work["done"] / seconds)))


async def _find(request: Asked, work: UUID) -> Mapping[str, Any]:
    """Only one's own; administrators see all."""
    row = await DB.fetchrow(
        "SELECT work.*, document.content IS NOT NULL AS has_document FROM work "
        "LEFT JOIN document ON document.id = work.document WHERE work.id = $1 AND (asked_by = $2 OR $3)",
        work,
        request.user.id,
        request.user.sees_all,
    )
    if row is None:
        raise NotFound(N_("There is no such work, or it is somebody else's."))
    read = {name: json.loads(row[name]) if isinstance(row[name], str) else row[name] for name in ("input", "result")}
    return {**row, **read, "document": row["document"] if row["has_document"] else None}


ROUTES = [show, cancel]
