"""All plans the viewer sees, and starting a new one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from kam.clock import now
from kam.customers.pages.choosing import CUSTOMER
from kam.errors import Invalid
from kam.language import N_, gettext
from kam.people.queries import people_choices
from kam.people.visibility import sees_customer
from kam.plans import queries, starting
from kam.web.badges import PLAN_STATES
from kam.web.current import current
from kam.web.forms import Form
from kam.web.lists import Column, Filter, ListOf
from kam.web.page import page, redirect
from kam.web.state_choices import StatesOf
from kam.web.zones import today

PLANS = ListOf(
    name="plans",
    title=N_("Plans"),
    source="""plan JOIN customer ON customer.id = plan.customer
        JOIN workflow_instance instance ON instance.workflow = 'account_plan' AND instance.subject = plan.id
        JOIN person author ON author.id = plan.author""",
    key="plan.id",
    always="plan.deleted_at IS NULL AND customer.deleted_at IS NULL",
    scope=lambda viewer, params: sees_customer(viewer, params, "customer"),
    columns=(
        Column(
            "customer", N_("Customer"), "customer.name", main=True, link="/plans/{id}", under="customer_name_zh",
            nullable=False,
        ),
        Column("title", N_("Plan"), "plan.title", link="/plans/{id}", nullable=False),
        Column("state", N_("State"), "instance.state", kind="badge", badges=PLAN_STATES, nullable=False),
        Column("since", N_("In this state"), "instance.entered_at", kind="ago", nullable=False),
        Column("period_start", N_("From"), "plan.period_start", kind="date", nullable=False),
        Column("period_end", N_("Until"), "plan.period_end", kind="date", nullable=False),
        Column("author", N_("Author"), "author.name", nullable=False),
        Column("budget", N_("Budget"), "plan.budget", kind="money", currency="currency", shown=False),
        Column("updated_at", N_("Last change"), "plan.updated_at", kind="ago", nullable=False),
    ),
    extras={"currency": "plan.currency", "customer_name_zh": "customer.name_zh"},
    filters=(
        Filter("state", N_("State"), "instance.state", choices=StatesOf("account_plan")),
        Filter("author", N_("Author"), "plan.author", kind="person", choices=people_choices),
        Filter("period_end", N_("Until"), "plan.period_end", kind="date"),
    ),
    search=("plan.title", "customer.name", "customer.name_zh", "customer.code"),
    sort="-updated_at",
)  # fmt: skip

Asked = Request[Any, Any, Any]


@get("/plans")
async def index(request: Asked) -> Response[Any]:
    return await PLANS.respond(request, "plans/index.html")


@get("/plans/new")
async def blank(request: Asked) -> Response[Any]:
    """For the customer in the address, or to be chosen."""
    request.user.require("write_plans")
    form = Form.of(_proposal(request.query_params.get("customer", "")))
    return await _blank(request, form)


@post("/plans")
async def create(request: Asked) -> Response[Any]:
    form = await Form.read(request)
    try:
        customer = await CUSTOMER.read(form, "customer", request.user, required=True)
        title = form.text("title", required=True, max=300)
        first, last = form.date("period_start", required=True), form.date("period_end", required=True)
        earlier = form.uuid("carried_over_from")
        form.valid()
        assert customer
        assert first
        assert last
        if "offered" not in form.values and await queries.of_customer(request.user, customer):
            return await _blank(request, form, customer)
        plan = await starting.start(
            customer, title=title, period_start=first, period_end=last, by=request.user, now=now(),
            carried_over_from=earlier,
        )  # fmt: skip
    except Invalid as invalid:
        return await _blank(request, form.refused(invalid), status=422)
    return redirect(f"/plans/{plan}", flash=("success", N_("The plan was started. Write it section by section.")))


def _proposal(customer: str) -> dict[str, Any]:
    """The next calendar year, or this one while it is young."""
    day = today()
    year = day.year if day.month <= 3 else day.year + 1
    title = gettext(current().language, N_("Key-account plan %(year)s"), year=year)
    return {"customer": customer, "title": title, "period_start": f"{year}-01-01", "period_end": f"{year}-12-31"}


async def _blank(request: Asked, form: Form, customer: UUID | None = None, status: int = 200) -> Response[Any]:
    """When it is known for whom the plan is, the plans that it could carry on are offered."""
    known = str(customer) if customer else form.value("customer")
    row = await queries.customer_by_name_or_code(request.user, known)
    earlier = await queries.of_customer(request.user, row["id"]) if row else []
    return page(
        request, "plans/new.html", status=status, form=form, customer=row, asked=customer is not None,
        earlier=[(str(plan["id"]), plan["title"]) for plan in earlier],
    )  # fmt: skip


ROUTES = [index, blank, create]
