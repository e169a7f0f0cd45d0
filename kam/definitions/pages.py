"""The workflows as anybody can read them: the drawing, the rules as sentences, the versions, and what happens next."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get

from kam.clock import now
from kam.definitions import queries
from kam.definitions.describing import described
from kam.definitions.schedule import scheduled
from kam.jobs import machines
from kam.jobs.crowding import crowd
from kam.web.current import current as asked
from kam.web.page import page
from kam.workflow import diagram
from kam.workflow.registry import current

Asked = Request[Any, Any, Any]


@get("/workflows")
async def index(request: Asked) -> Response[Any]:
    standings = await queries.standings(request.user, now=now())
    names = dict.fromkeys([*current().definitions, *sorted(standings)])
    return page(
        request, "workflows/index.html", definitions=[current().known_or_absent(name) for name in names],
        standings=standings, others=await machines.others(current()),
        schedule=scheduled(), crowded=await crowd() if request.user.may("manage_storage") else None,
    )  # fmt: skip


@get("/workflows/{name:str}")
async def show(request: Asked, name: str) -> Response[Any]:
    definition = current().definition(name)
    language = asked().language
    standings = (await queries.standings(request.user, now=now(), workflow=name)).get(name, {})
    strays = [definition.state(one) for one in standings if one not in definition.states and standings[one].instances]
    counts = {state: standing.instances for state, standing in standings.items()}
    days = {state: standing.days_past or standing.days_now for state, standing in standings.items()}
    return page(
        request, "workflows/show.html", definition=definition, standings=standings, strays=strays,
        states=[*definition.states.values(), *strays],
        drawing=diagram.svg(definition, counts, days, language), rules=described(current(), definition, language),
        versions=await queries.versions(name), due=await queries.due(request.user, name),
        recent=await queries.recent(request.user, name, now=now()), link=current().link,
    )  # fmt: skip


ROUTES = [index, show]
