"""What is known of a customer from the people there."""

from __future__ import annotations

from kam.facts.declare import COUNT, INTEGER, Fact, FactGroup
from kam.language import N_

CHAMPION, OPPONENT = "champion", "opponent"  # stances
DECIDES = 5  # of influence
_PEOPLE = N_("Add the people you know, or change how they stand toward us")

PEOPLE = FactGroup(
    name="people",
    sql=f"""
        SELECT r.customer AS subject,
               count(*)::int AS contacts_known,
               (count(*) FILTER (WHERE r.stance = '{CHAMPION}'))::int AS champions,
               (count(*) FILTER (WHERE r.stance = '{OPPONENT}'))::int AS opponents,
               (count(*) FILTER (WHERE r.influence >= {DECIDES}))::int AS decision_makers
        FROM contact_role r
        WHERE {{only:r.customer}} AND r.created_at < {{end}} AND (r.deleted_at IS NULL OR r.deleted_at >= {{end}})
        GROUP BY r.customer
    """,
    facts=(
        Fact(
            name="contacts_known",
            title=N_("People known"),
            unit=COUNT,
            kind=INTEGER,
            help=N_("People at the customer whom we have on record."),
            change_by=_PEOPLE,
        ),
        Fact(
            name="champions",
            title=N_("Champions"),
            unit=COUNT,
            kind=INTEGER,
            help=N_("People there who speak for us."),
            change_by=_PEOPLE,
        ),
        Fact(
            name="opponents",
            title=N_("Opponents"),
            unit=COUNT,
            kind=INTEGER,
            help=N_("People there who speak against us."),
            change_by=_PEOPLE,
        ),
        Fact(
            name="decision_makers",
            title=N_("Decision makers known"),
            unit=COUNT,
            kind=INTEGER,
            help=N_("People there who decide what is bought."),
            change_by=_PEOPLE,
        ),
    ),
)

FACTS = (PEOPLE,)
