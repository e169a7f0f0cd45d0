"""What the database interrupts for a moment nobody notices; of anything else somebody hears in time what is true."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from html import unescape
from typing import Any

import asyncpg
import pytest

from kam.database.connecting import FOR_PAGES, open_pool
from kam.database.engine import DB
from kam.database.transactions import KamTransaction
from kam.errors import Busy
from kam.records import editing
from kam.web import gate, repeating
from tests.cast import Cast
from tests.clients import browser
from tests.silencing import network

FORM = {"name": "Acme & Sons", "kind": "organisation", "currency": "EUR", "notes": "They asked for a second offer."}
OURS = {"origin": "http://kam.test"}
Doing = Callable[[], Awaitable[Any]]


async def notes_and_changes(world: Cast) -> tuple[str, int]:
    row = await DB.fetchrow(
        "SELECT notes, (SELECT count(*) FROM record_change WHERE record = customer.id) FROM customer WHERE id = $1",
        world.acme,
    )
    return tuple(row)


async def kill_ourselves() -> None:
    """The server ends the connection that we are on."""
    pid = await DB.fetchval("SELECT pg_backend_pid()")
    control = await asyncpg.connect(None, **where())
    await control.execute("SELECT pg_terminate_backend($1)", pid)
    await control.close()
    await DB.fetchval("SELECT 1")


def where() -> dict[str, Any]:
    return {name: DB.config[name] for name in ("host", "port", "user", "database") if name in DB.config}


async def cached_plan() -> None:
    raise asyncpg.InvalidCachedStatementError("cached plan must not change result type")


async def read_only() -> None:
    async with DB.transaction():
        await DB.execute("SET TRANSACTION READ ONLY")
        await DB.execute("UPDATE customer SET notes = notes")


@pytest.fixture
def once(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[int]]:
    """`once(doing)`: that happens in the middle of the next change of a customer, after it has been written."""
    real = editing.change

    def arrange(doing: Doing, times: int = 1) -> list[int]:
        done = [0]

        async def change(*args: Any, **kwargs: Any) -> Any:
            async with DB.transaction():
                answer = await real(*args, **kwargs)
                done[0] += 1
                if done[0] <= times:
                    await doing()
                return answer

        monkeypatch.setattr(editing, "change", change)
        return done

    return arrange


@pytest.mark.parametrize("doing", [kill_ourselves, cached_plan, read_only])
async def test_a_change_that_was_interrupted_before_it_was_kept_is_done_once(world: Cast, once, doing: Doing) -> None:
    tried = once(doing)
    async with await browser(world.alice) as alice:
        answer = await alice.post(f"/customers/{world.acme}", data=FORM)
    assert (answer.status_code, tried) == (303, [2]), answer.text
    assert await notes_and_changes(world) == (FORM["notes"], 1)


async def test_a_change_whose_end_nobody_heard_is_not_repeated_and_says_so(world: Cast, once, monkeypatch) -> None:
    async def never() -> None: ...

    tried, commit = once(never), KamTransaction.commit

    async def unheard(self: KamTransaction) -> None:
        await commit(self)
        if self._parent is None:
            raise asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation")

    async with await browser(world.alice) as alice:
        monkeypatch.setattr(KamTransaction, "commit", unheard)
        answer = await alice.post(f"/customers/{world.acme}", data=FORM, headers=OURS)
    assert (answer.status_code, tried) == (503, [1])
    assert "it may have been saved or not" in answer.text and FORM["notes"] in answer.text
    assert await notes_and_changes(world) == (FORM["notes"], 1)


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (asyncpg.QueryCanceledError("canceling statement due to statement timeout"), "took too long"),
        (asyncpg.LockNotAvailableError("canceling statement due to lock timeout"), "Others were changing"),
        (asyncpg.TooManyConnectionsError("sorry, too many clients already"), "more is asked"),
        (asyncpg.CannotConnectNowError("the database system is in recovery mode"), "does not answer"),
        (ConnectionResetError("reset by peer"), "does not answer"),
    ],
)
async def test_what_lasts_is_told_with_a_time_and_keeps_what_was_typed(world: Cast, once, failure, said) -> None:
    async def fail() -> None:
        raise failure

    once(fail, times=99)
    async with await browser(world.alice) as alice:
        answer = await alice.post(f"/customers/{world.acme}", data=FORM, headers=OURS)
    assert answer.status_code == 503 and int(answer.headers["retry-after"]) > 0
    assert said.lower() in answer.text.lower() and FORM["notes"] in answer.text
    assert await notes_and_changes(world) != (FORM["notes"], 1)


async def test_a_page_whose_connection_is_ended_while_it_reads_is_read_again(world: Cast) -> None:
    async with await browser(world.alice) as alice:
        assert (await alice.get("/customers")).status_code == 200
        asked = [asyncio.create_task(alice.get("/customers")) for _ in range(20)]
        control = await asyncpg.connect(None, **where())
        for _ in range(2):  # fewer than the tries that a page has
            await asyncio.sleep(0.02)
            await control.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()",
                DB.config["database"],
            )
        await control.close()
        answers = [await one for one in asked]
    assert {one.status_code for one in answers} == {200}


async def test_a_page_and_a_change_that_take_too_long_are_stopped(world: Cast, once, monkeypatch) -> None:
    monkeypatch.setattr(repeating, "seconds_of", lambda _request: 0.5)

    async def sleep() -> None:
        await DB.execute("SELECT pg_sleep(20)")

    once(sleep)
    async with await browser(world.alice) as alice:
        began = time.monotonic()
        answer = await alice.post(f"/customers/{world.acme}", data=FORM, headers=OURS)
    assert time.monotonic() - began < 3
    assert answer.status_code == 503 and "took too long" in answer.text and FORM["notes"] in answer.text
    asleep = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(20)%' AND pid <> pg_backend_pid()"
    assert await DB.fetchval(asleep + " AND state = 'active'") == 0  # nor does the server go on with it


async def test_a_network_that_falls_silent_hangs_no_page_and_pages_are_back_with_it(world: Cast, monkeypatch) -> None:
    monkeypatch.setattr(repeating, "seconds_of", lambda _request: 0.5)
    monkeypatch.setattr(gate, "PAGE_SECONDS", 0.5)
    address = (
        f"postgresql://{where()['user']}@/{DB.config['database']}?host={DB.config['host']}&port={DB.config['port']}"
    )
    async with network(address) as (between, url), await browser(world.alice) as alice:
        with DB.set_aside():
            await open_pool(4, **FOR_PAGES, dsn=url)
            try:
                assert (await alice.get("/customers")).status_code == 200
                between.silent = True
                began = time.monotonic()
                answers = await asyncio.gather(*(alice.get("/customers") for _ in range(8)))
                assert {one.status_code for one in answers} == {503}
                assert time.monotonic() - began < 5
                between.silent = False
                assert (await alice.get("/customers")).status_code == 200
            finally:
                await DB.close()


@pytest.mark.parametrize("failure", [ConnectionResetError("reset by peer"), TimeoutError(), Busy("Full.", seconds=2)])
async def test_what_was_typed_is_kept_where_nobody_could_be_known_and_goes_out_again_as_it_is(
    world: Cast, monkeypatch, failure
) -> None:
    async def unknown(*_: Any) -> None:
        raise failure

    async with await browser(world.alice) as alice:
        place = f"/customers/{world.acme}"
        with monkeypatch.context() as down:
            down.setattr(gate, "_find", unknown)
            answer = await alice.post(place, data=FORM, headers=OURS)
            elsewhere = await alice.post(place, data=FORM, headers={"origin": "http://evil.test"})
            secret = await alice.post("/settings/password", data={"old": "a-secret-word", "x": "y"}, headers=OURS)
            large = await alice.post(place, data={"notes": "long " * 20_000}, headers=OURS)
        assert answer.status_code == 503 and int(answer.headers["retry-after"]) > 0
        assert FORM["notes"] in answer.text and "Sign in" not in answer.text
        assert FORM["notes"] not in elsewhere.text and "a-secret-word" not in secret.text
        assert {one.status_code for one in (elsewhere, secret, large)} == {503}
        fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', answer.text))
        del alice.headers["x-csrf-token"]
        again = await alice.post(place, data={name: unescape(text) for name, text in fields.items()}, headers=OURS)
        assert again.status_code == 303
    assert await notes_and_changes(world) == (FORM["notes"], 1)
