"""The list of customers, and the list of deleted ones."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from kam.clock import now
from kam.customers.kind import CUSTOMER
from kam.customers.pages.segments import SEGMENT_BADGES
from kam.customers.terms import KINDS, SIZES
from kam.database.searching import matches_customer
from kam.database.sql import Params
from kam.language import N_
from kam.people.queries import people_choices, team_choices
from kam.people.viewer import Viewer
from kam.people.visibility import sees_customer
from kam.records import deleting
from kam.web.badges import LEVELS
from kam.web.lists import Column, Filter, ListOf
from kam.web.page import redirect
from kam.web.state_choices import StatesOf

Asked = Request[Any, Any, Any]


def sees(viewer: Viewer, params: Params) -> str:
    return sees_customer(viewer, params, "customer")


def searched(text: str, params: Params) -> str:
    return matches_customer(params, text)


SOURCE = """customer LEFT JOIN customer_fact f ON f.customer = customer.id
    LEFT JOIN person owner ON owner.id = customer.owner LEFT JOIN team ON team.id = customer.team"""

CUSTOMERS = ListOf(
    name="customers", title=N_("Customers"), source=SOURCE, key="customer.id", always="customer.deleted_at IS NULL",
    scope=sees, search=searched, sort="name", beginning="name", bulk="/customers/bulk",
    extras={"name_zh": "customer.name_zh", "currency": "f.currency"},
    columns=(
        Column("name", N_("Name"), "customer.name", main=True, link="/customers/{id}", under="name_zh", nullable=False,
               order="customer.sort_name"),
        Column("code", N_("Code"), "customer.code", nullable=False),
        Column("stage", N_("Stage"), "f.stage", kind="stage", nullable=False),
        Column("level", N_("Warning"), "f.warning_level", kind="level", nullable=False),
        Column("segment", N_("Segment"), "f.segment", kind="badge", badges=SEGMENT_BADGES),
        Column("score", N_("Score"), "f.score", kind="number", nullable=False, tie="f.customer"),
        Column("rank", N_("Rank"), "f.rank", kind="count", shown=False),
        Column("revenue", N_("Revenue, 12 months"), "f.revenue_12m", kind="money", currency="currency", nullable=False),
        Column("trend", N_("Trend"), "f.revenue_trend", kind="percent", shown=False),
        Column("margin", N_("Margin, 12 months"), "f.margin_12m", kind="money", currency="currency", shown=False,
               protect="see_costs"),
        Column("last_contact", N_("Silent for days"), "f.days_since_contact", kind="count"),
        Column("owner", N_("Owner"), "owner.name"),
        Column("team", N_("Team"), "team.name", shown=False),
        Column("region", N_("Region"), "customer.region", shown=False),
        Column("country", N_("Country"), "customer.country", shown=False),
        Column("industry", N_("Industry"), "customer.industry", shown=False),
        Column("kind", N_("Kind"), "customer.kind", kind="choice", choices=KINDS, shown=False),
        Column("size", N_("Size"), "customer.size", kind="choice", choices=SIZES, shown=False),
        Column("tags", N_("Tags"), "customer.tags", kind="tags", sort=False, shown=False),
        Column("health", N_("Health"), "f.health", kind="number", shown=False),
        Column("feeling", N_("Feeling"), "f.feeling_index", kind="number", shown=False),
        Column("complaints", N_("Open complaints"), "f.open_complaints", kind="count", shown=False, nullable=False),
        Column("created", N_("Added"), "customer.created_at", kind="date", shown=False),
    ),
    filters=(
        Filter("stage", N_("Stage"), "f.stage", choices=StatesOf("relationship")),
        Filter("level", N_("Warning"), "(ARRAY['normal','watch','doubtful','exit'])[f.warning_level + 1]",
               choices={name: one.title for name, one in LEVELS.items()}),
        Filter("key", N_("Key account"), "f.key_account", kind="yes_no"),
        Filter("segment", N_("Segment"), "f.segment",
               choices={name: one.title for name, one in SEGMENT_BADGES.items()}),
        Filter("owner", N_("Owner"), "customer.owner", kind="person", choices=people_choices),
        Filter("team", N_("Team"), "customer.team", choices=team_choices, cast="text"),
        Filter("revenue", N_("Revenue, 12 months"), "f.revenue_12m", kind="number"),
        Filter("silent", N_("Days since contact"), "f.days_since_contact", kind="number"),
    ),
)  # fmt: skip

DELETED = ListOf(
    name="deleted_customers", title=N_("Deleted customers"), source=SOURCE, key="customer.id",
    always="customer.deleted_at IS NOT NULL", scope=sees, search=searched, sort="-deleted",
    extras={"name_zh": "customer.name_zh"},
    columns=(
        Column("name", N_("Name"), "customer.name", main=True, under="name_zh", nullable=False,
               order="customer.sort_name"),
        Column("code", N_("Code"), "customer.code", nullable=False),
        Column("owner", N_("Owner"), "owner.name"),
        Column("deleted", N_("Deleted"), "customer.deleted_at", kind="ago"),
    ),
)  # fmt: skip


@get("/customers")
async def index(request: Asked) -> Response[Any]:
    return await CUSTOMERS.respond(request, "customers/index.html")


@get("/customers/deleted")
async def deleted(request: Asked) -> Response[Any]:
    return await DELETED.respond(request, "customers/deleted.html")


@post("/customers/{customer:uuid}/deletion")
async def delete(request: Asked, customer: UUID) -> Response[Any]:
    await deleting.delete(CUSTOMER, customer, by=request.user, now=now())
    undo = {"undo": f"/customers/{customer}/restoration"}
    return redirect("/customers", flash=("success", N_("The customer was deleted."), undo))


@post("/customers/{customer:uuid}/restoration")
async def restore(request: Asked, customer: UUID) -> Response[Any]:
    await deleting.restore(CUSTOMER, customer, by=request.user, now=now())
    return redirect(f"/customers/{customer}", flash=("success", N_("The customer is back.")))


ROUTES = [index, deleted, delete, restore]
