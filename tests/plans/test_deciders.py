"""Who can decide is who the engine lets decide."""

from __future__ import annotations

import pytest

from kam.database.engine import DB
from kam.people.sessions import viewer_of
from kam.people.viewer import Viewer
from kam.plans import approvals
from kam.plans.deciders import deciding, theirs_alone
from kam.workflow.options import instance_of
from tests.belongings import belongings

CHANGES = {
    "nothing": "SELECT 1",
    "another manager": "UPDATE person SET role = 'manager' WHERE email = 'bob@example.com'",
    "a manager of another team": "UPDATE person SET role = 'manager' WHERE email = 'charlie@example.com'",
    "a manager who wrote on it": """
        WITH p AS (UPDATE person SET role = 'manager' WHERE email = 'bob@example.com' RETURNING id)
        INSERT INTO plan_editor (id, plan, person) SELECT new_id(), plan.id, p.id FROM plan, p""",
    "the author is a manager": "UPDATE person SET role = 'manager' WHERE email = 'alice@example.com'",
    "the owner is a manager of elsewhere": """
        WITH p AS (UPDATE person SET role = 'manager' WHERE email = 'charlie@example.com' RETURNING id)
        UPDATE customer SET owner = p.id FROM p WHERE code = 'C-ACME'""",
    "a manager of the team above": """
        WITH t AS (INSERT INTO team (id, name) VALUES (new_id(), 'All') RETURNING id),
             p AS (UPDATE person SET role = 'manager' WHERE email = 'charlie@example.com' RETURNING id),
             m AS (INSERT INTO membership (id, person, team, leads) SELECT new_id(), p.id, t.id, TRUE FROM p, t)
        UPDATE team SET parent = t.id FROM t WHERE team.name = 'North'""",
    "a sponsor of the account team": """
        INSERT INTO account_member (id, customer, person, position, since)
        SELECT new_id(), c.id, p.id, 'sponsor', '2020-01-01' FROM customer c, person p
        WHERE c.code = 'C-ACME' AND p.email = 'charlie@example.com'""",
    "a reader who is sponsor": """
        INSERT INTO account_member (id, customer, person, position, since)
        SELECT new_id(), c.id, p.id, 'sponsor', '2020-01-01' FROM customer c, person p
        WHERE c.code = 'C-ACME' AND p.email = 'rita@example.com'""",
    "nobody": "UPDATE person SET active = FALSE WHERE role IN ('manager', 'administrator')",
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
async def test_who_can_decide_is_who_the_engine_lets_decide(cast, now, change):
    things = await belongings(cast, now)
    await DB.execute(change)
    instance = (await instance_of("account_plan", things.plan)).id
    able = []
    for person in [one for one in vars(cast).values() if isinstance(one, Viewer)]:
        viewer = await viewer_of(person.id, now=now)
        if viewer and any(one.subject == things.plan for one in await approvals.waiting_on(viewer, now=now)):
            able.append(viewer)
    found = await deciding(instance)
    assert found is not None and set(found.now) == {one.name for one in able}
    alone = {one.name for one in able if instance in await theirs_alone(one.id)}
    assert alone == ({able[0].name} if len(able) == 1 else set())
