"""Logging what happened with a customer, and correcting it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from kam.clock import now
from kam.customers.contacts.queries import of_customer as contacts_of
from kam.customers.overview import heading, read
from kam.customers.pages.choosing import CUSTOMER
from kam.customers.pages.differing import overtaken
from kam.customers.queries import similar
from kam.database.columns import new_id
from kam.errors import Invalid, Stale
from kam.interactions import adding, editing, queries
from kam.interactions.fields import LENGTHS, NEXT_STEP, USUAL, check, clean
from kam.interactions.terms import CHANNELS, DIRECTIONS, FEELINGS
from kam.language import N_
from kam.people.pages.choosing import PERSON, offered, settled
from kam.records.rules import CURRENCIES
from kam.web.forms import Form
from kam.web.page import page, redirect

Asked = Request[Any, Any, Any]


@get("/interactions/new")
async def choose(request: Asked) -> Response[Any]:
    """First with whom: straight on if one customer is meant, otherwise the customers whose name is like it."""
    request.user.require("write_interactions")
    typed = request.query_params.get("q", "").replace("\x00", "").strip()[:200]
    meant = (await CUSTOMER.all_meant([typed], request.user)).get(typed)
    if isinstance(meant, UUID):
        return redirect(f"/customers/{meant}/interactions/new")
    return page(request, "interactions/choose.html", q=typed, customers=await similar(request.user, typed))


@get("/customers/{customer:uuid}/interactions/new")
async def blank(request: Asked, customer: UUID) -> Response[Any]:
    request.user.require("write_interactions")
    form = Form.of(key=new_id(), at=now(), channel=request.query_params.get("channel", "phone"), direction="out")
    form.values["people"] = [str(request.user.id)]
    return await _form(request, customer, None, form)


def said(form: Form) -> dict[str, Any]:
    values: dict[str, Any] = {**form.texts(("purpose", "notes", "outcome", "next_step"), LENGTHS)}
    values |= {
        "channel": form.choice("channel", CHANNELS), "direction": form.choice("direction", DIRECTIONS, default="out"),
        "at": form.moment("at"), "next_step_on": form.date("next_step_on"), "next_step_by": form.uuid("next_step_by"),
        "hours": form.decimal("hours", min=0), "cost": form.decimal("cost", min=0),
        "currency": form.choice("currency", CURRENCIES, default="EUR"),
        "feeling": form.integer("feeling", min=-2, max=2),
    }  # fmt: skip
    return {name: value for name, value in values.items() if name in form.values}


def both_sides(form: Form) -> tuple[list[UUID], list[UUID]]:
    """Our people and their contacts. Ids that are none were not chosen from the page."""
    try:
        people, contacts = form.chosen("people"), form.chosen("contacts")
        return [UUID(one) for one in people if one], [UUID(one) for one in contacts if one]
    except ValueError:
        raise Invalid({"participants": N_("Choose our people, and contacts of this customer.")}) from None


@post("/customers/{customer:uuid}/interactions")
async def log(request: Asked, customer: UUID) -> Response[Any]:
    form = await _read(request)
    try:
        values, key, (people, contacts) = said(form), form.uuid("key"), both_sides(form)
        form.heed(lambda: check({"channel": "", "purpose": "", **USUAL, **clean(values)}, now=now()))
        form.valid()
        await adding.log(
            customer, values, by=request.user, now=now(), people=people or None, contacts=contacts, key=key
        )
    except Invalid as invalid:
        return await _form(request, customer, None, form.refused(invalid), status=422)
    return redirect(f"/customers/{customer}", flash=("success", N_("The contact was logged.")))


async def _read(request: Asked) -> Form:
    """With whoever was typed beside those that are offered to be ticked."""
    form = await settled(await Form.read(request), request.user, "next_step_by", "somebody_else")
    if form.value("somebody_else") and not form.error("somebody_else"):
        form.values.setdefault("people", []).append(form.values.pop("somebody_else")[0])
    return form


@get("/interactions/{interaction:uuid}/edit")
async def edit_form(request: Asked, interaction: UUID) -> Response[Any]:
    request.user.require("write_interactions")
    row = await queries.find(request.user, interaction)
    return await _form(request, row["customer"], interaction, _filled(row))


def _filled(row: Any) -> Form:
    form, participants = Form.of(row), read(row["participants"])
    form.values["people"] = [one["person"] for one in participants if one["person"]]
    form.values["contacts"] = [one["contact"] for one in participants if one["contact"]]
    return form


@post("/interactions/{interaction:uuid}")
async def edit(request: Asked, interaction: UUID) -> Response[Any]:
    row = await queries.find(request.user, interaction)
    form = (await _read(request)).over(_filled(row))
    try:
        values, revision = form.news(said(form), NEXT_STEP), form.seen()
        people, contacts = both_sides(form) if _others_took_part(form) else (None, None)
        form.heed(lambda: check(clean(values), now=now()))
        form.valid()
        await editing.edit(
            interaction, values, by=request.user, now=now(), revision=revision, people=people, contacts=contacts
        )
    except Invalid as invalid:
        return await _form(request, row["customer"], interaction, form.refused(invalid), status=422)
    except Stale:
        return await _form(request, row["customer"], interaction, form, status=409)
    return redirect(f"/interactions/{interaction}", flash=("success", N_("The changes were saved.")))


def _others_took_part(form: Form) -> bool:
    stood = form.before.chosen if form.before else form.chosen
    return any(set(form.chosen(side)) != set(stood(side)) for side in ("people", "contacts"))


async def _form(
    request: Asked, customer: UUID, interaction: UUID | None, form: Form, *, status: int = 200
) -> Response[Any]:
    shown, theirs = await heading(request.user, customer), None
    if status == 409 and interaction:
        stands = _filled(await queries.find(request.user, interaction))
        names = await PERSON.shown_for(stands.chosen("next_step_by"), request.user)
        theirs = overtaken("interaction", form, stands, names)
    people = await offered(form, request.user, "next_step_by")
    theirs_there = {str(row["id"]): row["name"] for row in await contacts_of(request.user, customer)}
    return page(
        request, "interactions/form.html", status=status, customer=shown, interaction=interaction, form=form,
        tab="interactions", channels=CHANNELS, directions=DIRECTIONS, currencies=[(one, one) for one in CURRENCIES],
        feelings={str(value): text for value, text in FEELINGS.items()}, people=people, theirs=theirs,
        ours=people or await queries.ours(customer, form.chosen("people")),
        contacts=list({**theirs_there, **await queries.took_part(interaction)}.items()),
    )  # fmt: skip


ROUTES = [choose, blank, log, edit_form, edit]
