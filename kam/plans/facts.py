"""What is known of a customer from its plans, and of a plan itself."""

from __future__ import annotations

from kam.facts.declare import BOOLEAN, COUNT, DAYS, INTEGER, YES_NO, Fact, FactGroup
from kam.language import N_
from kam.plans.sections import REQUIRED
from kam.workflow.meanings import STATE_THEN

IN_FORCE = ("approved", "in_execution")

_STATES = ", ".join(f"'{state}'" for state in IN_FORCE)
_REQUIRED = ", ".join(f"'{key}'" for key in REQUIRED)

_THERE = "p.created_at < {end} AND (p.deleted_at IS NULL OR p.deleted_at >= {end})"
_OPEN = "(a.done_at IS NULL OR a.done_at >= {end})"

PLANS = FactGroup(
    name="plans",
    sql=f"""
        SELECT p.customer AS subject,
               bool_or({{as_of}} BETWEEN p.period_start AND p.period_end) AS approved_plan,
               max(p.period_end) FILTER (WHERE {{as_of}} BETWEEN p.period_start AND p.period_end) - {{as_of}}
                   AS plan_days_left,
               coalesce(sum(actions.open), 0)::int AS open_actions,
               coalesce(sum(actions.overdue), 0)::int AS overdue_actions
        FROM plan p
        JOIN workflow_instance w ON w.workflow = 'account_plan' AND w.subject = p.id
        LEFT JOIN LATERAL (
            SELECT count(*) AS open, count(*) FILTER (WHERE a.due_on < {{as_of}}) AS overdue
            FROM initiative n JOIN action a ON a.initiative = n.id
            WHERE n.plan = p.id AND {_OPEN}
        ) actions ON TRUE
        WHERE {{only:p.customer}} AND {_THERE} AND {STATE_THEN} IN ({_STATES})
        GROUP BY p.customer
    """,
    facts=(
        Fact(
            name="approved_plan",
            title=N_("Approved plan"),
            unit=YES_NO,
            kind=BOOLEAN,
            help=N_("A plan is approved or in execution, and its period covers the date."),
            change_by=N_("Write a plan, submit it and have a manager approve it"),
            link="/customers/{customer}/plans",
        ),
        Fact(
            name="plan_days_left",
            title=N_("Days left in the plan"),
            unit=DAYS,
            kind=INTEGER,
            unknown=True,
            help=N_("Days until the period of the approved plan ends."),
            change_by=N_("Write the plan for the next period and have it approved"),
            link="/customers/{customer}/plans",
        ),
        Fact(
            name="open_actions",
            title=N_("Open actions"),
            unit=COUNT,
            kind=INTEGER,
            help=N_("Actions of approved plans that are not done."),
            change_by=N_("Do the actions of the plan and mark them as done"),
            link="/customers/{customer}/plans",
        ),
        Fact(
            name="overdue_actions",
            title=N_("Overdue actions"),
            unit=COUNT,
            kind=INTEGER,
            help=N_("Actions of approved plans that were due before today and are not done."),
            change_by=N_("Do the actions of the plan and mark them as done"),
            link="/customers/{customer}/plans",
        ),
    ),
)

_WRITE = N_("Write the plan")

CONTENT = FactGroup(
    name="content",
    subject="plan",
    sql=f"""
        SELECT p.id AS subject,
               {len(REQUIRED)} - (SELECT count(*) FROM plan_section s
                   WHERE s.plan = p.id AND s.key IN ({_REQUIRED}) AND s.text ~ '\\S')::int AS plan_sections_missing,
               p.period_start - {{as_of}} AS plan_days_to_start,
               (SELECT count(*) FROM risk r WHERE r.plan = p.id)::int AS plan_risks,
               objectives.number AS plan_objectives, objectives.unmeasured AS plan_objectives_unmeasured,
               actions.number AS plan_actions, actions.unassigned AS plan_actions_unassigned
        FROM plan p,
        LATERAL (
            SELECT count(*)::int AS number,
                   (count(*) FILTER (WHERE o.fact = '' OR o.target IS NULL OR o.due_on IS NULL))::int AS unmeasured
            FROM objective o WHERE o.plan = p.id
        ) objectives,
        LATERAL (
            SELECT count(*)::int AS number,
                   (count(*) FILTER (WHERE a.owner IS NULL OR a.due_on IS NULL))::int AS unassigned
            FROM initiative n JOIN action a ON a.initiative = n.id WHERE n.plan = p.id
        ) actions
        WHERE {{only:p.id}}
    """,
    facts=(
        Fact(
            name="plan_sections_missing",
            title=N_("Sections not written"),
            unit=COUNT,
            kind=INTEGER,
            help=N_("Required sections of the plan without a text."),
            change_by=N_("Write the missing sections"),
            link="{page}/missing",
        ),
        Fact(
            name="plan_days_to_start",
            title=N_("Days until the plan starts"),
            unit=DAYS,
            kind=INTEGER,
            unknown=True,
            help=N_("Days until the plan's period begins; negative when it has begun."),
            change_by=N_("Change the period of the plan"),
            link="{page}/edit",
        ),
        Fact(
            name="plan_risks",
            title=N_("Risks named"),
            unit=COUNT,
            kind=INTEGER,
            help=N_("Risks that the plan names."),
            change_by=_WRITE,
            link="{page}/sections/risks",
        ),
        Fact(
            name="plan_objectives",
            title=N_("Objectives"),
            unit=COUNT,
            kind=INTEGER,
            help=N_("Objectives of the plan."),
            change_by=_WRITE,
            link="{page}/sections/objectives",
        ),
        Fact(
            name="plan_objectives_unmeasured",
            title=N_("Objectives without a measure"),
            unit=COUNT,
            kind=INTEGER,
            help=N_("Objectives without a fact that measures them, a target or a date."),
            change_by=N_("Give every objective a measure, a target and a date"),
            link="{page}/sections/objectives",
        ),
        Fact(
            name="plan_actions",
            title=N_("Actions"),
            unit=COUNT,
            kind=INTEGER,
            help=N_("Actions of the plan."),
            change_by=_WRITE,
            link="{page}/sections/actions",
        ),
        Fact(
            name="plan_actions_unassigned",
            title=N_("Actions without an owner or a date"),
            unit=COUNT,
            kind=INTEGER,
            help=N_("Actions that nobody owns or that have no date."),
            change_by=N_("Give every action an owner and a date"),
            link="{page}/sections/actions",
        ),
    ),
)
