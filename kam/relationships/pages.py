"""Steps of a customer's workflows, and its account team."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, post

from kam.clock import now
from kam.customers.pages.show import WORKFLOWS, customer_page
from kam.errors import Invalid, NotFound, Refused, Stale
from kam.language import N_, gettext
from kam.relationships import staffing
from kam.relationships.queries import visible_instance
from kam.web.current import current
from kam.web.errors import wants_json
from kam.web.forms import Form
from kam.web.page import redirect
from kam.workflow.advancing import advance

Asked = Request[Any, Any, Any]


@post("/customers/{customer:uuid}/{workflow:str}/steps")
async def step(request: Asked, customer: UUID, workflow: str) -> Response[Any]:
    """Takes a step. What stands in the way is shown in place, and nothing that was typed is lost."""
    if workflow not in WORKFLOWS:
        raise NotFound(N_("Customers have no such workflow."))
    instance = await visible_instance(request.user, customer, workflow)
    form = await Form.read(request)
    try:
        revision = form.integer("revision")
        form.valid()
        await _advance(request, instance, form, revision)
    except (Invalid, Refused, Stale) as error:
        if wants_json(request):
            raise
        return await customer_page(
            request, customer, status=422 if isinstance(error, Invalid) else 409,
            refusal=_refusal(workflow, form, error),
        )  # fmt: skip
    return redirect(f"/customers/{customer}", flash=("success", N_("The step was taken.")))


async def _advance(request: Asked, instance: UUID, form: Form, revision: int | None) -> None:
    await advance(
        instance, form.value("transition"), by=request.user, now=now(), comment=form.text("comment"),
        fields={name: form.value(name) for name in form.values if not name.startswith("_")}, revision=revision,
        request=form.value("request")[:80] or None,
    )  # fmt: skip


def _refusal(workflow: str, form: Form, error: Exception) -> dict[str, Any]:
    message = str(error) if isinstance(error, Stale | Invalid) else ""
    return {
        "workflow": workflow, "transition": form.value("transition"), "form": form,
        "blockers": error.blockers if isinstance(error, Refused) else (),
        "message": gettext(current().language, message) if message else "",
    }  # fmt: skip


@post("/customers/{customer:uuid}/team")
async def add(request: Asked, customer: UUID) -> Response[Any]:
    form, back = await Form.read(request), f"/customers/{customer}/team"
    try:
        person, position = form.uuid("person"), form.text("position")
        form.valid()
        await staffing.add(customer, person, position, by=request.user, now=now())
    except Invalid as invalid:
        return redirect(back, flash=("error", next(iter(invalid.fields.values()))))
    return redirect(back, flash=("success", N_("The account team has grown.")))


@post("/customers/{customer:uuid}/team/{member:uuid}/end")
async def end(request: Asked, customer: UUID, member: UUID) -> Response[Any]:
    await staffing.end(customer, member, by=request.user, now=now())
    return redirect(f"/customers/{customer}/team", flash=("success", N_("The assignment has ended.")))


ROUTES = [step, add, end]
