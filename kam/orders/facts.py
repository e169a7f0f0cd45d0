"""What is known of a customer from its orders.

A year is the twelve months up to and including the date. A return is an order with a negative total: it lowers
revenue and margin but is no order of its own. A cancelled order counts nowhere; one that stands where no file
says anything counts.
"""

from __future__ import annotations

from kam.facts.declare import COUNT, DAYS, DECIMAL, INTEGER, MONEY, PERCENT, TIMES, DerivedFact, Fact, FactGroup
from kam.language import N_

_YEAR_AGO = "({as_of} - interval '12 months')::date"
_TWO_YEARS_AGO = "({as_of} - interval '24 months')::date"
_YEAR = f"ordered_on > {_YEAR_AGO}"
_PRIOR_YEAR = f"ordered_on > {_TWO_YEARS_AGO} AND ordered_on <= {_YEAR_AGO}"
_TWO_YEARS = f"ordered_on > {_TWO_YEARS_AGO} AND total >= 0"
_QUARTER = "ordered_on > {as_of} - 90"

_ORDERS = N_("Win orders from the customer")
_SUMS = ("revenue", "prior", "quarter", "returned", "cost", "without_cost")
_COUNTS = ("orders", "uncosted")


def _in_currency(name: str) -> str:
    """Cents in the currency of the customer; whole again, since only whole numbers add up fast."""
    exchanged = f"round(o.{name} * exchange.rate)::bigint"
    return f"CASE WHEN o.currency = c.currency THEN o.{name}::bigint ELSE {exchanged} END"


def _counted(name: str) -> str:
    """How many there are of those whose amounts are added: what has no rate is in no sum, and so in no average."""
    return f"coalesce(sum(o.{name}) FILTER (WHERE exchange.rate IS NOT NULL), 0)::int"


# Amounts are added as whole cents, which is exact and four times as fast as adding decimals. They are added by customer
# and currency first, so that a rate is applied to a sum and not to every single order. What is rare is added apart
# (returns, orders without a cost) and taken off, as each sum over every order costs a second per ten million.
ORDERS = FactGroup(
    name="orders",
    sql=f"""
        SELECT subject, {{as_of}} - last AS days_since_order,
               revenue * 0.01 AS revenue_12m, prior * 0.01 AS revenue_prior_12m, quarter * 0.01 AS revenue_90d,
               orders AS orders_12m,
               (revenue - returned) / nullif(orders * 100, 0) AS average_order,
               returned * -100 / nullif(revenue - returned, 0) AS returns_rate,
               CASE WHEN uncosted = 0 OR cost IS NOT NULL
                    THEN (revenue - without_cost - coalesce(cost, revenue - without_cost)) * 0.01 END AS margin_12m,
               (revenue - without_cost - cost) * 100 / nullif(revenue - without_cost, 0) AS margin_rate,
               (CASE WHEN last > {_TWO_YEARS_AGO} THEN last END - first_recent) / nullif(recent - 1, 0)::numeric
                   AS order_interval_days
        FROM (
            SELECT o.customer AS subject, max(o.last) AS last, min(o.first_recent) AS first_recent,
                   {", ".join(f"sum({_in_currency(name)}) AS {name}" for name in _SUMS)},
                   {", ".join(f"{_counted(name)} AS {name}" for name in _COUNTS)},
                   sum(o.recent)::int AS recent
            FROM (
                SELECT customer, currency,
                       max(ordered_on) FILTER (WHERE total >= 0) AS last,
                       min(ordered_on) FILTER (WHERE {_TWO_YEARS}) AS first_recent,
                       count(*) FILTER (WHERE {_TWO_YEARS}) AS recent,
                       coalesce(sum(total) FILTER (WHERE {_YEAR}), 0) AS revenue,
                       coalesce(sum(total) FILTER (WHERE {_PRIOR_YEAR}), 0) AS prior,
                       coalesce(sum(total) FILTER (WHERE {_QUARTER}), 0) AS quarter,
                       coalesce(sum(total) FILTER (WHERE {_YEAR} AND total < 0), 0) AS returned,
                       sum(cost) FILTER (WHERE {_YEAR}) AS cost,
                       coalesce(sum(total) FILTER (WHERE {_YEAR} AND cost IS NULL), 0) AS without_cost,
                       count(*) FILTER (WHERE {_YEAR} AND total >= 0) AS orders,
                       count(*) FILTER (WHERE {_YEAR} AND cost IS NULL) AS uncosted
                FROM (
                    SELECT customer, currency, ordered_on,
                           (total * 100)::bigint AS total, (cost * 100)::bigint AS cost
                    FROM sales_order
                    WHERE {{only:customer}} AND ordered_on <= {{as_of}}
                      AND (state IN ({{means:order:cancelled}})) IS NOT TRUE
                      AND created_at < {{end}} AND (deleted_at IS NULL OR deleted_at >= {{end}})
                    OFFSET 0
                ) counted
                GROUP BY customer, currency
            ) o
            JOIN customer c ON c.id = o.customer
            CROSS JOIN LATERAL (SELECT {{rate:o.currency>c.currency}} AS rate) exchange
            GROUP BY o.customer
        ) sums
    """,
    facts=(
        Fact(
            name="revenue_12m",
            title=N_("Revenue, 12 months"),
            unit=MONEY,
            kind=DECIMAL,
            help=N_("Orders less returns of the last twelve months."),
            change_by=_ORDERS,
        ),
        Fact(
            name="revenue_prior_12m",
            title=N_("Revenue, 12 months before"),
            unit=MONEY,
            kind=DECIMAL,
            help=N_("Orders less returns of the twelve months before the last twelve."),
            change_by=N_("Only time changes this"),
        ),
        Fact(
            name="revenue_90d",
            title=N_("Revenue, 90 days"),
            unit=MONEY,
            kind=DECIMAL,
            help=N_("Orders less returns of the last 90 days."),
            change_by=_ORDERS,
        ),
        Fact(
            name="margin_12m",
            protect="see_costs",
            title=N_("Margin, 12 months"),
            unit=MONEY,
            kind=DECIMAL,
            unknown=True,
            empty="0",
            help=N_("Revenue less cost of the orders whose cost is known; not known while no order has a cost."),
            change_by=N_("Enter the cost of the orders, or sell at better prices"),
        ),
        Fact(
            name="margin_rate",
            protect="see_costs",
            title=N_("Margin rate"),
            unit=PERCENT,
            kind=DECIMAL,
            unknown=True,
            help=N_("Margin as a share of the revenue whose cost is known."),
            change_by=N_("Enter the cost of the orders, or sell at better prices"),
        ),
        Fact(
            name="orders_12m",
            title=N_("Orders, 12 months"),
            unit=COUNT,
            kind=INTEGER,
            help=N_("Orders of the last twelve months, returns not counted."),
            change_by=_ORDERS,
        ),
        Fact(
            name="days_since_order",
            title=N_("Days since the last order"),
            unit=DAYS,
            kind=INTEGER,
            unknown=True,
            help=N_("Days since the last order that was not a return."),
            change_by=_ORDERS,
        ),
        Fact(
            name="order_interval_days",
            title=N_("Usual days between orders"),
            unit=DAYS,
            kind=DECIMAL,
            unknown=True,
            help=N_("Average days between the orders of two years; not known with fewer than two orders."),
            change_by=_ORDERS,
        ),
        Fact(
            name="average_order",
            title=N_("Average order"),
            unit=MONEY,
            kind=DECIMAL,
            unknown=True,
            help=N_("Value of an order of the last twelve months, returns not counted."),
            change_by=_ORDERS,
        ),
        Fact(
            name="returns_rate",
            title=N_("Returns rate"),
            unit=PERCENT,
            kind=DECIMAL,
            unknown=True,
            help=N_("Value returned in the last twelve months as a share of the value ordered."),
            change_by=N_("Settle with the customer why goods come back"),
        ),
    ),
)

# As far as they go today: where they stood on an earlier day is not looked up. The index of those that are not over has
# them, however many orders there were.
UNDELIVERED = FactGroup(
    name="undelivered",
    sql="""
        SELECT subject, amount AS undelivered_amount,
               coalesce(greatest(amount - credit_limit, 0), 0) AS beyond_credit_limit
        FROM (
            SELECT o.customer AS subject, round(sum(o.total * {rate:o.currency>c.currency}), 2) AS amount,
                   min(c.credit_limit) AS credit_limit
            FROM sales_order o JOIN customer c ON c.id = o.customer
            WHERE {only:o.customer} AND o.state IN ({means:order:going_on}) AND o.created_at < {end}
              AND (o.deleted_at IS NULL OR o.deleted_at >= {end})
            GROUP BY o.customer
        ) sums
    """,
    facts=(
        Fact(
            name="undelivered_amount",
            title=N_("Ordered and not yet delivered"),
            unit=MONEY,
            kind=DECIMAL,
            help=N_("What the orders come to that are still to be delivered."),
            change_by=N_("Deliver what was ordered, or cancel it"),
            link="/orders?customer={customer}",
        ),
        Fact(
            name="beyond_credit_limit",
            title=N_("Beyond the credit limit"),
            unit=MONEY,
            kind=DECIMAL,
            help=N_("By how much what is still to be delivered exceeds the credit limit; nothing where there is none."),
            change_by=N_("Deliver what was ordered, or agree on another credit limit"),
        ),
    ),
)

FACTS = (ORDERS, UNDELIVERED)

DERIVED = (
    DerivedFact(
        name="revenue_trend",
        title=N_("Revenue trend"),
        unit=PERCENT,
        kind=DECIMAL,
        unknown=True,
        expression=(
            "CASE WHEN revenue_prior_12m > 0 THEN (revenue_12m - revenue_prior_12m) * 100 / revenue_prior_12m END"
        ),
        help=N_("Change of revenue against the twelve months before."),
        change_by=_ORDERS,
    ),
    DerivedFact(
        name="order_delay",
        title=N_("Order delay"),
        unit=TIMES,
        kind=DECIMAL,
        unknown=True,
        expression="days_since_order / nullif(order_interval_days, 0)",
        help=N_("Days since the last order as a multiple of the usual days between orders."),
        change_by=_ORDERS,
    ),
)
