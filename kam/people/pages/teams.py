"""The tree of teams and who belongs to them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from kam.clock import now
from kam.errors import Invalid
from kam.language import N_
from kam.people import teams
from kam.people.pages.choosing import offered, settled
from kam.people.queries import find_team, members, team_choices, team_tree
from kam.web.forms import Form
from kam.web.page import page, redirect

Asked = Request[Any, Any, Any]


@get("/teams")
async def index(request: Asked) -> Response[Any]:
    return page(request, "people/teams.html", teams=await team_tree())


@get("/teams/new")
async def blank(request: Asked) -> Response[Any]:
    request.user.require("manage_people")
    return page(request, "people/new_team.html", form=Form.of(), choices=await team_choices(request.user))


@post("/teams")
async def add(request: Asked) -> Response[Any]:
    form = await Form.read(request)
    try:
        name, parent, region = (
            form.text("name", required=True, max=200),
            form.uuid("parent"),
            form.text("region", max=200),
        )
        form.valid()
        team = await teams.add_team(name=name, parent=parent, region=region, by=request.user, now=now())
    except Invalid as invalid:
        choices = await team_choices(request.user)
        return page(request, "people/new_team.html", form=form.refused(invalid), choices=choices, status=422)
    return redirect(f"/teams/{team}", flash=("success", N_("The team was added.")))


@get("/teams/{team:uuid}")
async def show(request: Asked, team: UUID) -> Response[Any]:
    return await _shown(request, team, None)


@post("/teams/{team:uuid}")
async def change(request: Asked, team: UUID) -> Response[Any]:
    form = (await Form.read(request)).over(Form.of(await find_team(team)))
    try:
        name, parent, region = (
            form.text("name", required=True, max=200),
            form.uuid("parent"),
            form.text("region", max=200),
        )
        form.valid()
        if not form.untouched():
            await teams.change_team(team, name=name, parent=parent, region=region, by=request.user, now=now())
    except Invalid as invalid:
        return await _shown(request, team, form.refused(invalid))
    return redirect(f"/teams/{team}", flash=("success", N_("Saved.")))


@post("/teams/{team:uuid}/members")
async def join(request: Asked, team: UUID) -> Response[Any]:
    form = await settled(await Form.read(request), request.user, "person")
    try:
        person = form.uuid("person", required=True)
        form.valid()
        assert person is not None
        await teams.join(team, person, leads=form.yes("leads"), by=request.user, now=now())
    except Invalid as invalid:
        return await _shown(request, team, form.refused(invalid))
    return redirect(f"/teams/{team}", flash=("success", N_("Saved.")))


@post("/teams/{team:uuid}/members/{person:uuid}/removal")
async def leave(request: Asked, team: UUID, person: UUID) -> Response[Any]:
    await teams.leave(team, person, by=request.user, now=now())
    return redirect(f"/teams/{team}", flash=("success", N_("Saved.")))


async def _shown(request: Asked, team: UUID, form: Form | None) -> Response[Any]:
    found = await find_team(team)
    shown = form or Form.of(found)
    return page(
        request, "people/team.html", team=found, form=shown, members=await members(team),
        choices=await team_choices(request.user), people=await offered(shown, request.user, "person"),
        status=422 if form else 200,
    )  # fmt: skip


ROUTES = [index, blank, add, show, change, join, leave]
