"""What is known of a customer from its contracts."""

from __future__ import annotations

from kam.facts.declare import COUNT, DAYS, INTEGER, Fact, FactGroup
from kam.language import N_
from kam.workflow.meanings import STATE_THEN

_CHANGE = N_("Sign, renew or end a contract")
_LINK = "/contracts?customer={customer}"

CONTRACTS = FactGroup(
    name="contracts",
    sql=f"""
        SELECT c.customer AS subject,
               count(*)::int AS contracts_in_force,
               min(c.notice_on) FILTER (WHERE c.notice_on >= {{as_of}}) - {{as_of}} AS days_to_next_notice,
               CASE WHEN bool_and(c.ends_on IS NOT NULL) THEN max(c.ends_on) - {{as_of}} END AS contract_days_left
        FROM contract c JOIN workflow_instance w ON w.workflow = 'contract' AND w.subject = c.id
        WHERE {{only:c.customer}} AND c.created_at < {{end}} AND (c.deleted_at IS NULL OR c.deleted_at >= {{end}})
          AND {{as_of}} BETWEEN c.starts_on AND coalesce(c.ends_on, 'infinity')
          AND {STATE_THEN} IN ({{means:contract:in_force}})
        GROUP BY c.customer
    """,
    facts=(
        Fact(
            name="contracts_in_force",
            title=N_("Contracts in force"),
            unit=COUNT,
            kind=INTEGER,
            help=N_("Signed contracts whose term covers the date."),
            change_by=_CHANGE,
            link=_LINK,
        ),
        Fact(
            name="days_to_next_notice",
            title=N_("Days to the next notice date"),
            unit=DAYS,
            kind=INTEGER,
            unknown=True,
            help=N_("Days until notice can last be given to the contract in force whose turn comes first."),
            change_by=_CHANGE,
            link=_LINK,
        ),
        Fact(
            name="contract_days_left",
            title=N_("Days under contract"),
            unit=DAYS,
            kind=INTEGER,
            unknown=True,
            help=N_("Days until the last contract in force ends; unknown without one, or where one has no end."),
            change_by=_CHANGE,
            link=_LINK,
        ),
    ),
)

FACTS = (CONTRACTS,)
DERIVED = ()
