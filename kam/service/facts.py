"""What is known of a customer from its cases."""

from __future__ import annotations

from kam.facts.declare import COUNT, DAYS, DECIMAL, INTEGER, Fact, FactGroup
from kam.language import N_
from kam.workflow.meanings import STATE_THEN

COMPLAINT = "complaint"
_SOLVE = N_("Solve the open cases")
_LINK = "/cases?customer={customer}"
_YEAR = "k.created_at >= (({as_of} - interval '12 months' + interval '1 day') AT TIME ZONE 'UTC')"
# What was there before the workflow says where it stood by when it was solved.
_OPEN = f"coalesce({STATE_THEN} IN ({{means:service_case:open}}), k.solved_at IS NULL OR k.solved_at >= {{end}})"

CASES = FactGroup(
    name="cases",
    sql=f"""
        SELECT k.customer AS subject,
               (count(*) FILTER (WHERE k.open))::int AS open_cases,
               (count(*) FILTER (WHERE k.open AND k.kind = '{COMPLAINT}'))::int AS open_complaints,
               (count(*) FILTER (WHERE {_YEAR}))::int AS cases_12m,
               (count(*) FILTER (WHERE {_YEAR} AND k.kind = '{COMPLAINT}'))::int AS complaints_12m,
               {{as_of}} - (min(k.created_at) FILTER (WHERE k.open AND k.kind = '{COMPLAINT}')
                   AT TIME ZONE 'UTC')::date AS oldest_complaint_days,
               (count(*) FILTER (WHERE k.open AND k.due_at < {{start}}))::int AS overdue_cases,
               avg(extract(epoch FROM k.solved_at - k.created_at) / 86400) FILTER (WHERE NOT k.open AND {_YEAR})
                   AS days_to_solve
        FROM (
            SELECT k.customer, k.kind, k.created_at, k.due_at, k.solved_at, {_OPEN} AS open
            FROM service_case k LEFT JOIN workflow_instance w ON w.subject = k.id AND w.workflow = 'service_case'
            WHERE {{only:k.customer}} AND k.created_at < {{end}} AND (k.deleted_at IS NULL OR k.deleted_at >= {{end}})
        ) k
        GROUP BY k.customer
    """,
    facts=(
        Fact(
            name="open_cases",
            title=N_("Open cases"),
            unit=COUNT,
            kind=INTEGER,
            help=N_("Cases that are not solved."),
            change_by=_SOLVE,
            link=_LINK,
        ),
        Fact(
            name="open_complaints",
            title=N_("Open complaints"),
            unit=COUNT,
            kind=INTEGER,
            help=N_("Complaints that are not solved."),
            change_by=N_("Solve the open complaints"),
            link=_LINK,
        ),
        Fact(
            name="cases_12m",
            title=N_("Cases, 12 months"),
            unit=COUNT,
            kind=INTEGER,
            help=N_("Cases opened in the last twelve months."),
            change_by=N_("Only time changes this"),
        ),
        Fact(
            name="complaints_12m",
            title=N_("Complaints, 12 months"),
            unit=COUNT,
            kind=INTEGER,
            help=N_("Complaints made in the last twelve months."),
            change_by=N_("Only time changes this"),
        ),
        Fact(
            name="oldest_complaint_days",
            title=N_("Age of the oldest open complaint"),
            unit=DAYS,
            kind=INTEGER,
            unknown=True,
            help=N_("Days since the oldest open complaint was made."),
            change_by=N_("Solve the open complaints"),
            link=_LINK,
        ),
        Fact(
            name="overdue_cases",
            title=N_("Overdue cases"),
            unit=COUNT,
            kind=INTEGER,
            help=N_("Open cases that should have been solved before today."),
            change_by=_SOLVE,
            link=_LINK,
        ),
        Fact(
            name="days_to_solve",
            title=N_("Days to solve a case"),
            unit=DAYS,
            kind=DECIMAL,
            unknown=True,
            help=N_("Average days from opening to solution, of the cases of the last twelve months."),
            change_by=_SOLVE,
            link=_LINK,
        ),
    ),
)

FACTS = (CASES,)
