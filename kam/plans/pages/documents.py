"""Asking for the PDF of a plan."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, post

from kam.clock import now
from kam.plans.documenting import ask_for_pdf
from kam.web.current import current
from kam.web.forms import Form
from kam.web.page import redirect


@post("/plans/{plan:uuid}/documents")
async def create(request: Request[Any, Any, Any], plan: UUID) -> Response[Any]:
    """Drawn by a worker; the page of the work shows how far it is and then the document."""
    form = await Form.read(request)
    language, number = form.text("language") or current().language, form.integer("version")
    form.valid()
    work = await ask_for_pdf(plan, number=number, language=language, by=request.user, now=now())
    return redirect(f"/work/{work}")


ROUTES = [create]
