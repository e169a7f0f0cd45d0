"""The form of a step, from whichever page it is offered on: plan, approvals, desk, warnings, board, or a script's JSON.

What stands in the way is shown on that page in place, and nothing that was typed is lost.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, post
from litestar.exceptions import SerializationException

from kam.clock import now
from kam.database.sql import Params
from kam.errors import Invalid, NotFound
from kam.language import N_, Titles
from kam.language import title as title_in
from kam.people.viewer import Viewer
from kam.records.finding import NOT_THERE
from kam.records.rules import fit
from kam.records.visibility import sees_moved
from kam.web.addresses import local_path
from kam.web.current import current
from kam.web.errors import wants_json
from kam.web.forms import Form
from kam.web.page import redirect
from kam.web.refusals import REFUSALS, drawn_again, refusal
from kam.workflow.advancing import advance
from kam.workflow.history import Step
from kam.workflow.instances import Held, look
from kam.workflow.registry import current as workflows

Asked = Request[Any, Any, Any]
NO_OBJECT = N_("Send one JSON object whose values are texts, numbers, true or false.")


@post("/instances/{instance:uuid}/steps")
async def step(request: Asked, instance: UUID) -> Response[Any]:
    """The one address of the steps of every record, as a form or as JSON."""
    form = await _read(request)
    found = await visible(request.user, instance, request=request_of(form))
    link = workflows().place(found.instance.workflow, found.instance.subject, found.instance.customer)
    return await take_step(request, found, form, link=link)


async def visible(viewer: Viewer, instance: UUID, *, request: str | None = None) -> Held:
    """The workflow of a record that the viewer sees. Raises NotFound."""
    params = Params(instance)
    held = await look(f"i.id = $1 AND {sees_moved(viewer, params)}", *params.values, request=request)
    if not held:
        raise NotFound(NOT_THERE)
    return held[0]


async def _read(request: Asked) -> Form:
    """Raises Invalid for JSON that is no object of plain values."""
    if not request.headers.get("content-type", "").startswith("application/json"):
        return await Form.read(request)
    try:
        said = await request.json()
    except SerializationException:
        said = None
    if not isinstance(said, dict) or not all(isinstance(one, str | int | float | None) for one in said.values()):
        raise Invalid({"": NO_OBJECT})
    return Form({str(name): [_text(value)] for name, value in said.items()})


def _text(value: str | float | bool | None) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else fit(str(value))


def request_of(form: Form) -> str | None:
    """What names one sending of the form, so that sending it twice is noticed."""
    return form.value("request")[:80] or None


async def take_step(request: Asked, found: Held, form: Form, *, link: str) -> Response[Any]:
    """`found` was looked at on behalf of the viewer; `link` is the page of the record that the step moves."""
    name, title = found.standing.title, _title(found.instance.workflow, form.value("transition"))
    try:
        taken = await _advance(request, found, form)
    except REFUSALS as error:
        if wants_json(request):
            raise
        refused = refusal(error, form, instance=found.instance.id, title=title, name=name, link=link)
        return await drawn_again(request, refused)
    if wants_json(request):
        return Response({"state": taken.to_state, "revision": taken.leaves or taken.number}, status_code=200)
    said = {"step": title_in(title, current().language), "name": name}
    return redirect(local_path(form.value("next"), link), flash=("success", N_("%(name)s – done: %(step)s"), said))


async def _advance(request: Asked, found: Held, form: Form) -> Step:
    revision, comment = form.seen(), form.text("comment", max=5000)
    form.valid()
    return await advance(
        found, form.value("transition"), by=request.user, now=now(), comment=comment,
        fields={name: form.value(name) for name in form.values if not name.startswith("_")}, revision=revision,
        request=request_of(form),
    )  # fmt: skip


def _title(workflow: str, transition: str) -> Titles:
    """Raises NotFound."""
    known = workflows().known_or_absent(workflow).transitions.get(transition)
    if known is None:
        raise NotFound(N_("There is no such step."))
    return known.title


ROUTES = [step]
