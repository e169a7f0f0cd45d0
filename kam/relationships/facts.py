"""What is known of a customer from its account team and from where it stands in its workflows."""

from __future__ import annotations

from kam.facts.declare import BOOLEAN, COUNT, DAYS, INTEGER, LEVEL, STAGE, TEXT, YES_NO, Fact, FactGroup
from kam.language import N_
from kam.workflow.definition import RENAMED

WARNING_LEVELS = ("normal", "watch", "doubtful", "exit")
FIRST_STAGE = "build"
LEAD = "lead"

_LEVEL = " ".join(f"WHEN '{state}' THEN {level}" for level, state in enumerate(WARNING_LEVELS))

TEAM = FactGroup(
    name="team",
    sql=f"""
        SELECT m.customer AS subject, count(DISTINCT m.person)::int AS team_size,
               bool_or(m.position = '{LEAD}') AS has_lead
        FROM account_member m
        WHERE {{only:m.customer}} AND m.since <= {{as_of}} AND (m.until IS NULL OR m.until > {{as_of}})
        GROUP BY m.customer
    """,
    facts=(
        Fact(
            name="team_size",
            title=N_("People on the account team"),
            unit=COUNT,
            kind=INTEGER,
            help=N_("Our people who serve on the account team."),
            change_by=N_("Put somebody on the account team"),
        ),
        Fact(
            name="has_lead",
            title=N_("Account team has a lead"),
            unit=YES_NO,
            kind=BOOLEAN,
            help=N_("Somebody on the account team is its lead."),
            change_by=N_("Name a lead of the account team"),
            link="/customers/{customer}/team",
        ),
    ),
)

# An instance that has not moved since answers for the date itself; only one that has is looked up in its history.
STANDING = FactGroup(
    name="standing",
    sql=f"""
        SELECT subject,
               max(state) FILTER (WHERE workflow = 'relationship') AS stage,
               {{as_of}} - max(since) FILTER (WHERE workflow = 'relationship') AS days_in_stage,
               max(CASE state {_LEVEL} END) FILTER (WHERE workflow = 'early_warning') AS warning_level,
               {{as_of}} - max(since) FILTER (WHERE workflow = 'early_warning') AS days_in_warning_level,
               bool_or(state = 'designated') FILTER (WHERE workflow = 'designation') AS key_account
        FROM (
            SELECT w.customer AS subject, w.workflow,
                   CASE WHEN w.entered_at < {{end}} THEN w.state ELSE coalesce(
                       (SELECT s.to_state FROM workflow_step s
                        WHERE s.instance = w.id AND s.at < {{end}} ORDER BY s.number DESC LIMIT 1),
                       (SELECT s.from_state FROM workflow_step s WHERE s.instance = w.id ORDER BY s.number LIMIT 1)
                   ) END AS state,
                   (CASE WHEN w.entered_at < {{end}} THEN w.entered_at ELSE coalesce(
                       (SELECT s.at FROM workflow_step s
                        WHERE s.instance = w.id AND s.at < {{end}} AND s.transition <> '{RENAMED}'
                        ORDER BY s.number DESC LIMIT 1),
                       w.started_at
                   ) END AT TIME ZONE 'UTC')::date AS since
            FROM workflow_instance w
            WHERE {{only:w.customer}} AND w.workflow IN ('relationship', 'early_warning', 'designation')
              AND w.subject = w.customer AND w.started_at < {{end}}
        ) stood
        GROUP BY subject
    """,
    facts=(
        Fact(
            name="stage",
            title=N_("Stage of the relationship"),
            unit=STAGE,
            kind=TEXT,
            empty=f"'{FIRST_STAGE}'",
            help=N_("Where the relationship stands in its lifecycle."),
            change_by=N_("Move the relationship to its next stage"),
        ),
        Fact(
            name="days_in_stage",
            title=N_("Days in the stage"),
            unit=DAYS,
            kind=INTEGER,
            help=N_("Days since the relationship came into its stage."),
            change_by=N_("Move the relationship to its next stage"),
        ),
        Fact(
            name="warning_level",
            title=N_("Warning level"),
            unit=LEVEL,
            kind=INTEGER,
            help=N_("0 normal, 1 watch, 2 doubtful, 3 exit."),
            change_by=N_("Settle what set off the warning and lower the level"),
        ),
        Fact(
            name="days_in_warning_level",
            title=N_("Days in the warning level"),
            unit=DAYS,
            kind=INTEGER,
            help=N_("Days since the warning level was last raised or lowered."),
            change_by=N_("Settle what set off the warning and lower the level"),
        ),
        Fact(
            name="key_account",
            title=N_("Key account"),
            unit=YES_NO,
            kind=BOOLEAN,
            help=N_("The customer is designated as a key account."),
            change_by=N_("Propose the customer as a key account and have it approved"),
        ),
    ),
)

GROUPS = (TEAM, STANDING)
