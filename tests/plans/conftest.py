"""A plan of acme's, begun by alice, and one that is ready to be submitted."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from kam.database.engine import DB
from kam.plans.planning_actions import plan_action, plan_initiative
from kam.plans.sections import REQUIRED
from kam.plans.setting_objectives import set_objective
from kam.plans.starting import start
from kam.plans.weighing_risks import weigh_risk
from kam.plans.writing import write_section

PERIOD = {"period_start": date(2026, 7, 1), "period_end": date(2027, 6, 30)}


@pytest.fixture
async def plan(cast, now):
    return await begun(cast, now)


@pytest.fixture
async def ready(plan, cast, now):
    await write_all(plan, cast, now)
    return plan


async def begun(cast, now, title="Growing together", period=PERIOD):
    return await start(cast.acme, title=title, **period, by=cast.alice, now=now)


async def write_all(plan, cast, now):
    """Everything that is asked for before it is submitted, and a lead of acme's account team."""
    by = {"by": cast.alice, "now": now}
    for key in REQUIRED:
        await write_section(plan, key, f"{key}: 我们与客户共同成长。", revision=0, **by)
    due = {"due_on": date(2027, 3, 31)}
    await set_objective(plan, title="Double the revenue", fact="revenue_12m", target=Decimal(200), **due, **by)
    initiative = await plan_initiative(plan, title="Third plant", **by)
    await plan_action(plan, initiative, title="Meet the engineers", owner=cast.alice.id, **due, **by)
    await weigh_risk(plan, title="The plant opens late", likelihood=3, impact=4, **by)
    await DB.execute(
        "INSERT INTO account_member (id, customer, person, position, since)"
        " SELECT new_id(), $1, $2, 'lead', $3 WHERE NOT EXISTS (SELECT FROM account_member WHERE customer = $1)",
        cast.acme, cast.alice.id, now.date(),
    )  # fmt: skip
