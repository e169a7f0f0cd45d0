"""What the facts of all slices together say about a customer: its worth, how it behaves, how well it stands."""

from __future__ import annotations

from kam.facts.declare import DECIMAL, INDEX, MONEY, PERCENT, TIMES, DerivedFact
from kam.language import N_

_SELL = N_("Sell more at better prices, or serve at less cost")

# Regularity counts 40, growth 30, frequency 30; without any order there is no behaviour.
_BEHAVIOUR = """
    CASE WHEN days_since_order IS NULL THEN 0 ELSE
        40 * coalesce(
            least(greatest((3 - order_delay) / 2, 0), 1), CASE WHEN days_since_order <= 365 THEN 0.5 ELSE 0 END)
        + 30 * coalesce(
            least(greatest((revenue_trend + 50) / 100, 0), 1), CASE WHEN revenue_12m > 0 THEN 0.5 ELSE 0 END)
        + 30 * least(orders_12m / 12.0, 1)
    END
"""

# Behaviour counts half, feeling three tenths (an unknown feeling counts as neither good nor bad), service two tenths.
_HEALTH = """
    0.5 * behaviour_index + 0.15 * (coalesce(feeling_index, 0) + 100)
    + 0.2 * greatest(100 - 25 * open_complaints - 10 * overdue_cases, 0)
"""

_SHARE = "greatest(revenue_12m, 0) / per_base * 100 / nullif({total}, 0)"

VALUE = (
    DerivedFact(
        name="contribution_12m",
        protect="see_costs",
        title=N_("Contribution, 12 months"),
        unit=MONEY,
        kind=DECIMAL,
        unknown=True,
        expression="margin_12m - effort_cost_12m",
        help=N_("Margin of the last twelve months less the cost to serve the customer."),
        change_by=_SELL,
    ),
    DerivedFact(
        name="return_on_effort",
        protect="see_costs",
        title=N_("Return on effort"),
        unit=TIMES,
        kind=DECIMAL,
        unknown=True,
        expression="margin_12m / nullif(effort_cost_12m, 0)",
        help=N_("Margin of the last twelve months for each unit of cost to serve."),
        change_by=_SELL,
    ),
    DerivedFact(
        name="share_of_revenue",
        title=N_("Share of our revenue"),
        unit=PERCENT,
        kind=DECIMAL,
        unknown=True,
        decimals=4,
        expression=_SHARE,
        help=N_("The customer's part in the revenue of all customers in the last twelve months."),
        change_by=N_("Win orders from the customer"),
    ),
    DerivedFact(
        name="behaviour_index",
        title=N_("Behaviour"),
        unit=INDEX,
        kind=DECIMAL,
        expression=_BEHAVIOUR,
        help=N_("What the customer does, from 0 to 100: how regularly (40), growingly (30) and often (30) it orders."),
        change_by=N_("Win orders from the customer"),
    ),
    DerivedFact(
        name="health",
        title=N_("Health"),
        unit=INDEX,
        kind=DECIMAL,
        expression=_HEALTH,
        help=N_("How well the relationship stands, from 0 to 100: behaviour (half), feeling (30) and service (20)."),
        change_by=N_("Win orders, solve complaints, and stay in touch"),
    ),
)
