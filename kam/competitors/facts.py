"""What is known of a customer from the positions of our competitors there."""

from __future__ import annotations

from kam.facts.declare import COUNT, DECIMAL, INTEGER, PERCENT, Fact, FactGroup
from kam.language import N_

_CHANGE = N_("Note how the competitors stand at the customer")
_LINK = "/competitor-positions?customer={customer}"

POSITIONS = FactGroup(
    name="competitor_positions",
    sql="""
        SELECT p.customer AS subject, count(DISTINCT p.competitor)::int AS competitors_present,
               max(p.share) AS largest_competitor_share
        FROM competitor_position p
        WHERE {only:p.customer} AND p.standing <> 'gone' AND p.created_at < {end}
          AND (p.deleted_at IS NULL OR p.deleted_at >= {end})
        GROUP BY p.customer
    """,
    facts=(
        Fact(
            name="competitors_present",
            title=N_("Competitors present"),
            unit=COUNT,
            kind=INTEGER,
            unknown=True,
            help=N_("Competitors who sell to the customer or try to; unknown while none is noted."),
            change_by=_CHANGE,
            link=_LINK,
        ),
        Fact(
            name="largest_competitor_share",
            title=N_("Largest share of a competitor"),
            unit=PERCENT,
            kind=DECIMAL,
            unknown=True,
            help=N_("The largest part that one competitor has of what the customer buys."),
            change_by=_CHANGE,
            link=_LINK,
        ),
    ),
)

FACTS = (POSITIONS,)
