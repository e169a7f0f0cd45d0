"""A plan as the subject of a workflow and of facts: its authors are all who have written on it."""

from __future__ import annotations

from dataclasses import replace

from kam.language import N_
from kam.plans import facts
from kam.plans.kind import PLAN as KIND
from kam.records.subject import facts_of, subject_of

PLAN = replace(
    subject_of(KIND),
    title=N_("Key-account plan"),
    approving="approve_plan_version",
    fixing="freeze_plan",
    standing="""
        SELECT c.id AS customer, p.title, c.owner,
            array(SELECT e.person FROM plan_editor e WHERE e.plan = p.id) || p.author AS authors,
            (SELECT jsonb_agg(jsonb_build_array(m.person, m.position)) FROM account_member m
             WHERE m.customer = c.id AND m.until IS NULL) AS members
        FROM plan p JOIN customer c ON c.id = p.customer
        WHERE p.id = {subject} AND p.deleted_at IS NULL AND c.deleted_at IS NULL
    """,
)
FACTS = replace(facts_of(KIND), groups=(*facts_of(KIND).groups, facts.CONTENT))
