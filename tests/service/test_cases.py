"""Cases as a kind of record: numbers, due dates, whose contact and order they concern, and who may see them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kam.database.engine import DB
from kam.errors import Invalid, NotAllowed, NotFound
from kam.facts.gathering import gather
from kam.records.editing import edit
from kam.records.finding import find
from kam.service.kind import CASE
from tests.facts import book
from tests.solving import opened


async def known(cast, *names):
    return tuple(await DB.fetchrow(f"SELECT {', '.join(names)} FROM customer_fact WHERE customer = $1", cast.acme))


async def test_a_case_gets_the_next_number_and_a_due_date_by_its_priority(cast, now):
    cases = [await opened(cast.acme, by=cast.sam, now=now, priority=one) for one in ("normal", "urgent")]
    one, two = [await find(CASE, cast.sam, case) for case in cases]
    assert one["number"].startswith("S-2026-") and int(two["number"][-6:]) == int(one["number"][-6:]) + 1
    assert (one["due_at"] - now, two["due_at"] - now) == (timedelta(days=3), timedelta(hours=8))
    assert (one["state"], one["owner"]) == ("open", None)
    assert await known(cast, "open_cases", "open_complaints") == (2, 2)


async def test_contact_and_order_must_be_the_customers_own(cast, now):
    with pytest.raises(Invalid) as refusal:
        await opened(cast.acme, by=cast.sam, now=now, contact=cast.omega, sales_order=cast.omega)
    assert set(refusal.value.fields) == {"contact", "sales_order"}


async def test_outsiders_and_readers_are_refused(cast, now):
    case = await opened(cast.acme, by=cast.sam, now=now)
    with pytest.raises(NotFound):
        await edit(CASE, case, {"subject": "Mine"}, by=cast.charlie, now=now)
    with pytest.raises(NotAllowed):
        await opened(cast.acme, by=cast.rita, now=now)


async def test_nobody_who_left_or_only_reads_gets_a_case(cast, now):
    await DB.execute("UPDATE person SET active = FALSE WHERE id = $1", cast.bob.id)
    case = await opened(cast.acme, by=cast.sam, now=now)
    for person in (cast.bob.id, cast.rita.id):
        with pytest.raises(Invalid) as refusal:
            await opened(cast.acme, by=cast.sam, now=now, owner=person)
        assert set(refusal.value.fields) == {"owner"}
        with pytest.raises(Invalid):
            await edit(CASE, case, {"owner": person}, by=cast.sam, now=now)
    await DB.execute("UPDATE service_case SET owner = $2 WHERE id = $1", case, cast.bob.id)
    await edit(CASE, case, {"owner": cast.bob.id, "subject": "Still leaking"}, by=cast.sam, now=now)


async def test_what_was_there_before_the_workflow_is_open_until_it_was_solved(cast, as_of):
    case = await book.case(cast.acme, 9, state="solved", solved_at=book.moment(4))
    await book.instance("service_case", case, cast.acme, "solved", book.moment(-1))
    known = [
        (await gather("customer", cast.acme, as_of=as_of - timedelta(days=ago), names=["open_cases"]))["open_cases"]
        for ago in (6, 1)
    ]
    assert known == [1, 0]
