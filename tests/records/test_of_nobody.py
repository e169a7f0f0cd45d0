"""What belongs to no customer is moved by its workflow like everything else: steps, deadlines, triggers and files."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kam.database.engine import DB
from kam.records.adding import add
from kam.records.editing import edit
from kam.web.steps import outlooks_of
from kam.workflow.deadlines import settle
from kam.workflow.history import verify
from kam.workflow.reaching import reach
from kam.workflow.registry import current
from kam.workflow.triggering import sweep
from tests.records import made_up
from tests.server import as_owner
from tests.stepping import advance

NOBODYS = replace(made_up.STEPPED, belongs=None, sees="manage_people")
RULES = """
[[states.planned.deadlines]]
name = "day_over"
title = { en = "The day is over", zh_Hans = "当天已过", zh_Hant = "當天已過" }
before = "0 days"
of = "day"
transition = "missed"

[states.lost]
title = { en = "Missed", zh_Hans = "已错过", zh_Hant = "已錯過" }
description = { en = "It did not take place.", zh_Hans = "未进行。", zh_Hant = "未進行。" }
kind = "final"

[transitions.missed]
title = { en = "Missed", zh_Hans = "已错过", zh_Hant = "已錯過" }
from = "planned"
to = "lost"

[transitions.call_off]
title = { en = "Call off", zh_Hans = "取消", zh_Hant = "取消" }
from = "planned"
to = "lost"

[[triggers]]
name = "dear"
title = { en = "Too dear", zh_Hans = "费用过高", zh_Hant = "費用過高" }
from = "planned"
transition = "call_off"
when = { fact = "cost", above = 1000 }
"""


@pytest.fixture
async def nobodys(cast, monkeypatch):
    await made_up.make_visits()
    async with as_owner():
        await DB.execute("ALTER TABLE visit ALTER customer DROP NOT NULL")
    monkeypatch.setitem(made_up.WORKFLOWS, "visiting", made_up.WORKFLOW + RULES)
    with made_up.in_force(NOBODYS):
        yield NOBODYS


async def stands(record):
    row = await DB.fetchrow(
        "SELECT t.state, i.state AS moved, i.customer, i.id FROM visit t JOIN workflow_instance i ON i.subject = t.id"
        " WHERE t.id = $1",
        record,
    )
    assert row["state"] == row["moved"]
    assert row["customer"] is None
    return row


async def planned(kind, cast, now, **values):
    return await add(kind, {"title": "Fair", "guests": 3, **values}, by=cast.ada, now=now)


async def test_it_is_stepped_by_the_one_address_by_whoever_may_see_it(nobodys, cast, now, client):
    record = await planned(nobodys, cast, now)
    [one] = await outlooks_of(cast.ada, record, now=now)
    said = {"transition": "make", "revision": one.options[0].revision}
    json = {"accept": "application/json"}
    assert (await (await client(cast.mona)).post(one.address, json=said, headers=json)).status_code == 404
    answer = await (await client(cast.ada)).post(one.address, json=said, headers=json)
    assert answer.status_code == 409, "she sees it, but the file lets only managers take the step"
    await advance(one.instance, "make", by=replace(cast.ada, role="manager"), now=now)
    assert (await stands(record))["state"] == "made"
    assert await verify() == []


async def test_its_deadline_acts_and_moves_with_its_date(nobodys, cast, now):
    record = await planned(nobodys, cast, now, day=now.date())
    await edit(nobodys, record, {"day": now.date() + timedelta(days=2)}, by=cast.ada, now=now)
    assert (await settle(now + timedelta(days=1))).acted == 0
    assert (await settle(now + timedelta(days=3))).acted == 1
    assert (await stands(record))["state"] == "lost"


async def test_its_trigger_acts(nobodys, cast, now):
    cheap = await planned(nobodys, cast, now, cost=900)
    dear = await planned(nobodys, cast, now, cost=1100, title="Congress")
    assert (await sweep(now)).moved == 1
    assert [(await stands(one))["state"] for one in (cheap, dear)] == ["planned", "lost"]


async def test_a_file_reaches_it(nobodys, cast, now):
    await DB.execute(
        "INSERT INTO visit (number, title, state, created_at, updated_at) VALUES ('V-9', 'Old', 'made', $1, $1)", now
    )

    async def nothing(_customers):
        pass

    assert await reach(current(), now=now, changed=nothing) == {"visiting": 1}
    assert (await stands(await DB.fetchval("SELECT id FROM visit")))["state"] == "made"
