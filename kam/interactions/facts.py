"""What is known of a customer from the contacts we had."""

from __future__ import annotations

from kam.customers.terms import VISIT
from kam.facts.declare import COUNT, DAYS, DECIMAL, HOURS, INDEX, INTEGER, MONEY, PERCENT, Fact, FactGroup
from kam.language import N_

_COUNTS_TODAY = "i.at < {end} AND i.created_at < {end} AND (i.deleted_at IS NULL OR i.deleted_at >= {end})"
_YEAR_AGO = "(({as_of} - interval '12 months' + interval '1 day') AT TIME ZONE 'UTC')"
_YEAR = f"i.at >= {_YEAR_AGO}"
_QUARTER = "i.at >= {end} - interval '90 days'"

_LOG = N_("Log a contact with the customer")
_FELT = N_("Log a contact with how the customer felt")

# An hour costs what the rates' file says, unless the cost was written down. Feelings run from -2 to 2, the index
# to 100.
CONTACTS = FactGroup(
    name="contacts",
    sql=f"""
        SELECT subject, {{as_of}} - last AS days_since_contact, interactions_90d, interactions_12m, visits_12m,
               coalesce(hours, 0) * 0.01 AS effort_hours_12m, coalesce(cost, 0) * 0.01 AS effort_cost_12m,
               felt * 50.0 / nullif(felt_times, 0) AS feeling_index,
               felt_lately * 50.0 / nullif(felt_lately_times, 0)
                   - (felt - coalesce(felt_lately, 0)) * 50.0 / nullif(felt_times - felt_lately_times, 0)
                   AS feeling_trend,
               overdue_next_steps
        FROM (
            SELECT customer AS subject, max(day) AS last,
                   (count(*) FILTER (WHERE quarter))::int AS interactions_90d,
                   (count(*) FILTER (WHERE year))::int AS interactions_12m,
                   (count(*) FILTER (WHERE year AND channel = '{VISIT}'))::int AS visits_12m,
                   sum(hours) FILTER (WHERE year) AS hours, sum(cost) FILTER (WHERE year) AS cost,
                   sum(feeling) FILTER (WHERE year) AS felt, count(feeling) FILTER (WHERE year) AS felt_times,
                   sum(feeling) FILTER (WHERE quarter) AS felt_lately,
                   count(feeling) FILTER (WHERE quarter) AS felt_lately_times,
                   (count(*) FILTER (WHERE overdue))::int AS overdue_next_steps
            FROM (
                SELECT i.customer, (i.at AT TIME ZONE 'UTC')::date AS day, i.channel, i.feeling,
                       {_YEAR} AS year, {_QUARTER} AS quarter,
                       (i.hours * 100)::bigint AS hours,
                       ((CASE WHEN i.cost IS NULL THEN i.hours * {{hour}} * {{per_base:c.currency}}
                              WHEN i.currency = c.currency THEN i.cost
                              ELSE i.cost * {{rate:i.currency>c.currency}} END) * 100)::bigint AS cost,
                       i.next_step_on < {{as_of}} AND (i.next_step_done_at IS NULL OR i.next_step_done_at >= {{end}})
                           AS overdue
                FROM interaction i
                JOIN customer c ON c.id = i.customer
                WHERE {{only:i.customer}} AND {_COUNTS_TODAY}
                OFFSET 0
            ) counted
            GROUP BY customer
        ) sums
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
            help=N_("Cost of the contacts of twelve months; hours without a cost count at the usual cost of an hour."),
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
