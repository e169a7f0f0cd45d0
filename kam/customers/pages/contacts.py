"""The people on a customer's side: list, map, form."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from kam.clock import now
from kam.customers.contacts import adding, deleting, editing, queries
from kam.customers.contacts.fields import LENGTHS, of_person, of_role
from kam.customers.contacts.mapping import drawn
from kam.customers.overview import heading
from kam.customers.pages.differing import overtaken
from kam.customers.pages.index import sees
from kam.customers.terms import CHANNELS, INFLUENCES, STANCES
from kam.database.columns import new_id
from kam.errors import Invalid, Stale
from kam.language import N_
from kam.people.pages.choosing import PERSON, offered, settled
from kam.people.queries import people_choices
from kam.people.viewer import Viewer
from kam.web.badges import Badge
from kam.web.forms import Form
from kam.web.lists import Column, Filter, ListOf
from kam.web.page import page, redirect

Asked = Request[Any, Any, Any]

STANCE_BADGES = {
    "champion": Badge(STANCES["champion"], "good", icon="star"),
    "supporter": Badge(STANCES["supporter"], "info", icon="thumbs-up"),
    "neutral": Badge(STANCES["neutral"], "calm", icon="minus"),
    "sceptic": Badge(STANCES["sceptic"], "watch", icon="circle-question-mark"),
    "opponent": Badge(STANCES["opponent"], "bad", icon="thumbs-down"),
}

CONTACTS = ListOf(
    name="contacts", title=N_("Contacts"), key="contact_role.id", scope=sees, sort="name",
    source="""contact_role JOIN contact ON contact.id = contact_role.contact
        JOIN customer ON customer.id = contact_role.customer
        LEFT JOIN person ON person.id = contact_role.covered_by""",
    always="contact.deleted_at IS NULL AND customer.deleted_at IS NULL",
    search=("contact.name", "contact.name_zh", "customer.name", "contact.email", "contact_role.job"),
    extras={"contact": "contact.id", "customer_id": "customer.id", "name_zh": "contact.name_zh"},
    columns=(
        Column("name", N_("Name"), "contact.name", main=True, nullable=False, under="name_zh",
               link="/customers/{customer_id}/contacts/{contact}"),
        Column("customer", N_("Customer"), "customer.name", link="/customers/{customer_id}", nullable=False),
        Column("job", N_("Job"), "contact_role.job"),
        Column("stance", N_("Stance"), "contact_role.stance", kind="badge", badges=STANCE_BADGES),
        Column("influence", N_("Influence"), "contact_role.influence", kind="count"),
        Column("email", N_("E-mail"), "contact.email"),
        Column("phone", N_("Phone"), "contact.phone"),
        Column("covered_by", N_("Covered by"), "person.name"),
        Column("department", N_("Department"), "contact_role.department", shown=False),
        Column("birthday", N_("Birthday"), "contact.birthday", kind="date", shown=False),
    ),
    filters=(
        Filter("stance", N_("Stance"), "contact_role.stance", choices=STANCES),
        Filter("covered", N_("Covered by"), "contact_role.covered_by", kind="person", choices=people_choices),
        Filter("owner", N_("Owner of the customer"), "customer.owner", kind="person", choices=people_choices),
    ),
)  # fmt: skip


@get("/contacts")
async def everybody(request: Asked) -> Response[Any]:
    return await CONTACTS.respond(request, "contacts/index.html")


@get("/contacts/{contact:uuid}")
async def find(request: Asked, contact: UUID) -> Response[Any]:
    """A contact has a page at each customer; this address leads to the first."""
    await queries.find(request.user, contact)
    places = await queries.places_of(request.user, contact)
    return redirect(f"/customers/{places[0]['customer']}/contacts/{contact}")


@get("/customers/{customer:uuid}/contacts")
async def of_customer(request: Asked, customer: UUID) -> Response[Any]:
    shown = await heading(request.user, customer)
    people = await queries.of_customer(request.user, customer)
    return page(
        request, "contacts/of_customer.html", customer=shown, tab="contacts", contacts=people, map=drawn(people),
        stances=STANCE_BADGES, influences=INFLUENCES,
    )  # fmt: skip


@get("/customers/{customer:uuid}/contacts/new")
async def blank(request: Asked, customer: UUID) -> Response[Any]:
    """A new person; `?q=` looks for one that is known elsewhere, and `?contact=` gives them a place here."""
    request.user.require("write_contacts")
    known = Form.of(contact=request.query_params.get("contact", "")).uuid("contact")
    form = Form.of({"contact": known} if known else {}, key=new_id(), influence=3, stance="neutral")
    return await _form(request, customer, None, form)


def said(form: Form) -> dict[str, Any]:
    texts = ("name", "name_zh", "email", "phone", "notes", "job", "department")
    values: dict[str, Any] = {**form.texts(texts, LENGTHS)}
    values |= {
        "preferred_channel": form.choice("preferred_channel", CHANNELS), "birthday": form.date("birthday"),
        "influence": form.integer("influence") or 0, "stance": form.choice("stance", STANCES),
        "reports_to": form.uuid("reports_to"), "covered_by": form.uuid("covered_by"), "main": form.yes("main"),
    }  # fmt: skip
    return {name: value for name, value in values.items() if name in form.values or name == "main"}


@post("/customers/{customer:uuid}/contacts")
async def add(request: Asked, customer: UUID) -> Response[Any]:
    form = await settled(await Form.read(request), request.user, "covered_by")
    try:
        values, known = said(form), form.uuid("contact")
        key = form.uuid("key")
        form.heed(lambda: of_role(values))
        form.heed(lambda: None if known else of_person({"name": "", **values}))
        form.valid()
        if known:
            await adding.attach(known, customer, values, by=request.user, now=now())
        else:
            await adding.add(customer, values, by=request.user, now=now(), key=key)
    except Invalid as invalid:
        return await _form(request, customer, None, form.refused(invalid), status=422)
    return redirect(f"/customers/{customer}/contacts", flash=("success", N_("The contact was added.")))


@get("/customers/{customer:uuid}/contacts/{contact:uuid}")
async def show(request: Asked, customer: UUID, contact: UUID) -> Response[Any]:
    return await _form(request, customer, contact, await _filled(request.user, contact, customer))


async def _filled(viewer: Viewer, contact: UUID, customer: UUID) -> Form:
    row, place = await queries.find(viewer, contact), await queries.place(viewer, contact, customer)
    return Form.of({**row, **place, "revision": row["revision"]})


@post("/customers/{customer:uuid}/contacts/{contact:uuid}")
async def edit(request: Asked, customer: UUID, contact: UUID) -> Response[Any]:
    form = await settled(await Form.read(request), request.user, "covered_by")
    form.over(await _filled(request.user, contact, customer))
    try:
        values, revision = form.news(said(form)), form.seen()
        form.heed(lambda: of_role(values))
        form.heed(lambda: of_person(values))
        form.valid()
        await editing.edit(contact, values, by=request.user, now=now(), revision=revision, customer=customer)
    except Invalid as invalid:
        return await _form(request, customer, contact, form.refused(invalid), status=422)
    except Stale:
        return await _form(request, customer, contact, form, status=409)
    return redirect(f"/customers/{customer}/contacts", flash=("success", N_("The changes were saved.")))


@post("/customers/{customer:uuid}/contacts/{contact:uuid}/detachment")
async def detach(request: Asked, customer: UUID, contact: UUID) -> Response[Any]:
    try:
        await deleting.detach(contact, customer, by=request.user, now=now())
    except Invalid as invalid:
        return redirect(f"/customers/{customer}/contacts/{contact}", flash=("error", str(invalid)))
    return redirect(f"/customers/{customer}/contacts", flash=("success", N_("The contact was taken away.")))


@post("/customers/{customer:uuid}/contacts/{contact:uuid}/deletion")
async def delete(request: Asked, customer: UUID, contact: UUID) -> Response[Any]:
    await deleting.delete(contact, by=request.user, now=now())
    undo = {"undo": f"/customers/{customer}/contacts/{contact}/restoration"}
    return redirect(f"/customers/{customer}/contacts", flash=("success", N_("The contact was deleted."), undo))


@post("/customers/{customer:uuid}/contacts/{contact:uuid}/restoration")
async def restore(request: Asked, customer: UUID, contact: UUID) -> Response[Any]:
    await deleting.restore(contact, by=request.user, now=now())
    return redirect(f"/customers/{customer}/contacts", flash=("success", N_("The contact is back.")))


async def _form(
    request: Asked, customer: UUID, contact: UUID | None, form: Form, *, status: int = 200
) -> Response[Any]:
    shown = await heading(request.user, customer)
    others = [row for row in await queries.of_customer(request.user, customer) if row["id"] != contact]
    colleagues, theirs = [(str(row["id"]), row["name"]) for row in others], None
    if status == 409 and contact:
        stands = await _filled(request.user, contact, customer)
        names = await PERSON.shown_for(stands.chosen("covered_by"), request.user)
        theirs = overtaken("contact", form, stands, dict(colleagues) | names)
    people = await offered(form, request.user, "covered_by")
    known, q = form.uuid("contact"), request.query_params.get("q", "").replace("\x00", "")[:100]
    return page(
        request, "contacts/form.html", status=status, customer=shown, contact=contact, form=form, tab="contacts",
        colleagues=colleagues, people=people, theirs=theirs,
        places=await queries.places_of(request.user, contact) if contact else [], channels=CHANNELS, stances=STANCES,
        influences={str(value): text for value, text in INFLUENCES.items()}, q=q,
        known=await queries.find(request.user, known) if known and not contact else None,
        found=[] if contact else await queries.elsewhere(request.user, q, but=customer),
    )  # fmt: skip


ROUTES = [everybody, find, of_customer, blank, add, show, edit, detach, delete, restore]
