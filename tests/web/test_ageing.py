"""Pages that show facts say when the nightly sweep is old or has failed; no page waits for the answer."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from kam import sweeping
from kam.checking import check_clock
from kam.clock import now as clock
from kam.database.engine import DB
from kam.jobs import last_runs
from kam.plans.starting import start
from kam.web.ageing import AGEING

SHOWING = ("/", "/portfolio", "/portfolio?view=board", "/portfolio?view=matrix", "/portfolio?view=pareto", "/ranking",
           "/customers", "/customers/{acme}", "/warnings", "/warnings/{acme}", "/plans/{plan}")  # fmt: skip
AS_OF = "The figures are as of"


@pytest.fixture
async def swept(db, monkeypatch):
    """`await swept(hours, fault)`: the last good sweep was so many hours ago, as this process knows by now."""
    AGEING.forget()
    monkeypatch.setattr("kam.web.ageing.KEPT_SECONDS", 10**9)  # what the test has told is asked for no more
    monkeypatch.setattr(AGEING, "_at", 10**9)

    async def say(hours: float | None, fault: str = "") -> None:
        await DB.execute("DELETE FROM periodic_run WHERE name = 'sweep'")
        good = None if hours is None else clock() - timedelta(hours=hours)
        await DB.execute("INSERT INTO periodic_run (name, good_at, fault) VALUES ('sweep', $1, $2)", good, fault)
        await AGEING.look()

    yield say
    AGEING.forget()


async def test_every_page_that_shows_facts_says_that_they_are_old(client, cast, swept, now):
    browser = await client(cast.alice)
    year = {"period_start": date(2027, 1, 1), "period_end": date(2027, 12, 31)}
    plan = await start(cast.acme, title="Acme 2027", **year, by=cast.alice, now=now)
    await swept(30)
    for address in SHOWING:
        answer = await browser.get(address.format(acme=cast.acme, plan=plan))
        assert (answer.status_code, answer.text.count(AS_OF)) == (200, 1), address
        assert "Please tell an administrator." in answer.text
    assert AS_OF not in (await browser.get("/people")).text


async def test_a_sweep_that_failed_is_told_at_once_and_one_that_was_good_ends_it(client, cast, swept):
    browser = await client(cast.alice)
    await swept(1)
    assert AS_OF not in (await browser.get("/warnings")).text
    await swept(1, "ConnectionResetError: gone")
    told = (await browser.get("/warnings")).text
    assert AS_OF in told and "ConnectionResetError" not in told
    await sweeping.sweep(clock())
    await AGEING.look()
    assert AS_OF not in (await browser.get("/warnings")).text


async def test_an_administrator_is_told_where_to_look(client, cast, swept):
    await swept(30)
    told = (await (await client(cast.ada)).get("/ranking")).text
    assert "“kam check” says why" in told and "Please tell" not in told


async def test_a_sweep_that_was_never_good_is_told_once_a_night_has_passed(client, cast, swept, monkeypatch):
    browser = await client(cast.alice)
    monkeypatch.setattr(last_runs, "_LATE", timedelta(days=9999))
    await swept(None)
    assert "old-figures" not in (await browser.get("/")).text
    monkeypatch.setattr(last_runs, "_LATE", timedelta(0))  # as if the database had been there for longer
    assert "has never succeeded" in (await browser.get("/")).text
    (said,) = await check_clock(clock())
    assert "“sweep”" in said and "never" in said


async def test_it_is_asked_once_for_all_pages_and_what_was_known_stands_while_nobody_answers(db, monkeypatch):
    asked = []

    async def gone(*names):
        asked.append(names)
        raise ConnectionResetError("gone")

    AGEING.forget()
    monkeypatch.setattr("kam.web.ageing.last_runs", gone)
    moment = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)
    assert [await AGEING.old(moment) for _ in range(20)] == [None] * 20
    assert len(asked) == 1
    AGEING.forget()
