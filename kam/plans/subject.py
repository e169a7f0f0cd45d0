"""A plan as the subject of a workflow: its authors are all who have written on it."""

from __future__ import annotations

from kam.language import N_
from kam.workflow.vocabulary import SubjectKind

PLAN = SubjectKind(
    name="plan",
    title=N_("Key-account plan"),
    link="/plans/{subject}",
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
    every="SELECT id AS subject, customer FROM plan",
)
