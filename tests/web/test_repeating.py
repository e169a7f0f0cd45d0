"""A change that meets others at the same records is tried again; if they are faster each time, nothing is lost."""

from __future__ import annotations

import asyncpg
import pytest

from kam.database.engine import DB
from kam.records import editing
from tests.cast import Cast
from tests.clients import browser

FORM = {"name": "Acme & Sons", "kind": "organisation", "currency": "EUR", "notes": "They asked for a second offer."}


@pytest.fixture
def interrupted(monkeypatch: pytest.MonkeyPatch):
    """`interrupted(2)`: the database ends the next two changes of a customer in favour of others."""
    real = editing.change

    def interrupt(times: int) -> list[int]:
        left = [times]

        async def change(*args, **kwargs):
            left[0] -= 1
            if left[0] >= 0:
                raise asyncpg.DeadlockDetectedError("deadlock detected")
            return await real(*args, **kwargs)

        monkeypatch.setattr(editing, "change", change)
        return left

    return interrupt


async def test_a_change_that_was_interrupted_goes_through_without_a_word(world: Cast, interrupted) -> None:
    interrupted(2)
    async with await browser(world.alice) as alice:
        answer = await alice.post(f"/customers/{world.acme}", data=FORM)
    assert answer.status_code == 303, answer.text
    assert await DB.fetchval("SELECT notes FROM customer WHERE id = $1", world.acme) == FORM["notes"]
    assert await DB.fetchval("SELECT count(*) FROM record_change WHERE record = $1", world.acme) == 1


async def test_interrupted_each_time_it_is_kept_to_be_sent_again(world: Cast, interrupted) -> None:
    left = interrupted(99)
    async with await browser(world.alice) as alice:
        answer = await alice.post(f"/customers/{world.acme}", data=FORM, headers={"origin": "http://kam.test"})
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
        assert 99 - left[0] == 4
        assert "Others were changing the same records" in answer.text
        assert FORM["notes"] in answer.text
        assert f'action="/customers/{world.acme}"' in answer.text
        script = await alice.post(f"/customers/{world.acme}", data=FORM, headers={"accept": "application/json"})
    assert (script.status_code, script.json()["message"][:11]) == (503, "Others were")
    assert await DB.fetchval("SELECT name FROM customer WHERE id = $1", world.acme) == "Acme Industrial"
