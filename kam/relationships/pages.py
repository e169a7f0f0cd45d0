"""Steps of a customer's workflows, and its account team."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, post

from kam.clock import now
from kam.customers.pages.show import WORKFLOWS, team_page
from kam.errors import Invalid, NotFound
from kam.language import N_, Titles
from kam.language import title as title_in
from kam.people.pages.choosing import settled
from kam.relationships import staffing
from kam.relationships.queries import visible_instance
from kam.web.addresses import local_path
from kam.web.current import current
from kam.web.errors import wants_json
from kam.web.forms import Form
from kam.web.page import redirect
from kam.web.refusals import REFUSALS, drawn_again, refusal
from kam.workflow.advancing import advance
from kam.workflow.history import Step
from kam.workflow.instances import Held
from kam.workflow.registry import current as workflows

Asked = Request[Any, Any, Any]


@post("/customers/{customer:uuid}/{workflow:str}/steps")
async def step(request: Asked, customer: UUID, workflow: str) -> Response[Any]:
    """Takes a step, from whichever page it is offered on, and goes on at `next`.

    What stands in the way is shown on that page in place, and nothing that was typed is lost. A script (the board)
    gets the new state, or the reasons, as JSON.
    """
    if workflow not in WORKFLOWS:
        raise NotFound(N_("Customers have no such workflow."))
    form, link = await Form.read(request), f"/customers/{customer}"
    found = await visible_instance(request.user, customer, workflow, request=_request(form))
    name = found.standing.title
    title = _title(workflow, form.value("transition"))
    try:
        taken = await _advance(request, found, form)
    except REFUSALS as error:
        if wants_json(request):
            raise
        refused = refusal(error, form, instance=found.instance.id, title=title, name=name, link=link)
        return await drawn_again(request, refused)
    if wants_json(request):
        return Response({"state": taken.to_state, "revision": taken.number}, status_code=200)
    said = {"step": title_in(title, current().language), "name": name}
    return redirect(local_path(form.value("next"), link), flash=("success", N_("%(name)s – done: %(step)s"), said))


async def _advance(request: Asked, found: Held, form: Form) -> Step:
    revision, comment = form.integer("revision"), form.text("comment", max=5000)
    form.valid()
    return await advance(
        found, form.value("transition"), by=request.user, now=now(), comment=comment,
        fields={name: form.value(name) for name in form.values if not name.startswith("_")}, revision=revision,
        request=_request(form),
    )  # fmt: skip


def _request(form: Form) -> str | None:
    """What names one sending of the form, so that sending it twice is noticed."""
    return form.value("request")[:80] or None


def _title(workflow: str, transition: str) -> Titles:
    """Raises NotFound."""
    known = workflows().known_or_absent(workflow).transitions.get(transition)
    if known is None:
        raise NotFound(N_("There is no such step."))
    return known.title


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
