"""Everything that was ever changed and decided, with the facts as they stood."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from litestar import Request, Response, get

from kam.customers import timeline
from kam.customers.overview import heading
from kam.customers.pages import telling, telling_kinds
from kam.customers.pages.figures import written
from kam.database.engine import DB
from kam.facts.catalogue import current as known_facts
from kam.facts.declare import Fact
from kam.language import N_, gettext, title
from kam.people.viewer import Viewer
from kam.plans.freezing import SUCCESSOR
from kam.records import catalogue
from kam.records.pages.happening import why
from kam.records.visibility import shown as visible_fields
from kam.web.current import current
from kam.web.page import page
from kam.workflow.definition import Definition
from kam.workflow.history import Step, steps_of
from kam.workflow.registry import current as workflows

Asked = Request[Any, Any, Any]
CHANGES = 50


@get("/customers/{customer:uuid}/history")
async def history(request: Asked, customer: UUID) -> Response[Any]:
    shown = await heading(request.user, customer)
    before = telling.read_before(request.query_params.get("before", ""))
    events = await timeline.events(customer, kinds=["change"], before=before, limit=CHANGES)
    names = await timeline.names_of(request.user, events)
    taken = await steps_of(customer)
    return page(
        request, "customers/history.html", customer=shown, tab="history",
        steps=await _steps(taken, shown["currency"], request.user),
        entries=telling.entries(events, names, current().language), older=telling.older(events, CHANGES),
    )  # fmt: skip


async def _steps(taken: list[Step], currency: str, viewer: Viewer) -> list[dict[str, Any]]:
    who = {step.by for step in taken if step.by}
    people = await DB.fetch("SELECT id, name FROM person WHERE id = ANY($1)", list(who))
    names = {row["id"]: row["name"] for row in people}
    of = await telling_kinds.records_of({step.subject for step in taken if step.subject != step.customer})
    return [{**_step(step, names, currency, viewer), "of": of.get(step.subject)} for step in taken]


def _step(step: Step, names: dict[UUID, str], currency: str, viewer: Viewer) -> dict[str, Any]:
    language = current().language
    definition = workflows().known_or_absent(step.workflow)
    facts = known_facts().facts(definition.subject)
    hidden = workflows().vocabulary.hidden(facts, viewer)
    stood = [
        (gettext(language, facts[name].title), _stood(definition.subject, facts[name], value, currency, language))
        for name, value in step.facts.items()
        if name in facts and name not in hidden
    ]
    return {
        "workflow": title(definition.title, language), "kind": step.workflow,
        "title": title(definition.step_title(step.transition), language),
        "from": step.from_state, "to": step.to_state, "at": step.at, "comment": step.comment,
        "by": names.get(step.by, "") if step.by else "",
        "trigger": _why(definition, step.trigger, language), "facts": stood,
        "fields": _told(definition.subject, step.fields, viewer), "hash": (step.hash or b"").hex(),
    }  # fmt: skip


def _told(subject: str, fields: Mapping[str, Any], viewer: Viewer) -> dict[str, Any]:
    """What was noted with a step, without the fields of the record that the viewer may not see."""
    kind = catalogue.current().get(subject)
    hidden = kind.by_name.keys() - {one.name for one in visible_fields(kind, viewer)} if kind else set()
    return {name: value for name, value in fields.items() if name not in hidden}


def _stood(subject: str, fact: Fact, value: Any, currency: str, language: str) -> str:
    """One of a choice by its title, where the fact is a field of the record that was moved."""
    kind = catalogue.current().get(subject)
    field = kind.by_name.get(fact.name) if kind else None
    if field and isinstance(value, str):
        return gettext(language, field.choices.get(value, value))
    return written(fact.unit, value, currency, language)


def _why(definition: Definition, trigger: str | None, language: str) -> str:
    """Why the system took a step: the rule that held, the time that ran out, or the plan that took this one's place."""
    if trigger == SUCCESSOR:
        return gettext(language, N_("A newer plan was approved"))
    return why(definition, trigger, language)


ROUTES = [history]
