"""Our people. Everybody may look up a colleague; administrators take on, change and let go."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from kam.clock import now
from kam.errors import Invalid
from kam.language import LANGUAGES, N_
from kam.leaving import losing
from kam.leaving.deactivating import Holds
from kam.leaving.holdings import mark_of
from kam.people import adding, changing, passwords, teams
from kam.people.queries import find_person, team_choices
from kam.people.roles import ROLES
from kam.web.badges import Badge
from kam.web.forms import Form
from kam.web.lists import Column, Filter, ListOf
from kam.web.page import page, redirect

Asked = Request[Any, Any, Any]

ACTIVE = {
    "True": Badge(N_("Active"), "good", icon="circle-check"),
    "False": Badge(N_("Deactivated"), "calm", icon="ban"),
}
_LAST_HERE = "(SELECT max(seen_at) FROM session WHERE session.person = person.id)"
_TEAMS = """COALESCE((SELECT string_agg(team.name, ', ' ORDER BY team.name) FROM membership
    JOIN team ON team.id = membership.team WHERE membership.person = person.id), '')"""

PEOPLE = ListOf(
    name="people", title=N_("People"), source="person", key="person.id",
    scope=lambda viewer, params: "TRUE" if viewer.may("manage_people") else "person.active",
    columns=(
        Column("name", N_("Name"), "person.name", main=True, link="/people/{id}", under="email", nullable=False),
        Column("role", N_("Role"), "person.role", kind="choice", choices=ROLES, nullable=False),
        Column("job", N_("Job"), "person.job", nullable=False),
        Column("teams", N_("Teams"), _TEAMS, sort=False),
        Column("phone", N_("Phone"), "person.phone", sort=False, shown=False),
        Column("active", N_("State"), "person.active", kind="badge", badges=ACTIVE, sort=False),
        Column("seen", N_("Last here"), _LAST_HERE, kind="ago",
               sort=False),
        Column("since", N_("Since"), "person.created_at", kind="ago", nullable=False, shown=False),
    ),
    extras={"email": "person.email"},
    filters=(
        Filter("role", N_("Role"), "person.role", choices=ROLES),
        Filter("active", N_("Active"), "person.active", kind="yes_no"),
    ),
    search=("person.name", "person.email", "person.job"),
    sort="name",
)  # fmt: skip


@get("/people")
async def index(request: Asked) -> Response[Any]:
    return await PEOPLE.respond(request, "people/index.html")


@get("/people/new")
async def blank(request: Asked) -> Response[Any]:
    request.user.require("manage_people")
    return page(request, "people/new.html", form=Form.of(role="account_manager"), **await _choices(request))


@post("/people")
async def add(request: Asked) -> Response[Any]:
    form, moment, password = await Form.read(request), now(), passwords.temporary()
    try:
        values: dict[str, Any] = {name: form.text(name, required=name in ("name", "email"), max=200) for name in _TEXTS}
        role, team = form.choice("role", ROLES, required=True), form.uuid("team")
        language = form.choice("language", LANGUAGES, default="en")
        form.valid()
        person = await adding.add(
            **values, role=role, language=language, password=password, by=request.user, now=moment
        )
        if team:
            await teams.join(team, person, by=request.user, now=moment)
    except Invalid as invalid:
        return page(request, "people/new.html", form=form.refused(invalid), status=422, **await _choices(request))
    return page(request, "people/password.html", person=await find_person(person), password=password, status=201)


_TEXTS = ("name", "email", "job", "phone")


@get("/people/{person:uuid}")
async def show(request: Asked, person: UUID) -> Response[Any]:
    found = await find_person(person)
    return page(request, "people/show.html", person=found, form=Form.of(found), **await _choices(request))


@post("/people/{person:uuid}")
async def change(request: Asked, person: UUID) -> Response[Any]:
    form = (await Form.read(request)).over(Form.of(await find_person(person)))
    try:
        values: dict[str, Any] = {name: form.text(name, max=200) for name in _TEXTS}
        values |= {"role": form.choice("role", ROLES, required=True), "language": form.choice("language", LANGUAGES)}
        values = form.news(values)
        revision = form.seen()
        form.valid()
        await losing.change(person, values, seen=form.value("seen"), by=request.user, now=now(), revision=revision)
    except Holds as holds:
        return await _again(request, person, form.refused(holds), holdings=holds.holdings, mark=mark_of(holds.holdings))
    except Invalid as invalid:
        return await _again(request, person, form.refused(invalid))
    return redirect(f"/people/{person}", flash=("success", N_("Saved.")))


@post("/people/{person:uuid}/reactivation")
async def reactivate(request: Asked, person: UUID) -> Response[Any]:
    await changing.reactivate(person, by=request.user, now=now())
    return redirect(f"/people/{person}", flash=("success", N_("They may sign in again.")))


@post("/people/{person:uuid}/password")
async def reset_password(request: Asked, person: UUID) -> Response[Any]:
    password = await changing.reset_password(person, by=request.user, now=now())
    return page(request, "people/password.html", person=await find_person(person), password=password)


async def _again(request: Asked, person: UUID, form: Form, **held: Any) -> Response[Any]:
    found = await find_person(person)
    return page(request, "people/show.html", person=found, form=form, status=422, **held, **await _choices(request))


async def _choices(request: Asked) -> dict[str, Any]:
    return {"roles": ROLES, "language_choices": list(LANGUAGES.items()), "teams": await team_choices(request.user)}


ROUTES = [index, blank, add, show, change, reactivate, reset_password]
