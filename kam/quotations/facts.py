"""What is known of a customer from its quotations."""

from __future__ import annotations

from kam.facts.declare import COUNT, DECIMAL, INTEGER, MONEY, Fact, FactGroup
from kam.language import N_
from kam.workflow.meanings import STATE_THEN

_CHANGE = N_("Follow up what was offered")
_LINK = "/quotations?customer={customer}"

QUOTATIONS = FactGroup(
    name="quotations",
    sql=f"""
        SELECT q.customer AS subject, count(*)::int AS open_quotations,
               round(sum(q.total * exchange.rate), 2) AS open_quotation_amount
        FROM quotation q JOIN customer c ON c.id = q.customer
        CROSS JOIN LATERAL (SELECT {{rate:q.currency>c.currency}} AS rate) exchange
        JOIN workflow_instance w ON w.subject = q.id AND w.workflow = 'quotation'
        WHERE {{only:q.customer}} AND exchange.rate IS NOT NULL
          AND q.created_at < {{end}} AND (q.deleted_at IS NULL OR q.deleted_at >= {{end}})
          AND {STATE_THEN} IN ({{means:quotation:waiting}})
        GROUP BY q.customer
    """,
    facts=(
        Fact(
            name="open_quotations",
            title=N_("Open quotations"),
            unit=COUNT,
            kind=INTEGER,
            help=N_("Quotations that were sent and not yet answered."),
            change_by=_CHANGE,
            link=_LINK,
        ),
        Fact(
            name="open_quotation_amount",
            title=N_("Amount of open quotations"),
            unit=MONEY,
            kind=DECIMAL,
            help=N_("What they come to together."),
            change_by=_CHANGE,
            link=_LINK,
        ),
    ),
)

FACTS = (QUOTATIONS,)
