"""A customer as the subject of a workflow: whose it is and who serves it."""

from __future__ import annotations

from kam.language import N_
from kam.workflow.vocabulary import SubjectKind

CUSTOMER = SubjectKind(
    name="customer",
    title=N_("Customer"),
    link="/customers/{subject}",
    standing="""
        SELECT c.id AS customer, c.name AS title, c.owner, ARRAY[]::uuid[] AS authors,
            (SELECT jsonb_agg(jsonb_build_array(m.person, m.position)) FROM account_member m
             WHERE m.customer = c.id AND m.until IS NULL) AS members
        FROM customer c WHERE c.id = {subject} AND c.deleted_at IS NULL
    """,
    every="SELECT id AS subject, id AS customer FROM customer",
)
