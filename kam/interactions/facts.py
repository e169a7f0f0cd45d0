"""What is known of a customer from the contacts we had."""

from __future__ import annotations

from kam.facts.declare import COUNT, DAYS, DECIMAL, HOURS, INDEX, INTEGER, MONEY, PERCENT, Fact, FactGroup
from kam.interactions.terms import VISIT
from kam.language import N_

_COUNTS_TODAY = "i.at < {end} AND i.created_at < {end} AND (i.deleted_at IS NULL OR i.deleted_at >= {end})"
_YEAR_AGO = "(({as_of} - interval '12 months' + interval '1 day') AT TIME ZONE 'UTC')"
_YEAR = f"i.at >= {_YEAR_AGO}"
_QUARTER = "i.at >= {end} - interval '90 days'"

_LOG = N_("Log a contact with the customer")
_FELT = N_("Log a contact with how the customer felt")

# An hour costs what the rates' file says, unless the cost was written down. Feelings run from -2 to 2, the index to 100.
CONTACTS = FactGroup(
    name="contacts",
    sql=f"""
        SELECT i.customer AS subject,
               {{as_of}} - (max(i.at) AT TIME ZONE 'UTC')::date AS days_since_contact,
               (count(*) FILTER (WHERE {_QUARTER}))::int AS interactions_90d,
               (count(*) FILTER (WHERE {_YEAR}))::int AS interactions_12m,
               (count(*) FILTER (WHERE {_YEAR} AND i.channel = '{VISIT}'))::int AS visits_12m,
               coalesce(sum(i.hours) FILTER (WHERE {_YEAR}), 0) AS effort_hours_12m,
               coalesce(sum(CASE WHEN i.cost IS NOT NULL THEN i.cost * {{rate:i.currency>c.currency}}
                                 WHEN i.hours IS NOT NULL THEN i.hours * {{hour}} * {{per_base:c.currency}} END)
                        FILTER (WHERE {_YEAR}), 0) AS effort_cost_12m,
               avg(i.feeling) FILTER (WHERE {_YEAR}) * 50 AS feeling_index,
               (avg(i.feeling) FILTER (WHERE {_QUARTER})
                   - avg(i.feeling) FILTER (WHERE {_YEAR} AND NOT {_QUARTER})) * 50 AS feeling_trend,
               (count(*) FILTER (WHERE i.next_step_on < {{as_of}}
                   AND (i.next_step_done_at IS NULL OR i.next_step_done_at >= {{end}})))::int AS overdue_next_steps
        FROM interaction i
        JOIN customer c ON c.id = i.customer
        WHERE {{only:i.customer}} AND {_COUNTS_TODAY}
        GROUP BY i.customer
    """,
    facts=(
        Fact(
            name="days_since_contact",
            title=N_("Days since the last contact"),
            unit=DAYS,
            kind=INTEGER,
            unknown=True,
            help=N_("Days since anybody of ours was last in touch, on any channel."),
            change_by=_LOG,
        ),
        Fact(
            name="interactions_90d",
            title=N_("Contacts, 90 days"),
            unit=COUNT,
            kind=INTEGER,
            help=N_("Contacts of the last 90 days."),
            change_by=_LOG,
        ),
        Fact(
            name="interactions_12m",
            title=N_("Contacts, 12 months"),
            unit=COUNT,
            kind=INTEGER,
            help=N_("Contacts of the last twelve months."),
            change_by=_LOG,
        ),
        Fact(
            name="visits_12m",
            title=N_("Visits, 12 months"),
            unit=COUNT,
            kind=INTEGER,
            help=N_("Visits of the last twelve months."),
            change_by=N_("Visit the customer and log it"),
        ),
        Fact(
            name="effort_hours_12m",
            title=N_("Effort, 12 months"),
            unit=HOURS,
            kind=DECIMAL,
            help=N_("Hours our people spent on the customer in the last twelve months."),
            change_by=N_("Log a contact with the hours it took"),
        ),
        Fact(
            name="effort_cost_12m",
            title=N_("Cost to serve, 12 months"),
            unit=MONEY,
            kind=DECIMAL,
            help=N_(
                "Cost of the contacts of the last twelve months; hours without a cost count at the usual cost of an hour."
            ),
            change_by=N_("Log a contact with its hours or cost"),
        ),
        Fact(
            name="feeling_index",
            title=N_("Feeling"),
            unit=INDEX,
            kind=DECIMAL,
            unknown=True,
            help=N_(
                "How the customer felt in the contacts of the last twelve months, from -100 (angry) to 100 (delighted)."
            ),
            change_by=_FELT,
        ),
        Fact(
            name="feeling_trend",
            title=N_("Feeling trend"),
            unit=INDEX,
            kind=DECIMAL,
            unknown=True,
            help=N_("Feeling of the last 90 days less that of the nine months before."),
            change_by=_FELT,
        ),
        Fact(
            name="overdue_next_steps",
            title=N_("Overdue next steps"),
            unit=COUNT,
            kind=INTEGER,
            help=N_("Next steps agreed in a contact, due before today and not done."),
            change_by=N_("Do the next step and mark it as done"),
        ),
    ),
)

# Who held a contact: our participants, or whoever logged it when none is named.
HOLDERS = FactGroup(
    name="holders",
    sql=f"""
        SELECT subject, max(held) * 100 / sum(held) AS contact_concentration, count(*)::int AS people_in_contact_12m
        FROM (
            SELECT i.customer AS subject, coalesce(p.person, i.created_by) AS person, count(*) AS held
            FROM interaction i
            LEFT JOIN participant p ON p.interaction = i.id AND p.person IS NOT NULL
            WHERE {{only:i.customer}} AND {_YEAR} AND {_COUNTS_TODAY}
            GROUP BY i.customer, coalesce(p.person, i.created_by)
        ) shares
        WHERE person IS NOT NULL
        GROUP BY subject
    """,
    facts=(
        Fact(
            name="contact_concentration",
            title=N_("Contact held by one person"),
            unit=PERCENT,
            kind=DECIMAL,
            unknown=True,
            help=N_(
                "Share of the contacts of twelve months held by the one of ours who holds most: the key-person risk."
            ),
            change_by=N_("Let a colleague take part in the contact with the customer"),
        ),
        Fact(
            name="people_in_contact_12m",
            title=N_("Our people in contact"),
            unit=COUNT,
            kind=INTEGER,
            help=N_("How many of ours were in touch in the last twelve months."),
            change_by=N_("Let a colleague take part in the contact with the customer"),
        ),
    ),
)

GROUPS = (CONTACTS, HOLDERS)
