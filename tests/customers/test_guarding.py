"""What a guard asks of customers holds by form and by file, and whoever may go beyond it says why."""

from __future__ import annotations

import pytest

from kam.customers.creating import create
from kam.customers.editing import edit
from kam.database.engine import DB
from kam.errors import Refused
from tests.importing.bringing import bring
from tests.records.guarded import guarding

AGREED = """
[guards.agreed]
title = { en = "Say how often", zh_Hans = "请约定频率", zh_Hant = "請約定頻率" }
kind = "customer"
fields = ["contact_every_days"]
guard = { fact = "contact_every_days", known = true }
roles = ["manager"]
"""


async def named(name):
    return await DB.fetchval("SELECT count(*) FROM customer WHERE name = $1", name)


async def test_form_and_verbs_refuse_what_a_guard_refuses(client, cast, now):
    with guarding(AGREED):
        refused = await (await client(cast.alice)).post("/customers", data={"name": "Nordwind", "currency": "EUR"})
        assert refused.status_code == 409 and "Agreed days between contacts" in refused.text
        assert 'value="Nordwind"' in refused.text and await named("Nordwind") == 0
        made = await create({"name": "Südwind", "contact_every_days": 30}, by=cast.alice, now=now)
        with pytest.raises(Refused):
            await edit(made, {"contact_every_days": None}, by=cast.alice, now=now)


async def test_who_may_go_beyond_it_says_why_in_the_form(client, cast):
    typed = {"name": "Nordwind", "currency": "EUR", "kind": "organisation"}
    with guarding(AGREED):
        browser = await client(cast.mona)
        asked = await browser.post("/customers", data=typed)
        assert asked.status_code == 409 and 'name="remark"' in asked.text
        done = await browser.post("/customers", data=typed | {"remark": "A friend"})
    assert done.status_code == 303 and await named("Nordwind") == 1


async def test_a_file_leaves_out_whom_a_guard_refuses(cast):
    with guarding(AGREED):
        report = await bring("customers", "name,city\nNordwind,Kiel\n", cast.alice)
    assert report.records["customers"] == {"new": 0, "changed": 0, "unchanged": 0}
    assert sum(report.findings.values()) == 1 and await named("Nordwind") == 0
