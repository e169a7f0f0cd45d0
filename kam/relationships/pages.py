"""Steps of a customer's workflows, and its account team."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, post

from kam.clock import now
from kam.customers.pages.show import WORKFLOWS, team_page
from kam.errors import Invalid, NotFound
from kam.language import N_
from kam.people.pages.choosing import settled
from kam.relationships import staffing
from kam.relationships.queries import visible_instance
from kam.web.forms import Form
from kam.web.page import redirect
from kam.web.stepping import request_of, take_step

Asked = Request[Any, Any, Any]


@post("/customers/{customer:uuid}/{workflow:str}/steps")
async def step(request: Asked, customer: UUID, workflow: str) -> Response[Any]:
    if workflow not in WORKFLOWS:
        raise NotFound(N_("Customers have no such workflow."))
    form = await Form.read(request)
    found = await visible_instance(request.user, customer, workflow, request=request_of(form))
    return await take_step(request, found, form, link=f"/customers/{customer}")


@post("/customers/{customer:uuid}/team")
async def add(request: Asked, customer: UUID) -> Response[Any]:
    form = await settled(await Form.read(request), request.user, "person")
    try:
        person, position = form.uuid("person"), form.text("position")
        form.valid()
        await staffing.add(customer, person, position, by=request.user, now=now())
    except Invalid as invalid:
        return await team_page(request, customer, form.refused(invalid), status=422)
    return redirect(f"/customers/{customer}/team", flash=("success", N_("The account team has grown.")))


@post("/customers/{customer:uuid}/team/{member:uuid}/end")
async def end(request: Asked, customer: UUID, member: UUID) -> Response[Any]:
    await staffing.end(customer, member, by=request.user, now=now())
    return redirect(f"/customers/{customer}/team", flash=("success", N_("The assignment has ended.")))


ROUTES = [step, add, end]
