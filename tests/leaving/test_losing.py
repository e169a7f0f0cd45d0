"""Before somebody gets a role with which they could not look after what they hold, that is seen; on every door."""

from __future__ import annotations

import re

import pytest

from kam.database.engine import DB
from kam.errors import DomainError, NotAllowed
from kam.leaving import cli
from kam.leaving.deactivating import Holds
from kam.leaving.holdings import mark_of
from kam.leaving.losing import change, change_role
from tests.belongings import belongings


@pytest.fixture
async def things(cast, now):
    return await belongings(cast, now)


async def role(person) -> str:
    return await DB.fetchval("SELECT role FROM person WHERE id = $1", person.id)


async def test_who_only_reads_looks_after_nothing(cast, things, now):
    with pytest.raises(Holds) as refused:
        await change(cast.alice.id, {"role": "read_only"}, by=cast.ada, now=now)
    assert [one.title for one in refused.value.holdings][:2] == [
        "Customers that they own", "Account teams on which they serve"
    ]  # fmt: skip
    assert set(refused.value.fields) == {"role"} and await role(cast.alice) == "account_manager"
    seen = mark_of(refused.value.holdings)
    with pytest.raises(Holds, match="changed meanwhile"):
        await change(cast.alice.id, {"role": "read_only"}, seen="0" * 16, by=cast.ada, now=now)
    await change(cast.alice.id, {"role": "read_only"}, seen=seen, by=cast.ada, now=now)
    assert await role(cast.alice) == "read_only"


async def test_only_what_the_new_role_may_not_is_listed(cast, things, now):
    with pytest.raises(Holds) as refused:
        await change(cast.alice.id, {"role": "service"}, by=cast.ada, now=now)
    titles = [one.title for one in refused.value.holdings]
    assert "Opportunities" in titles and "Next steps that they promised" not in titles
    await change(cast.alice.id, {"role": "team_member"}, by=cast.ada, now=now)
    assert await role(cast.alice) == "team_member"


async def test_an_approval_that_waits_for_them_alone_is_lost_with_the_role(cast, things, now):
    await DB.execute("UPDATE person SET active = FALSE WHERE id = $1", cast.ada.id)
    with pytest.raises(Holds) as refused:
        await change(cast.mona.id, {"role": "account_manager"}, by=cast.ada, now=now)
    assert [one.title for one in refused.value.holdings] == ["Approvals that wait for them alone"]
    await change(cast.mona.id, {"role": "administrator"}, by=cast.ada, now=now)
    assert await role(cast.mona) == "administrator"


async def test_another_name_asks_for_nothing(cast, things, now):
    await change(cast.alice.id, {"name": "Alice Anders"}, by=cast.ada, now=now)
    with pytest.raises(NotAllowed):
        await change(cast.alice.id, {"role": "read_only"}, by=cast.mona, now=now)


async def test_the_page_shows_the_list_and_takes_its_mark(client, cast, things):
    browser, place = await client(cast.ada), f"/people/{cast.alice.id}"
    data = {
        "name": "Alice Account",
        "email": "alice@example.com",
        "role": "read_only",
        "language": "en",
        "revision": "1",
    }
    for _ in range(2):
        shown = await browser.post(place, data=data)
        assert shown.status_code == 422 and "Acme Industrial" in shown.text and await role(cast.alice) != "read_only"
        assert '<option value="read_only" selected' in shown.text
    mark = re.search(r'name="seen" value="(\w+)"', shown.text)[1]
    assert (await browser.post(place, data=data | {"seen": mark})).status_code == 303
    assert await role(cast.alice) == "read_only"


async def test_the_command_prints_the_list_and_needs_yes(cast, things, now):
    said: list[str] = []
    with pytest.raises(DomainError, match="--yes"):
        await cli.give_role("ALICE@example.com", "read_only", yes=False, now=now, say=said.append)
    assert "Customers that they own: 1 (Acme Industrial)" in said and await role(cast.alice) == "account_manager"
    await cli.give_role("alice@example.com", "read_only", yes=True, now=now, say=said.append)
    assert said[-1] == "alice@example.com is now read_only." and await role(cast.alice) == "read_only"


async def test_who_holds_nothing_changes_at_once(cast, now):
    await change_role("rita@example.com", "service", now=now)
    await change_role("rita@example.com", "read_only", now=now)
    assert await role(cast.rita) == "read_only"
