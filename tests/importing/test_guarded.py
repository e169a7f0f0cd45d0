"""What guards refuse of a file is left out, and what is left is looked at again, since it may have rested on it."""

from __future__ import annotations

from kam.database.engine import DB
from tests.importing.bringing import bring
from tests.records.guarded import guarding

HEADER = "opportunity id,customer id,name,stage,amount\n"
PAIRS = """
[guards.small]
title = { en = "Nothing large", zh_Hans = "不收大额", zh_Hant = "不收大額" }
kind = "opportunity"
meanings = ["open"]
guard = { fact = "amount", at_most = 100 }

[guards.pairs]
title = { en = "Never one alone", zh_Hans = "不收单个", zh_Hant = "不收單個" }
kind = "opportunity"
meanings = ["open"]
guard = { fact = "open_opportunities", at_least = 2 }
"""


async def test_what_only_held_together_with_something_refused_is_refused_too(cast):
    with guarding(PAIRS):
        rows = "A,C-ACME,Large,Prospecting,500\nB,C-ACME,Small,Prospecting,50\n"
        report = await bring("opportunities", HEADER + rows, cast.alice)
        assert (report.findings["guard:small"], report.findings["guard:pairs"]) == (1, 1)
        assert await DB.fetchval("SELECT count(*) FROM opportunity") == 0
        two = "C,C-ACME,Small,Prospecting,50\nD,C-ACME,Other,Prospecting,60\n"
        assert (await bring("opportunities", HEADER + rows + two, cast.alice)).records["opportunities"]["new"] == 3


ROLES = """
[guards.no_boss]
title = { en = "Nobody who decides", zh_Hans = "不收决策人", zh_Hant = "不收決策人" }
kind = "contact_role"
fields = ["influence"]
guard = { fact = "influence", at_most = 3 }
"""
PEOPLE = "customer,name,influence\n"


async def test_what_hangs_on_a_record_is_guarded_with_it_when_it_begins_and_when_it_changes(cast):
    with guarding(ROLES):
        two = PEOPLE + "C-ACME,Li Na,5\nC-ACME,Wang,2\n"
        report = await bring("contacts", two, cast.alice)
        assert (report.findings["guard:no_boss"], report.records["contacts"]["new"]) == (1, 1)
        assert [row["name"] for row in await DB.fetch("SELECT name FROM contact")] == ["Wang"]
        report = await bring("contacts", PEOPLE + "C-ACME,Wang,5\n", cast.alice)
        assert (report.findings["guard:no_boss"], report.records["contacts"]["changed"]) == (1, 0)
        assert await DB.fetchval("SELECT influence FROM contact_role") == 2
