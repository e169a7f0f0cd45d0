"""What is known of a customer from its cases."""

from __future__ import annotations

from kam.facts.declare import COUNT, DAYS, DECIMAL, INTEGER, Fact, FactGroup
from kam.language import N_
from kam.service.terms import COMPLAINT, UNSOLVED

_UNSOLVED = ", ".join(f"'{status}'" for status in UNSOLVED)

# A case that is closed without a solution was open until it was last changed.
_OVER = f"coalesce(k.solved_at, CASE WHEN k.status NOT IN ({_UNSOLVED}) THEN k.updated_at END)"
_OPEN = f"({_OVER} IS NULL OR {_OVER} >= {{end}})"
_YEAR = "k.opened_at >= (({as_of} - interval '12 months' + interval '1 day') AT TIME ZONE 'UTC')"
_SOLVE = N_("Solve the open cases")

CASES = FactGroup(
    name="cases",
    sql=f"""
        SELECT k.customer AS subject,
               (count(*) FILTER (WHERE {_OPEN}))::int AS open_cases,
               (count(*) FILTER (WHERE {_OPEN} AND k.kind = '{COMPLAINT}'))::int AS open_complaints,
               (count(*) FILTER (WHERE {_YEAR}))::int AS cases_12m,
               (count(*) FILTER (WHERE {_YEAR} AND k.kind = '{COMPLAINT}'))::int AS complaints_12m,
               {{as_of}} - (min(k.opened_at) FILTER (WHERE {_OPEN} AND k.kind = '{COMPLAINT}') AT TIME ZONE 'UTC')::date
                   AS oldest_complaint_days,
               (count(*) FILTER (WHERE {_OPEN} AND k.due_at < {{start}}))::int AS overdue_cases,
               avg(extract(epoch FROM {_OVER} - k.opened_at) / 86400) FILTER (WHERE NOT {_OPEN} AND {_YEAR})
                   AS days_to_solve
        FROM service_case k
        WHERE {{only:k.customer}} AND k.opened_at < {{end}} AND (k.deleted_at IS NULL OR k.deleted_at >= {{end}})
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
        ),
        Fact(
            name="open_complaints",
            title=N_("Open complaints"),
            unit=COUNT,
            kind=INTEGER,
            help=N_("Complaints that are not solved."),
            change_by=N_("Solve the open complaints"),
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
        ),
        Fact(
            name="overdue_cases",
            title=N_("Overdue cases"),
            unit=COUNT,
            kind=INTEGER,
            help=N_("Open cases that should have been solved before today."),
            change_by=_SOLVE,
        ),
        Fact(
            name="days_to_solve",
            title=N_("Days to solve a case"),
            unit=DAYS,
            kind=DECIMAL,
            unknown=True,
            help=N_("Average days from opening to solution, of the cases of the last twelve months."),
            change_by=_SOLVE,
        ),
    ),
)

GROUPS = (CASES,)
