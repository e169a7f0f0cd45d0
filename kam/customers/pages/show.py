"""The customer page: all of it at a glance."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from markupsafe import Markup

from kam import vocabulary
from kam.clock import now
from kam.customers import timeline
from kam.customers.overview import overview
from kam.customers.pages import telling
from kam.customers.pages.drawing import drawn, shares, trend
from kam.customers.pages.figures import figures
from kam.customers.pages.segments import SEGMENT_BADGES
from kam.people.pages.choosing import offered
from kam.ranking import priority
from kam.ranking.catalogue import WORKFLOWS as FOLDER
from kam.ranking.priority import Priority
from kam.ranking.scoring import Contribution, contributions
from kam.relationships.positions import POSITIONS
from kam.sales.kind import OPPORTUNITY
from kam.web.current import current
from kam.web.forms import Form
from kam.web.page import page
from kam.web.refusals import TAKES_STEPS, astray
from kam.workflow.options import Outlook, outlook, stages

Asked = Request[Any, Any, Any]
EVENTS = 20
WORKFLOWS = ("relationship", "early_warning", "designation")


@get("/customers/{customer:uuid}", opt=TAKES_STEPS)
async def show(request: Asked, customer: UUID) -> Response[Any]:
    moment = now()
    shown = await overview(request.user, customer, as_of=request.user.as_of(moment))
    outlooks = await _outlooks(request, customer, shown, moment)
    return page(
        request, "customers/show.html", customer=shown, tab="overview", outlooks=outlooks, astray=astray(
            (option.instance, option.transition) for one in outlooks for option in one.options
        ),
        states=_states(outlooks), figures=_figures(shown), positions=POSITIONS,
        score=shares(_score(shown["facts"]), current().language), segments=SEGMENT_BADGES, hopes=OPPORTUNITY,
        **await told(request, customer),
    )  # fmt: skip


async def _outlooks(request: Asked, customer: UUID, shown: Mapping[str, Any], moment: datetime) -> list[Outlook]:
    found = await outlook(customer, by=request.user, now=moment, facts=shown["facts"])
    return [found[name] for name in WORKFLOWS if name in found]


def _states(outlooks: list[Outlook]) -> list[tuple[str, Any]]:
    """The stages of the first workflow, as the bar shows them."""
    return stages(outlooks[0].definition, outlooks[0].instance.state) if outlooks else []


def _figures(shown: Mapping[str, Any]) -> list[tuple[str, Markup]]:
    """Title of a group and its figures."""
    beside = {"revenue_12m": trend(shown["facts"]["revenue_trend"])}
    return [(title, drawn(group, beside)) for title, group in figures(shown)]


def _score(facts: Mapping[str, Any]) -> list[Contribution]:
    return contributions(_priority(), facts, vocabulary.FACTS.currencies)


@lru_cache
def _priority() -> Priority:
    return priority.load(FOLDER, vocabulary.FACTS.facts("customer"))


async def told(request: Asked, customer: UUID) -> dict[str, Any]:
    """The part of the timeline that the address asks for, and what leads to the rest."""
    chosen = [kind for kind in timeline.narrowings() if kind in request.query_params.getall("show", [])]
    before = telling.read_before(request.query_params.get("before", ""))
    events = await timeline.events(customer, kinds=chosen, before=before, limit=EVENTS)
    names = await timeline.names_of(request.user, events)
    return {
        "entries": telling.entries(events, names, current().language), "older": telling.older(events, EVENTS),
        "kinds": timeline.narrowings(), "chosen": chosen, "paged": before is not None,
    }  # fmt: skip


@get("/customers/{customer:uuid}/team")
async def team(request: Asked, customer: UUID) -> Response[Any]:
    return await team_page(request, customer, Form.of())


async def team_page(request: Asked, customer: UUID, form: Form, *, status: int = 200) -> Response[Any]:
    shown = await overview(request.user, customer, as_of=request.user.as_of(now()))
    return page(
        request, "relationships/team.html", status=status, customer=shown, tab="team", positions=POSITIONS, form=form,
        people=await offered(form, request.user, "person"),
    )  # fmt: skip


ROUTES = [show, team]
