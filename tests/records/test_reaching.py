"""A workflow file that a manager adds for a kind of record reaches the records that there are, without code."""

from __future__ import annotations

import json
import shutil
import time
from datetime import timedelta

import pytest

from kam import starting
from kam.database.columns import new_id
from kam.database.engine import DB
from kam.kinds import KINDS
from kam.records import fields as f
from kam.records import rows
from kam.records.adding import add, judged
from kam.records.recording import plain
from kam.workflow import loading, registry
from kam.workflow.history import verify
from kam.workflow.reaching import reach
from kam.workflow.registry import current
from tests.racing import at_once
from tests.records.making import sample
from tests.stepping import advance

_FIT = [
    kind
    for kind in KINDS
    if kind.belongs and kind.shares_pages and kind.workflow and any(one.type == f.DAY for one in kind.fields)
]
if not _FIT:
    pytest.skip("no kind belongs to customers and has a workflow and a day", allow_module_level=True)
KIND = _FIT[0]
DAY = next(one.name for one in KIND.fields if one.type == f.DAY)
FILE = f"""
name = "signing"
subject = "{KIND.name}"
initial = "unsigned"
title = {{ en = "Signatures", zh_Hans = "签名", zh_Hant = "簽名" }}
description = {{ en = "Who has signed.", zh_Hans = "签署情况。", zh_Hant = "簽署情況。" }}

[states.unsigned]
title = {{ en = "Nobody has signed", zh_Hans = "尚无人签署", zh_Hant = "尚無人簽署" }}
description = {{ en = "The paper is with us.", zh_Hans = "文件在我方。", zh_Hant = "文件在我方。" }}
meaning = "waiting"
icon = "pencil"

[[states.unsigned.deadlines]]
name = "signature_due"
title = {{ en = "Still not signed", zh_Hans = "仍未签署", zh_Hant = "仍未簽署" }}
before = "7 days"
of = "{DAY}"
tell = ["owner"]

[states.signed]
title = {{ en = "All have signed", zh_Hans = "已全部签署", zh_Hant = "已全部簽署" }}
description = {{ en = "The paper is filed.", zh_Hans = "文件已归档。", zh_Hant = "文件已歸檔。" }}
kind = "final"
meaning = "done"

[transitions.complete]
title = {{ en = "Note the last signature", zh_Hans = "登记最后一个签名", zh_Hant = "登記最後一個簽名" }}
from = "unsigned"
to = "signed"
roles = ["manager"]
approves = true
"""


async def nothing(_customers):
    pass


def initial():
    return current().definition(KIND.workflow).initial


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


def values(now):
    return sample(KIND, now, mark="Support") | {DAY: now.date() + timedelta(days=30)}


async def made(cast, now, by=None):
    return await add(KIND, values(now), by=by or cast.alice, now=now, customer=cast.acme)


async def test_a_start_begins_it_for_every_record_and_says_so(cast, now, added, client):
    record = await made(cast, now)
    added()
    await starting._reach(current())
    instance = await DB.fetchrow("SELECT * FROM workflow_instance WHERE subject = $1 AND workflow = 'signing'", record)
    assert (instance["state"], instance["revision"], instance["customer"]) == ("unsigned", 0, cast.acme)
    deadline = await DB.fetchval("SELECT due_at FROM workflow_deadline WHERE instance = $1", instance["id"])
    assert deadline.date() == now.date() + timedelta(days=24)
    page = (await (await client(cast.mona)).get(KIND.address(record))).text
    assert "Signatures" in page
    assert "Nobody has signed" in page
    assert "Note the last signature" in page
    assert "workflow begun" in page
    assert f"/instances/{instance['id']}/steps" in page
    assert await starting._reach(current()) is None
    events = "SELECT count(*) FROM record_change WHERE record = $1 AND event = 'begun'"
    assert await DB.fetchval(events, record) == 1
    assert await verify() == []


async def test_a_new_record_has_it_from_the_start_and_its_steps_leave_the_own_row_alone(cast, now, added):
    added()
    record = await made(cast, now)
    instance = await DB.fetchval("SELECT id FROM workflow_instance WHERE subject = $1 AND workflow = 'signing'", record)
    await advance(instance, "complete", by=cast.mona, now=now)
    row = await DB.fetchrow(f"SELECT state, revision FROM {KIND.sql_table} WHERE id = $1", record)
    assert (row["state"], row["revision"]) == (initial(), 1)


async def test_what_it_approves_stands_on_approvals_and_desk_and_can_be_taken_there(cast, now, added, client):
    added()
    record = await made(cast, now)
    browser = await client(cast.mona)
    for page in ("/approvals", "/"):
        text = (await browser.get(page)).text
        assert "Signatures" in text, page
        assert "Support" in text, page
        assert KIND.address(record) in text, page
    instance = await DB.fetchval("SELECT id FROM workflow_instance WHERE subject = $1 AND workflow = 'signing'", record)
    assert f'action="/instances/{instance}/steps"' in text
    answer = await browser.post(
        f"/instances/{instance}/steps", data={"transition": "complete", "revision": "0", "next": "/approvals"}
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/approvals")


async def test_who_wrote_it_is_not_asked_to_approve_it(cast, now, added, client):
    added()
    await made(cast, now, by=cast.mona)
    from kam.plans.approvals import count_waiting_on

    assert await count_waiting_on(cast.mona) == 0


async def test_one_step_of_it_stands_on_the_timeline_of_the_customer(cast, now, added, client):
    added()
    record = await made(cast, now)
    instance = await DB.fetchval("SELECT id FROM workflow_instance WHERE subject = $1 AND workflow = 'signing'", record)
    await advance(instance, "complete", by=cast.mona, now=now)
    page = (await (await client(cast.alice)).get(f"/customers/{cast.acme}?show={KIND.name}")).text
    assert "Signatures: Note the last signature" in page
    assert KIND.address(record) in page


async def test_two_who_start_at_once_begin_each_once(committed, now, added):
    for _ in range(40):
        await made(committed, now)
    workflows = added()
    tries = (reach(workflows, now=now, changed=nothing) for _ in range(3))
    outcomes = await at_once(*tries)
    assert sum(one.get("signing", 0) for one in outcomes) == 40, outcomes
    assert await DB.fetchval("SELECT count(*) FROM workflow_instance WHERE workflow = 'signing'") == 40
    assert await DB.fetchval("SELECT count(*) FROM record_change WHERE event = 'begun'") == 40


async def test_ten_thousand_begin_in_seconds(cast, now, added):
    whole = judged(KIND, values(now), by=cast.alice, now=now) | {KIND.belongs.column: cast.acme, "state": initial()}
    whole |= {"created_at": now, "updated_at": now, "created_by": cast.alice.id, "revision": 1}
    sent = [
        {name: plain(value) for name, value in whole.items()} | {"id": str(new_id()), "number": f"X-{number}"}
        for number in range(10_000)
    ]
    table = KIND.sql_table
    into = f"INSERT INTO {table} SELECT * FROM jsonb_populate_recordset(NULL::{table}, $1::text::jsonb)"
    await DB.execute(into, json.dumps(sent))
    await rows.keep_all(KIND)
    workflows = added()
    began = time.monotonic()
    assert await reach(workflows, now=now, changed=nothing) == {KIND.workflow: 10_000, "signing": 10_000}
    assert time.monotonic() - began < 10
    found = await DB.fetch("SELECT DISTINCT workflow, state FROM workflow_instance WHERE subject <> customer")
    assert {(row["workflow"], row["state"]) for row in found} == {(KIND.workflow, initial()), ("signing", "unsigned")}
    began = time.monotonic()
    assert await reach(workflows, now=now, changed=nothing) == {}
    assert time.monotonic() - began < 1
