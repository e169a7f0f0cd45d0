"""The portfolio's columns and filters. The board, the matrix and the Pareto chart show the same customers."""

from __future__ import annotations

from typing import Any

from kam.customers.terms import KINDS
from kam.database.engine import DB
from kam.database.searching import matches_customer
from kam.database.sql import Params
from kam.language import N_
from kam.people.viewer import Viewer
from kam.people.visibility import sees_customer
from kam.portfolio.queries import SOURCE
from kam.web.badges import LEVELS
from kam.web.lists import Column, Filter, ListOf
from kam.web.state_choices import StatesOf

LEVEL_CHOICES = {str(level): badge.title for level, badge in enumerate(LEVELS.values())}


async def _owners(viewer: Viewer) -> list[tuple[str, str]]:
    """The people who own a customer that the viewer sees."""
    params = Params()
    rows: list[Any] = await DB.fetch(
        f"""
        SELECT person.id, person.name FROM person WHERE EXISTS (
            SELECT FROM customer WHERE customer.owner = person.id AND customer.deleted_at IS NULL
            AND {sees_customer(viewer, params)}
        ) ORDER BY person.name
        """,
        *params.values,
    )
    return [(str(row["id"]), row["name"]) for row in rows]


PORTFOLIO = ListOf(
    name="portfolio",
    title=N_("Portfolio"),
    source=SOURCE.strip().removeprefix("FROM "),
    key="customer.id",
    scope=sees_customer,
    always="customer.deleted_at IS NULL",
    search=lambda text, params: matches_customer(params, text),
    sort="-score",
    columns=(
        Column("name", N_("Customer"), "customer.name", main=True, link="/customers/{id}", under="name_zh",
               order="customer.sort_name"),
        Column("stage", N_("Stage"), "fact.stage", kind="stage"),
        Column("warning_level", N_("Level"), "fact.warning_level", kind="level"),
        Column("score", N_("Score"), "fact.score", kind="number"),
        Column("rank", N_("Rank"), "fact.rank", kind="count", shown=False),
        Column("revenue", N_("Revenue, 12 months"), "fact.revenue_12m", kind="money", currency="currency"),
        Column("trend", N_("Trend"), "fact.revenue_trend", kind="percent"),
        Column(
            "contribution", N_("Contribution, 12 months"), "fact.contribution_12m", kind="money", currency="currency",
            shown=False, protect="see_costs",
        ),
        Column("behaviour", N_("Behaviour"), "fact.behaviour_index", kind="number", shown=False),
        Column("feeling", N_("Feeling"), "fact.feeling_index", kind="number"),
        Column("contact", N_("Days since the last contact"), "fact.days_since_contact", kind="count"),
        Column("owner", N_("Owner"), "coalesce(owner.name, '')"),
    ),
    filters=(
        Filter("key", N_("Key account"), "fact.key_account", kind="yes_no"),
        Filter("stage", N_("Stage"), "fact.stage", choices=StatesOf("relationship")),
        Filter("level", N_("Level"), "fact.warning_level", choices=LEVEL_CHOICES, cast="text"),
        Filter("owner", N_("Owner"), "customer.owner", kind="person", choices=_owners),
        Filter("kind", N_("Kind"), "customer.kind", choices=KINDS),
    ),
    extras={"name_zh": "customer.name_zh", "currency": "customer.currency"},
)  # fmt: skip
