"""Interactions: the list, those of one customer, one of them, and its next step."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from kam.clock import now
from kam.customers.overview import heading, read
from kam.customers.pages.index import sees
from kam.customers.pages.telling import FEELING_BADGES
from kam.interactions import deleting, following_up, queries
from kam.interactions.fields import TITLES
from kam.interactions.terms import CHANNELS, DIRECTIONS, FEELINGS
from kam.language import N_
from kam.people.queries import people_choices
from kam.web.addresses import own_path
from kam.web.forms import Form
from kam.web.lists import Column, Filter, ListOf
from kam.web.page import page, redirect

Asked = Request[Any, Any, Any]


INTERACTIONS = ListOf(
    name="interactions", title=N_("Interactions"), key="interaction.id", scope=sees, sort="-at",
    source="""interaction JOIN customer ON customer.id = interaction.customer
        LEFT JOIN person author ON author.id = interaction.created_by
        LEFT JOIN person follower ON follower.id = interaction.next_step_by""",
    always="interaction.deleted_at IS NULL AND customer.deleted_at IS NULL",
    search=("interaction.purpose", "interaction.outcome", "interaction.notes", "customer.name", "customer.name_zh"),
    extras={"customer_id": "customer.id"},
    columns=(
        Column("at", N_("When"), "interaction.at", kind="ago", nullable=False),
        Column("purpose", N_("Purpose"), "interaction.purpose", main=True, link="/interactions/{id}", nullable=False),
        Column("customer", N_("Customer"), "customer.name", link="/customers/{customer_id}", nullable=False),
        Column("channel", N_("Channel"), "interaction.channel", kind="choice", choices=CHANNELS),
        Column("feeling", N_("Feeling"), "interaction.feeling::text", kind="badge", badges=FEELING_BADGES),
        Column("outcome", N_("Outcome"), "interaction.outcome", sort=False),
        Column("by", N_("Logged by"), "author.name"),
        Column("next_step", N_("Next step"), "nullif(interaction.next_step, '')", sort=False),
        Column("next_step_on", N_("Next step on"), "interaction.next_step_on", kind="date"),
        Column("next_step_by", N_("Next step by"), "follower.name", shown=False),
        Column("hours", N_("Hours"), "interaction.hours", kind="number", shown=False),
    ),
    filters=(
        Filter("channel", N_("Channel"), "interaction.channel", choices=CHANNELS),
        Filter("feeling", N_("Feeling"), "interaction.feeling", cast="text",
               choices={str(value): text for value, text in FEELINGS.items()}),
        Filter("by", N_("Logged by"), "interaction.created_by", kind="person", choices=people_choices),
        Filter("at", N_("When"), "interaction.at", kind="moment"),
        Filter("open", N_("Next step open"), "interaction.next_step <> '' AND interaction.next_step_done_at IS NULL",
               kind="yes_no"),
    ),
)  # fmt: skip
# On a customer's own page its name on every row says nothing.
OF_CUSTOMER = INTERACTIONS.also(columns=tuple(one for one in INTERACTIONS.columns if one.name != "customer"))


@get("/interactions")
async def index(request: Asked) -> Response[Any]:
    return await INTERACTIONS.respond(request, "interactions/index.html")


@get("/customers/{customer:uuid}/interactions")
async def of_customer(request: Asked, customer: UUID) -> Response[Any]:
    shown = await heading(request.user, customer)
    rows = await OF_CUSTOMER.load(request, where="customer.id = {0}", values=[customer])
    return page(request, "interactions/of_customer.html", customer=shown, tab="interactions", list=rows)


@get("/interactions/{interaction:uuid}")
async def show(request: Asked, interaction: UUID) -> Response[Any]:
    row = await queries.find(request.user, interaction)
    return page(
        request, "interactions/show.html", interaction=row, participants=read(row["participants"]),
        customer=await heading(request.user, row["customer"]), tab="interactions", channels=CHANNELS,
        directions=DIRECTIONS, feelings=FEELINGS, titles=TITLES,
    )  # fmt: skip


@post("/interactions/{interaction:uuid}/deletion")
async def delete(request: Asked, interaction: UUID) -> Response[Any]:
    customer = await deleting.delete(interaction, by=request.user, now=now())
    undo = {"undo": f"/interactions/{interaction}/restoration"}
    return redirect(f"/customers/{customer}", flash=("success", N_("The interaction was deleted."), undo))


@post("/interactions/{interaction:uuid}/restoration")
async def restore(request: Asked, interaction: UUID) -> Response[Any]:
    await deleting.restore(interaction, by=request.user, now=now())
    return redirect(f"/interactions/{interaction}", flash=("success", N_("The interaction is back.")))


@post("/interactions/{interaction:uuid}/completion")
async def complete(request: Asked, interaction: UUID) -> Response[Any]:
    """From wherever the next step is shown; `next` says where to go back to."""
    form = await Form.read(request)
    customer = await following_up.complete(interaction, by=request.user, now=now())
    back = own_path(form.value("next"), f"/customers/{customer}")
    undo = {"undo": f"/interactions/{interaction}/completion/undo"}
    return redirect(back, flash=("success", N_("The next step is done."), undo))


@post("/interactions/{interaction:uuid}/completion/undo")
async def reopen(request: Asked, interaction: UUID) -> Response[Any]:
    customer = await following_up.reopen(interaction, by=request.user, now=now())
    return redirect(f"/customers/{customer}", flash=("success", N_("The next step is open again.")))


ROUTES = [index, of_customer, show, delete, restore, complete, reopen]
