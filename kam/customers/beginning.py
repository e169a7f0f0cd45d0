"""What begins with a customer: the row of its facts, in the statement that writes it, by form and file alike."""

from __future__ import annotations

from kam.customers.facts import RECORD
from kam.facts.catalogue import current as facts
from kam.facts.statement import of_new
from kam.workflow.registry import current

LIFECYCLE = "relationship"  # the workflow whose state is the stage of a customer
_TODAY = "($1 AT TIME ZONE 'UTC')::date"

# What the facts know of customers at their beginning: their records, and where they stand.
_RECORDS = {
    RECORD.name: """
        SELECT id AS subject, 0 AS customer_age_days, contact_every_days, currency::text, FALSE AS blacklisted FROM made
    """,
    "standing": """
        SELECT id AS subject, {stage} AS stage, 0 AS days_in_stage, 0 AS warning_level,
               0 AS days_in_warning_level, FALSE AS key_account
        FROM made WHERE {stage} IS NOT NULL
    """,
}


def first_facts() -> str:
    """What a refresh would find of one without any other record."""
    names = ", ".join(facts().customer_facts)
    values = ", ".join(f"v.{name}" for name in facts().customer_facts)
    records = {group: sql.format(stage=_first_stage()) for group, sql in _RECORDS.items()}
    return f"""
        known AS (
            INSERT INTO customer_fact (customer, computed_at, as_of, {names})
            SELECT v.subject, $1, {_TODAY}, {values} FROM ({of_new(facts(), "made", records, as_of=_TODAY)}) v
        )
    """


def _first_stage() -> str:
    workflows = current().definitions
    return f"'{workflows[LIFECYCLE].initial}'::text" if LIFECYCLE in workflows else "NULL::text"
