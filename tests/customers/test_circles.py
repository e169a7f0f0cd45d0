"""Nobody stands above themselves: not by two who save at one moment, and pages come whatever stands in the tables."""

from __future__ import annotations

from kam.customers.creating import create
from kam.customers.editing import edit
from kam.database.engine import DB
from kam.errors import Invalid
from kam.people.queries import team_tree
from kam.people.teams import add_team, change_team
from kam.trees import circles
from kam.workflow.actors import SYSTEM
from tests.importing.bringing import bring
from tests.racing import at_once


async def test_two_who_make_customers_each_others_parent_at_one_moment(committed, now):
    cast = committed
    for _ in range(5):
        ids = [await create({"name": f"N{number}"}, by=cast.alice, now=now) for number in range(3)]
        pairs = zip(ids, [*ids[1:], ids[0]], strict=True)
        results = await at_once(*(edit(one, {"parent": other}, by=cast.alice, now=now) for one, other in pairs))
        assert [type(result) for result in results if result] == [Invalid]
        assert not circles({row["id"]: row["parent"] for row in await DB.fetch("SELECT id, parent FROM customer")})


async def test_a_file_and_a_form_at_one_moment_close_no_circle_either(committed, now):
    cast = committed
    for number in range(4):
        one, other = [await create({"name": f"N{number}{end}"}, by=cast.alice, now=now) for end in "ab"]
        file = f"name,parent company\nN{number}a,N{number}b\n"
        results = await at_once(
            bring("customers", file, cast.alice), edit(other, {"parent": one}, by=cast.alice, now=now)
        )
        assert not [result for result in results if isinstance(result, BaseException) and type(result) is not Invalid]
        assert not circles({row["id"]: row["parent"] for row in await DB.fetch("SELECT id, parent FROM customer")})


async def test_two_who_put_teams_below_each_other_at_one_moment(committed, now):
    for number in range(5):
        ids = [await add_team(name=f"T{number}{letter}", by=SYSTEM, now=now) for letter in "abc"]
        tries = [
            change_team(one, name=f"T{number}{letter}", parent=other, region="", by=SYSTEM, now=now)
            for one, other, letter in zip(ids, [*ids[1:], ids[0]], "abc", strict=True)
        ]
        below = add_team(name=f"T{number}d", parent=ids[0], by=SYSTEM, now=now)
        *results, added = await at_once(*tries, below)
        assert [type(result) for result in results if result] == [Invalid]
        assert not isinstance(added, BaseException)
        assert not circles({row["id"]: row["parent"] for row in await DB.fetch("SELECT id, parent FROM team")})


async def test_customers_and_teams_in_a_circle_are_shown_and_can_be_freed(client, cast, now):
    other = await create({"name": "Other", "parent": cast.acme}, by=cast.alice, now=now)
    await DB.execute("UPDATE customer SET parent = $2 WHERE id = $1", cast.acme, other)
    await DB.execute("UPDATE team SET parent = CASE id WHEN $1 THEN $2 ELSE $1 END", cast.north, cast.south)
    browser = await client(cast.alice)
    for path in (f"/customers/{cast.acme}", f"/customers/{cast.acme}/edit", "/customers", "/portfolio"):
        assert (await browser.get(path)).status_code == 200
    assert sorted((team["name"], team["depth"]) for team in await team_tree()) == [("North", 0), ("South", 1)]
    admin = await client(cast.ada)
    for path in ("/teams", f"/teams/{cast.north}"):
        assert "South" in (await admin.get(path)).text
    await edit(cast.acme, {"parent": None}, by=cast.alice, now=now)
    await change_team(cast.north, name="North", parent=None, region="", by=SYSTEM, now=now)
