"""The fixtures keep what they promise: one transaction for the fixture, the test and a request."""

import httpx
from litestar import Litestar, get

from kam.database.engine import DB
from kam.people.tables import Team


@get("/teams/count")
async def count_teams() -> int:
    return int(await DB.fetchval("SELECT count(*) FROM team"))


async def test_the_test_runs_inside_the_transaction_of_the_fixture(db):
    assert DB.running() is not None
    await DB.execute("INSERT INTO team (id, name) VALUES (new_id(), 'Only here')")
    assert await Team.count() == 1


async def test_nothing_of_an_earlier_test_is_left(db):
    assert await DB.fetchval("SELECT count(*) FROM team") == 0


async def test_a_request_joins_the_transaction_of_the_test(db):
    await Team(name="Seen by the page").save()
    app = Litestar([count_teams])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://kam") as client:
        assert (await client.get("/teams/count")).json() == 1


async def test_without_the_fixture_there_is_no_transaction(database):
    assert DB.running() is None
    assert await DB.fetchval("SELECT count(*) FROM team") == 0
