"""The last computed value of every fact of every customer, in real columns; and facts measured outside."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from piccolo.columns import UUID, Boolean, Date, Integer, Numeric, Timestamptz, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table

from kam.database.columns import Key
from kam.database.engine import DB

NEVER = date(1, 1, 1)  # before the first computation


class MeasuredFact(Table, db=DB):
    """A fact fed in from outside (credit rating, deposits, usage) by name, value and date."""

    id = Key()
    customer = UUID(default=None)
    name = Varchar(length=60)
    value = Numeric(digits=(18, 4))
    measured_on = Date()
    recorded_at = Timestamptz()
    recorded_by = UUID(null=True, default=None)
    once_a_day = Unique([customer, name, measured_on])


class CustomerFact(Table, db=DB):
    """The facts of each customer as they were last computed, one column each, so that lists filter and sort by them.

    Every customer has a row from its creation. Columns of fixed width that are never null stand first: a search over a
    million rows reaches them in half the time. `rank` is the place by score among all customers. `as_of` is the day of
    which the facts are; it never goes back.
    """

    customer = UUID(primary_key=True, default=None)
    computed_at = Timestamptz()
    customer_age_days = Integer(default=0)
    contacts_known = Integer(default=0)
    champions = Integer(default=0)
    opponents = Integer(default=0)
    decision_makers = Integer(default=0)
    orders_12m = Integer(default=0)
    open_opportunities = Integer(default=0)
    opportunities_won_12m = Integer(default=0)
    opportunities_lost_12m = Integer(default=0)
    interactions_90d = Integer(default=0)
    interactions_12m = Integer(default=0)
    visits_12m = Integer(default=0)
    overdue_next_steps = Integer(default=0)
    people_in_contact_12m = Integer(default=0)
    open_cases = Integer(default=0)
    open_complaints = Integer(default=0)
    cases_12m = Integer(default=0)
    complaints_12m = Integer(default=0)
    overdue_cases = Integer(default=0)
    team_size = Integer(default=0)
    days_in_stage = Integer(default=0)
    warning_level = Integer(default=0)
    days_in_warning_level = Integer(default=0)
    open_actions = Integer(default=0)
    overdue_actions = Integer(default=0)
    blacklisted = Boolean(default=False)
    has_lead = Boolean(default=False)
    key_account = Boolean(default=False)
    approved_plan = Boolean(default=False)
    contact_every_days = Integer(null=True, default=None)
    days_since_order = Integer(null=True, default=None)
    days_since_contact = Integer(null=True, default=None)
    oldest_complaint_days = Integer(null=True, default=None)
    plan_days_left = Integer(null=True, default=None)
    contact_overdue_days = Integer(null=True, default=None)
    currency = Varchar(length=3, default="")
    stage = Varchar(length=60, default="build")
    segment = Varchar(length=60, default="")
    revenue_12m = Numeric(digits=(38, 2), default=Decimal(0))
    revenue_prior_12m = Numeric(digits=(38, 2), default=Decimal(0))
    revenue_90d = Numeric(digits=(38, 2), default=Decimal(0))
    open_opportunity_amount = Numeric(digits=(38, 2), default=Decimal(0))
    expected_opportunity_amount = Numeric(digits=(38, 2), default=Decimal(0))
    effort_hours_12m = Numeric(digits=(38, 2), default=Decimal(0))
    effort_cost_12m = Numeric(digits=(38, 2), default=Decimal(0))
    behaviour_index = Numeric(digits=(38, 1), default=Decimal(0))
    health = Numeric(digits=(38, 1), default=Decimal(0))
    score = Numeric(digits=(38, 2), default=Decimal(0))
    margin_12m = Numeric(digits=(38, 2), null=True, default=None)
    margin_rate = Numeric(digits=(38, 1), null=True, default=None)
    order_interval_days = Numeric(digits=(38, 1), null=True, default=None)
    average_order = Numeric(digits=(38, 2), null=True, default=None)
    returns_rate = Numeric(digits=(38, 1), null=True, default=None)
    win_rate = Numeric(digits=(38, 1), null=True, default=None)
    feeling_index = Numeric(digits=(38, 1), null=True, default=None)
    feeling_trend = Numeric(digits=(38, 1), null=True, default=None)
    contact_concentration = Numeric(digits=(38, 1), null=True, default=None)
    days_to_solve = Numeric(digits=(38, 1), null=True, default=None)
    revenue_trend = Numeric(digits=(38, 1), null=True, default=None)
    order_delay = Numeric(digits=(38, 2), null=True, default=None)
    contribution_12m = Numeric(digits=(38, 2), null=True, default=None)
    return_on_effort = Numeric(digits=(38, 2), null=True, default=None)
    share_of_revenue = Numeric(digits=(38, 4), null=True, default=None)
    credit_rating = Numeric(digits=(38, 1), null=True, default=None)
    deposits = Numeric(digits=(38, 2), null=True, default=None)
    usage_change = Numeric(digits=(38, 1), null=True, default=None)
    rank = Integer(null=True, default=None)
    as_of = Date(default=NEVER)


class FactRefresh(Table, db=DB):
    """A refresh of all customers, with what single customers are compared with: `revenue_12m` of all, in the base."""

    as_of = Date(primary_key=True, default=None)
    finished_at = Timestamptz()
    customers = Integer(default=0)
    revenue_12m = Numeric(digits=(38, 4), default=Decimal(0))
