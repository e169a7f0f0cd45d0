"""What the declarations promise to everything that uses them."""

from __future__ import annotations

import re

import pytest

from kam.database.engine import DB
from kam.facts.catalogue import Catalogue
from kam.facts.declare import INTEGER, DerivedFact, Fact, FactGroup
from kam.facts.tables import CustomerFact
from kam.kinds import KINDS
from kam.records.rules import CURRENCIES
from kam.vocabulary import FACTS

NAMES = [
    "revenue_12m",
    "revenue_prior_12m",
    "revenue_trend",
    "margin_12m",
    "margin_rate",
    "orders_12m",
    "days_since_order",
    "order_interval_days",
    "order_delay",
    "average_order",
    "returns_rate",
    "open_opportunities",
    "open_opportunity_amount",
    "days_since_contact",
    "interactions_90d",
    "visits_12m",
    "effort_hours_12m",
    "effort_cost_12m",
    "feeling_index",
    "feeling_trend",
    "contact_overdue_days",
    "contact_concentration",
    "open_cases",
    "open_complaints",
    "complaints_12m",
    "oldest_complaint_days",
    "overdue_cases",
    "contacts_known",
    "champions",
    "opponents",
    "blacklisted",
    "customer_age_days",
    "team_size",
    "has_lead",
    "stage",
    "days_in_stage",
    "warning_level",
    "days_in_warning_level",
    "key_account",
    "approved_plan",
    "plan_days_left",
    "open_actions",
    "overdue_actions",
    "contribution_12m",
    "share_of_revenue",
    "behaviour_index",
    "health",
    "score",
    "segment",
]


# Those of the kinds of records come by their migrations alone, so that a new kind edits nothing here.
OF_KINDS = {
    fact.name for kind in KINDS for fact in (*(one for group in kind.facts for one in group.facts), *kind.derived)
}
TYPES = {"decimal": "numeric", "integer": "integer", "boolean": "boolean", "text": "character varying"}


def test_the_columns_of_the_table_are_the_declared_facts() -> None:
    columns = {column._meta.name for column in CustomerFact._meta.columns}
    assert columns - FACTS.customer_facts.keys() == {"customer", "computed_at", "as_of", "rank"}
    assert FACTS.customer_facts.keys() - columns - OF_KINDS == set()


async def test_a_column_keeps_what_its_fact_yields(database) -> None:
    rows = await DB.fetch("SELECT * FROM information_schema.columns WHERE table_name = 'customer_fact'")
    columns = {row["column_name"]: row for row in rows}
    for name, fact in FACTS.customer_facts.items():
        column = columns[name]
        assert (column["is_nullable"] == "YES") == fact.unknown, name
        assert fact.unknown or column["column_default"] is not None, name
        assert column["data_type"] == TYPES[fact.kind], name
        assert fact.digits is None or column["numeric_scale"] == fact.digits, name


@pytest.mark.parametrize("name", NAMES)
def test_every_fact_that_workflows_count_on_exists(name: str) -> None:
    assert name in FACTS.customer_facts


def test_every_fact_says_what_it_is_and_how_it_is_changed() -> None:
    for fact in FACTS.facts("plan").values():
        assert all((fact.title, fact.help, fact.change_by)), fact.name


def test_every_currency_of_a_customer_has_a_rate() -> None:
    assert set(CURRENCIES) <= FACTS.currencies.rates.keys()


def test_a_fact_declared_twice_is_refused() -> None:
    fact = Fact(name="a", title="A", unit="count", kind=INTEGER)
    group = FactGroup(name="g", sql="", facts=(fact, fact))
    with pytest.raises(ValueError, match="declared twice: a"):
        Catalogue([group], [], [], FACTS.currencies)


def test_facts_computed_from_each_other_are_refused() -> None:
    def derived(name: str, of: str) -> DerivedFact:
        return DerivedFact(name=name, title=name, unit="count", kind=INTEGER, expression=f"{of} + 1")

    with pytest.raises(ValueError, match="computed from each other"):
        Catalogue([], [derived("aa", "bb"), derived("bb", "aa")], [], FACTS.currencies)


def test_what_a_step_writes_by_itself_is_all_that_follows_from_it():
    """Otherwise a fact that is derived from it would be wrong until the next refresh."""
    from kam.vocabulary import FACTS, REFLECTIONS

    for workflow, assignments in REFLECTIONS.items():
        written = {part.split("=")[0].strip() for part in re.split(r",(?![^(\[]*[)\]])", assignments)}
        assert written <= set(FACTS.customer_facts), workflow
        assert set(FACTS.following(written)) == written, workflow
