"""The tables of facts as they were first laid down."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, Boolean, Date, Integer, Numeric, Timestamptz, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table

from kam.database.columns import NewId
from kam.database.migrating import new_tables

ID = "2026-11-22T00:00:19"


class MeasuredFact(Table, tablename="measured_fact"):
    id = UUID(default=NewId(), primary_key=True)
    customer = UUID(default=None)
    name = Varchar(length=60)
    value = Numeric(digits=(18, 4))
    measured_on = Date()
    recorded_at = Timestamptz()
    recorded_by = UUID(default=None, null=True)
    once_a_day = Unique([customer, name, measured_on], name="once_a_day")


class CustomerFact(Table, tablename="customer_fact"):
    customer = UUID(default=None, primary_key=True)
    computed_at = Timestamptz()
    customer_age_days = Integer()
    contacts_known = Integer()
    champions = Integer()
    opponents = Integer()
    decision_makers = Integer()
    orders_12m = Integer()
    open_opportunities = Integer()
    opportunities_won_12m = Integer()
    opportunities_lost_12m = Integer()
    interactions_90d = Integer()
    interactions_12m = Integer()
    visits_12m = Integer()
    overdue_next_steps = Integer()
    people_in_contact_12m = Integer()
    open_cases = Integer()
    open_complaints = Integer()
    cases_12m = Integer()
    complaints_12m = Integer()
    overdue_cases = Integer()
    team_size = Integer()
    days_in_stage = Integer()
    warning_level = Integer()
    days_in_warning_level = Integer()
    open_actions = Integer()
    overdue_actions = Integer()
    blacklisted = Boolean()
    has_lead = Boolean()
    key_account = Boolean()
    approved_plan = Boolean()
    contact_every_days = Integer(default=None, null=True)
    days_since_order = Integer(default=None, null=True)
    days_since_contact = Integer(default=None, null=True)
    oldest_complaint_days = Integer(default=None, null=True)
    plan_days_left = Integer(default=None, null=True)
    contact_overdue_days = Integer(default=None, null=True)
    currency = Varchar(length=3)
    stage = Varchar(length=60, default="build")
    segment = Varchar(length=60)
    revenue_12m = Numeric(digits=(18, 2))
    revenue_prior_12m = Numeric(digits=(18, 2))
    revenue_90d = Numeric(digits=(18, 2))
    open_opportunity_amount = Numeric(digits=(18, 2))
    expected_opportunity_amount = Numeric(digits=(18, 2))
    effort_hours_12m = Numeric(digits=(18, 2))
    effort_cost_12m = Numeric(digits=(18, 2))
    behaviour_index = Numeric(digits=(18, 1))
    health = Numeric(digits=(18, 1))
    score = Numeric(digits=(18, 2))
    margin_12m = Numeric(default=None, digits=(18, 2), null=True)
    margin_rate = Numeric(default=None, digits=(18, 1), null=True)
    order_interval_days = Numeric(default=None, digits=(18, 1), null=True)
    average_order = Numeric(default=None, digits=(18, 2), null=True)
    returns_rate = Numeric(default=None, digits=(18, 1), null=True)
    win_rate = Numeric(default=None, digits=(18, 1), null=True)
    feeling_index = Numeric(default=None, digits=(18, 1), null=True)
    feeling_trend = Numeric(default=None, digits=(18, 1), null=True)
    contact_concentration = Numeric(default=None, digits=(18, 1), null=True)
    days_to_solve = Numeric(default=None, digits=(18, 1), null=True)
    revenue_trend = Numeric(default=None, digits=(18, 1), null=True)
    order_delay = Numeric(default=None, digits=(18, 2), null=True)
    contribution_12m = Numeric(default=None, digits=(18, 2), null=True)
    return_on_effort = Numeric(default=None, digits=(18, 2), null=True)
    share_of_revenue = Numeric(default=None, digits=(18, 4), null=True)
    credit_rating = Numeric(default=None, digits=(18, 1), null=True)
    deposits = Numeric(default=None, digits=(18, 2), null=True)
    usage_change = Numeric(default=None, digits=(18, 1), null=True)
    rank = Integer(default=None, null=True)


class FactRefresh(Table, tablename="fact_refresh"):
    as_of = Date(default=None, primary_key=True)
    finished_at = Timestamptz()
    customers = Integer()
    revenue_12m = Numeric(digits=(24, 4))


async def forwards() -> MigrationManager:
    return new_tables(ID, "Tables of facts", MeasuredFact, CustomerFact, FactRefresh)
