"""What is known of a customer from its opportunities."""

from __future__ import annotations

from kam.facts.declare import COUNT, DECIMAL, INTEGER, MONEY, PERCENT, Fact, FactGroup
from kam.language import N_

# What nobody has judged counts as the workflow file says of where it stands.
_EXPECTED = "coalesce(p.probability, {likely:opportunity:p.state})"
_YEAR = "p.closed_on > ({as_of} - interval '12 months')::date AND p.closed_on <= {as_of}"

# One that is won or lost today was open until the day it was closed.
_OPEN = "(p.state IN ({means:opportunity:going_on}) OR p.closed_on > {as_of})"

# One in a currency without a rate is in no sum, and so in no count beside it.
_COUNTED = "exchange.rate IS NOT NULL"

OPPORTUNITIES = FactGroup(
    name="opportunities",
    sql=f"""
        SELECT subject, open_opportunities, open_opportunity_amount, expected_opportunity_amount,
               opportunities_won_12m, opportunities_lost_12m,
               opportunities_won_12m * 100.0 / nullif(opportunities_won_12m + opportunities_lost_12m, 0) AS win_rate
        FROM (
            SELECT p.customer AS subject,
                   (count(*) FILTER (WHERE {_OPEN} AND {_COUNTED}))::int AS open_opportunities,
                   coalesce(sum(p.amount * exchange.rate) FILTER (WHERE {_OPEN}), 0)
                       AS open_opportunity_amount,
                   coalesce(sum(p.amount * exchange.rate * {_EXPECTED} / 100)
                       FILTER (WHERE {_OPEN}), 0) AS expected_opportunity_amount,
                   (count(*) FILTER (WHERE p.state IN ({{means:opportunity:won}}) AND {_YEAR}))::int
                       AS opportunities_won_12m,
                   (count(*) FILTER (WHERE p.state IN ({{means:opportunity:lost}}) AND {_YEAR}))::int
                       AS opportunities_lost_12m
            FROM opportunity p
            JOIN customer c ON c.id = p.customer
            CROSS JOIN LATERAL (SELECT {{rate:p.currency>c.currency}} AS rate) exchange
            WHERE {{only:p.customer}} AND p.created_at < {{end}} AND coalesce(p.engaged_on, {{as_of}}) <= {{as_of}}
              AND (p.deleted_at IS NULL OR p.deleted_at >= {{end}})
            GROUP BY p.customer
        ) sums
    """,
    facts=(
        Fact(
            name="open_opportunities",
            title=N_("Open opportunities"),
            unit=COUNT,
            kind=INTEGER,
            help=N_("Opportunities that are neither won nor lost."),
            change_by=N_("Record an opportunity"),
        ),
        Fact(
            name="open_opportunity_amount",
            title=N_("Value of open opportunities"),
            unit=MONEY,
            kind=DECIMAL,
            help=N_("What the open opportunities would bring if all were won."),
            change_by=N_("Record an opportunity or its amount"),
        ),
        Fact(
            name="expected_opportunity_amount",
            title=N_("Expected value of open opportunities"),
            unit=MONEY,
            kind=DECIMAL,
            help=N_("The open opportunities, each weighted with its probability."),
            change_by=N_("Record an opportunity, its amount or its probability"),
        ),
        Fact(
            name="opportunities_won_12m",
            title=N_("Opportunities won, 12 months"),
            unit=COUNT,
            kind=INTEGER,
            help=N_("Opportunities won in the last twelve months."),
            change_by=N_("Win an opportunity"),
        ),
        Fact(
            name="opportunities_lost_12m",
            title=N_("Opportunities lost, 12 months"),
            unit=COUNT,
            kind=INTEGER,
            help=N_("Opportunities lost in the last twelve months."),
            change_by=N_("Only time changes this"),
        ),
        Fact(
            name="win_rate",
            title=N_("Win rate"),
            unit=PERCENT,
            kind=DECIMAL,
            unknown=True,
            help=N_("Share of the opportunities decided in the last twelve months that were won."),
            change_by=N_("Win an opportunity"),
        ),
    ),
)
