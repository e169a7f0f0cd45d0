"""What belongs to no customer, with a workflow of its own: approvals, desk, page and board know it without code."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from kam.app import create
from kam.database.engine import DB
from kam.plans.approvals import count_waiting_on
from kam.plans.deciders import deciding, theirs_alone
from kam.records.adding import add
from kam.records.deleting import delete
from kam.records.pages import routing
from tests import clients
from tests.records import made_up
from tests.server import as_owner
from tests.stepping import advance

NOBODYS = replace(made_up.STEPPED, belongs=None, sees="see_costs")
RULES = """
[states.asked]
title = { en = "Asked for", zh_Hans = "已申请", zh_Hant = "已申請" }
description = { en = "Somebody decides.", zh_Hans = "待决定。", zh_Hant = "待決定。" }
meaning = "waiting"

[[states.asked.deadlines]]
name = "answer_due"
title = { en = "An answer is due", zh_Hans = "应予答复", zh_Hant = "應予答覆" }
after = "2 days"
tell = ["owner"]

[transitions.ask]
title = { en = "Ask for it", zh_Hans = "申请", zh_Hant = "申請" }
from = ["planned"]
to = "asked"
roles = ["account_manager", "manager"]

[transitions.grant]
title = { en = "Grant it", zh_Hans = "批准", zh_Hant = "核准" }
from = ["asked"]
to = "made"
roles = ["manager"]
approves = true

[transitions.refuse]
title = { en = "Refuse it", zh_Hans = "退回", zh_Hant = "退回" }
from = ["asked"]
to = "planned"
roles = ["manager"]
comment = "required"
"""


@pytest.fixture
async def nobodys(cast, monkeypatch):
    await made_up.make_visits()
    async with as_owner():
        await DB.execute("ALTER TABLE visit ALTER customer DROP NOT NULL")
    monkeypatch.setitem(made_up.WORKFLOWS, "visiting", made_up.WORKFLOW + RULES)
    with made_up.in_force(NOBODYS):
        yield NOBODYS


@pytest.fixture
async def visiting(nobodys, monkeypatch):
    monkeypatch.setattr(routing, "ROUTES", [*routing.routes_of(NOBODYS), *routing.ROUTES])
    app = create()
    monkeypatch.setattr(clients, "application", lambda: app)
    async with AsyncExitStack() as opened:

        async def open_client(person) -> httpx.AsyncClient:
            return await opened.enter_async_context(await clients.browser(person))

        yield open_client


@pytest.fixture
async def fair(nobodys, cast, now):
    """Asked for by Alice, who owns it."""
    record = await add(NOBODYS, {"title": "Fair in Basel", "guests": 3, "owner": cast.alice.id}, by=cast.alice, now=now)
    instance = await DB.fetchval("SELECT id FROM workflow_instance WHERE subject = $1", record)
    await advance(instance, "ask", by=cast.alice, now=now, comment="Everybody will be there")
    return record, instance


async def test_a_manager_finds_it_among_the_approvals_and_decides(visiting, fair, cast, now):
    record, instance = fair
    mona = await visiting(cast.mona)
    page = (await mona.get("/approvals")).text
    for told in ("Fair in Basel", f'href="/visits/{record}"', "Everybody will be there", "Alice Account", "Grant it"):
        assert told in page, told
    assert "Fair in Basel – Fair in Basel" not in page and "None" not in page.partition("<main")[2]
    desk = (await mona.get("/")).text
    assert "Waiting for your approval" in desk and "Fair in Basel" in desk
    assert await count_waiting_on(cast.mona) == 1
    said = {"transition": "grant", "revision": "2", "next": "/approvals"}
    answer = await mona.post(f"/instances/{instance}/steps", data=said)
    assert answer.status_code == 303, answer.text
    assert await DB.fetchval("SELECT state FROM visit") == "made" and await count_waiting_on(cast.mona) == 0


async def test_nobody_decides_their_own_and_who_does_not_see_it_is_not_told(visiting, fair, cast):
    assert await count_waiting_on(cast.alice) == 0
    assert "Fair in Basel" not in (await (await visiting(cast.sam)).get("/approvals")).text
    assert await count_waiting_on(cast.sam) == await count_waiting_on(cast.rita) == 0


async def test_who_can_decide_is_known_and_whoever_alone_could_is_asked_about_it(fair, cast):
    _, instance = fair
    assert "Mona" in " ".join((await deciding(instance)).now) and "Sam" not in " ".join((await deciding(instance)).now)
    managers = await DB.fetch("SELECT id FROM person WHERE role = 'manager' AND active ORDER BY id")
    for row in managers[1:]:
        await DB.execute("UPDATE person SET active = FALSE WHERE id = $1", row["id"])
    assert await theirs_alone(managers[0]["id"]) == [instance]


async def test_its_deadline_stands_on_the_desk_of_its_owner(visiting, fair, cast):
    await DB.execute("UPDATE workflow_deadline SET due_at = now() + interval '1 day'")
    desk = (await (await visiting(cast.alice)).get("/")).text
    assert "An answer is due" in desk and "Fair in Basel" in desk
    assert f'href="/visits/{fair[0]}"' in desk and "/customers/None" not in desk
    assert "An answer is due" not in (await (await visiting(cast.mona)).get("/")).text
    assert "An answer is due" not in (await (await visiting(cast.charlie)).get("/")).text


async def test_its_page_tells_its_steps_and_its_board_shows_where_it_stands(visiting, fair, cast):
    alice = await visiting(cast.alice)
    page = (await alice.get(f"/visits/{fair[0]}")).text
    past = page.partition("What happened")[2]
    assert "Ask for it" in past and "Planned → Asked for" in past and "Everybody will be there" in past
    board = (await alice.get("/visits/board")).text
    lanes = board.partition("Asked for")[2]
    assert "Fair in Basel" in lanes and "Fair in Basel" in (await alice.get("/visits?state=asked")).text
    assert (await (await visiting(cast.sam)).get("/visits/board")).status_code == 403


async def test_deleted_it_waits_for_nobody(visiting, fair, cast, now):
    await delete(NOBODYS, fair[0], by=cast.alice, now=now + timedelta(minutes=1))
    assert await count_waiting_on(cast.mona) == 0
    for person in (cast.mona, cast.alice):
        browser = await visiting(person)
        for page in ("/", "/approvals"):
            assert "Fair in Basel" not in (await browser.get(page)).text
