"""A quotation is sent in versions, lapses unanswered, and becomes an order when it is accepted."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from kam.database.engine import DB
from kam.errors import Invalid, NotFound, Refused, Stale
from kam.facts.gathering import gather
from kam.quotations.kind import QUOTATION
from kam.records.adding import add
from kam.records.editing import edit
from kam.records.finding import find
from kam.workflow.advancing import advance
from kam.workflow.deadlines import settle
from kam.workflow.instances import instance_of
from tests.racing import at_once


async def _step(quotation, name, by, now, comment=""):
    instance, seen = await instance_of("quotation", quotation), await find(QUOTATION, by, quotation)
    return await advance(instance.id, name, by=by, now=now, revision=seen["revision"], comment=comment)


async def test_each_time_it_is_sent_a_version_is_kept_and_only_a_draft_is_changed(cast, now, quotation):
    assert (await _step(quotation, "send", cast.alice, now)).fields["version"] == 1
    with pytest.raises(Invalid):
        await edit(QUOTATION, quotation, {"title": "Nine drives"}, by=cast.alice, now=now)
    await _step(quotation, "revise", cast.alice, now)
    await edit(QUOTATION, quotation, {"title": "Nine drives"}, by=cast.alice, now=now)
    assert (await _step(quotation, "send", cast.alice, now)).fields["version"] == 2
    titles = await DB.fetch("SELECT content ->> 'title' AS title FROM quotation_version ORDER BY number")
    assert [row["title"] for row in titles] == ["Ten drives", "Nine drives"]


async def test_unanswered_it_lapses_after_its_last_day_counts_no_more_and_can_be_written_anew(cast, now, quotation):
    async def open_ones(moment):
        return await gather("customer", cast.acme, as_of=moment.date(), names=["open_quotations"])

    await _step(quotation, "send", cast.alice, now)
    last_day = now + timedelta(days=30)
    await settle(last_day)
    assert await open_ones(last_day) == {"open_quotations": 1}
    later = now + timedelta(days=31)
    await settle(later)
    assert (await find(QUOTATION, cast.alice, quotation))["state"] == "lapsed"
    assert await open_ones(later) == {"open_quotations": 0}
    await _step(quotation, "revise", cast.alice, later)
    with pytest.raises(Refused) as refused:
        await _step(quotation, "send", cast.alice, later)
    assert {one.fact for one in refused.value.blockers} == {"days_to_valid_until"}
    await edit(QUOTATION, quotation, {"valid_until": later.date()}, by=cast.alice, now=later)
    assert (await _step(quotation, "send", cast.alice, later)).fields["version"] == 2


async def test_when_it_is_accepted_an_order_with_its_lines_is_taken(cast, now, quotation):
    await _step(quotation, "send", cast.alice, now)
    order = (await _step(quotation, "accept", cast.alice, now)).fields["order"]
    assert await DB.fetchval("SELECT total FROM sales_order WHERE id = $1::text::uuid", order) == 1080
    assert await DB.fetchval("SELECT count(*) FROM sales_order_line WHERE sales_order = $1::text::uuid", order) == 2
    assert (await find(QUOTATION, cast.alice, quotation))["state"] == "accepted"


async def test_beyond_the_credit_limit_only_who_may_say_why_turns_it_into_an_order(cast, now, quotation):
    await DB.execute("UPDATE customer SET credit_limit = 1000 WHERE id = $1", cast.acme)
    await _step(quotation, "send", cast.alice, now)
    for by, comment in ((cast.alice, "Please"), (cast.mona, "")):
        with pytest.raises(Refused) as refused:
            await _step(quotation, "accept", by, now, comment)
        assert "beyond_credit_limit" in {one.fact for one in refused.value.blockers}
    assert (await find(QUOTATION, cast.alice, quotation))["state"] == "sent"
    await _step(quotation, "accept", cast.mona, now, "The bank guarantees it")
    assert await DB.fetchval("SELECT count(*) FROM sales_order") == 1


async def test_accepted_twice_at_one_moment_it_becomes_one_order(committed, now):
    said = {
        "title": "Travel",
        "valid_until": now.date(),
        "lines": [{"description": "Travel", "unit_price": Decimal(8)}],
    }
    for _ in range(8):
        one = await add(QUOTATION, said, by=committed.alice, now=now, customer=committed.acme)
        await _step(one, "send", committed.alice, now)
        tried = await at_once(*(_step(one, "accept", by, now) for by in (committed.alice, committed.mona)))
        assert sorted(isinstance(each, Stale | NotFound | Refused) for each in tried) == [False, True], tried
    assert await DB.fetchval("SELECT count(*) FROM sales_order") == 8
