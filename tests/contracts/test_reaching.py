"""A workflow file that a manager adds for contracts reaches the contracts that there are, without code."""

from __future__ import annotations

import shutil
import time
from datetime import timedelta

import pytest

from kam import starting
from kam.contracts.kind import CONTRACT
from kam.database.engine import DB
from kam.records.adding import add
from kam.workflow import loading, registry
from kam.workflow.history import verify
from kam.workflow.reaching import reach
from kam.workflow.registry import current
from tests.racing import at_once, committed  # noqa: F401
from tests.stepping import advance

FILE = """
name = "signing"
subject = "contract"
initial = "unsigned"
title = { en = "Signatures", zh_Hans = "签名", zh_Hant = "簽名" }
description = { en = "Who has signed.", zh_Hans = "签署情况。", zh_Hant = "簽署情況。" }

[states.unsigned]
title = { en = "Nobody has signed", zh_Hans = "尚无人签署", zh_Hant = "尚無人簽署" }
description = { en = "The paper is with us.", zh_Hans = "文件在我方。", zh_Hant = "文件在我方。" }
meaning = "waiting"
icon = "pencil"

[[states.unsigned.deadlines]]
name = "signature_due"
title = { en = "Still not signed", zh_Hans = "仍未签署", zh_Hant = "仍未簽署" }
before = "7 days"
of = "starts_on"
tell = ["owner"]

[states.signed]
title = { en = "All have signed", zh_Hans = "已全部签署", zh_Hant = "已全部簽署" }
description = { en = "The paper is filed.", zh_Hans = "文件已归档。", zh_Hant = "文件已歸檔。" }
kind = "final"
meaning = "done"

[transitions.complete]
title = { en = "Note the last signature", zh_Hans = "登记最后一个签名", zh_Hant = "登記最後一個簽名" }
from = "unsigned"
to = "signed"
roles = ["manager"]
approves = true
"""


async def nothing(_customers):
    pass


@pytest.fixture
def added(tmp_path, monkeypatch):
    """The folder of workflows with one file more, which is in force."""
    before = registry.current()
    folder = tmp_path / "workflows"
    shutil.copytree(starting.WORKFLOWS, folder)
    (folder / "signing.toml").write_text(FILE, "utf-8")

    def put_in_force():
        registry.install(loading.load(folder, before.vocabulary))
        return registry.current()

    yield put_in_force
    registry.install(before)


async def contract(cast, now, **values):
    values = {"title": "Support", "starts_on": now.date() + timedelta(days=30), **values}
    return await add(CONTRACT, values, by=cast.alice, now=now, customer=cast.acme)


async def test_a_start_begins_it_for_every_contract_and_says_so(cast, now, added, client):
    record = await contract(cast, now)
    added()
    await starting._reach(current())
    instance = await DB.fetchrow("SELECT * FROM workflow_instance WHERE subject = $1 AND workflow = 'signing'", record)
    assert (instance["state"], instance["revision"], instance["customer"]) == ("unsigned", 0, cast.acme)
    deadline = await DB.fetchval("SELECT due_at FROM workflow_deadline WHERE instance = $1", instance["id"])
    assert deadline.date() == now.date() + timedelta(days=24)
    page = (await (await client(cast.mona)).get(f"/contracts/{record}")).text
    assert "Signatures" in page
    assert "Nobody has signed" in page
    assert "Note the last signature" in page
    assert "Workflow begun" in page
    assert f"/instances/{instance['id']}/steps" in page
    assert await starting._reach(current()) is None
    events = "SELECT count(*) FROM record_change WHERE record = $1 AND event = 'begun'"
    assert await DB.fetchval(events, record) == 1
    assert await verify() == []


async def test_a_new_contract_has_it_from_the_start_and_its_steps_leave_the_own_row_alone(cast, now, added):
    added()
    record = await contract(cast, now)
    instance = await DB.fetchval("SELECT id FROM workflow_instance WHERE subject = $1 AND workflow = 'signing'", record)
    await advance(instance, "complete", by=cast.mona, now=now)
    row = await DB.fetchrow("SELECT state, revision FROM contract WHERE id = $1", record)
    assert (row["state"], row["revision"]) == ("draft", 1)


async def test_what_it_approves_stands_on_approvals_and_desk_and_can_be_taken_there(cast, now, added, client):
    added()
    record = await contract(cast, now)
    browser = await client(cast.mona)
    for page in ("/approvals", "/"):
        text = (await browser.get(page)).text
        assert "Signatures" in text, page
        assert "Support" in text, page
        assert f"/contracts/{record}" in text, page
    instance = await DB.fetchval("SELECT id FROM workflow_instance WHERE subject = $1 AND workflow = 'signing'", record)
    assert f'action="/instances/{instance}/steps"' in text
    answer = await browser.post(
        f"/instances/{instance}/steps", data={"transition": "complete", "revision": "0", "next": "/approvals"}
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/approvals")


async def test_who_wrote_it_is_not_asked_to_approve_it(cast, now, added, client):
    added()
    values = {"title": "Support"}
    await add(CONTRACT, values, by=cast.mona, now=now, customer=cast.acme)
    from kam.plans.approvals import count_waiting_on

    assert await count_waiting_on(cast.mona) == 0


async def test_one_step_of_it_stands_on_the_timeline_of_the_customer(cast, now, added, client):
    added()
    record = await contract(cast, now)
    instance = await DB.fetchval("SELECT id FROM workflow_instance WHERE subject = $1 AND workflow = 'signing'", record)
    await advance(instance, "complete", by=cast.mona, now=now)
    page = (await (await client(cast.alice)).get(f"/customers/{cast.acme}?show=contract")).text
    assert "Signatures: Note the last signature" in page
    assert f"/contracts/{record}" in page


async def test_two_who_start_at_once_begin_each_once(committed, now, added):  # noqa: F811
    for _ in range(40):
        await contract(committed, now)
    workflows = added()
    tries = (reach(workflows, now=now, changed=nothing) for _ in range(3))
    outcomes = await at_once(*tries)
    assert sum(one.get("signing", 0) for one in outcomes) == 40, outcomes
    assert await DB.fetchval("SELECT count(*) FROM workflow_instance WHERE workflow = 'signing'") == 40
    assert await DB.fetchval("SELECT count(*) FROM record_change WHERE event = 'begun'") == 40


async def test_ten_thousand_begin_in_seconds(cast, now, added):
    await DB.execute(
        """
        WITH made AS (
            INSERT INTO contract (number, customer, title, starts_on, state, created_at, updated_at)
            SELECT 'X-' || n, $1, 'Many', $2::date, 'in_force', $3, $3 FROM generate_series(1, 10000) n RETURNING *
        )
        INSERT INTO record (id, kind, customer, title, state) SELECT id, 'contract', customer, title, state FROM made
        """,
        cast.acme,
        now.date(),
        now,
    )
    workflows = added()
    began = time.monotonic()
    assert await reach(workflows, now=now, changed=nothing) == {"contract": 10_000, "signing": 10_000}
    assert time.monotonic() - began < 10
    rows = await DB.fetch("SELECT DISTINCT workflow, state FROM workflow_instance WHERE subject <> customer")
    assert {(row["workflow"], row["state"]) for row in rows} == {("contract", "in_force"), ("signing", "unsigned")}
    began = time.monotonic()
    assert await reach(workflows, now=now, changed=nothing) == {}
    assert time.monotonic() - began < 1
