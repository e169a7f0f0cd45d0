"""What a start does with records that stand in states of yesterday's workflow files, and what check says of them."""

from __future__ import annotations

import logging

import pytest

from kam import cli
from kam.checking import check_standing
from kam.database.engine import DB
from kam.starting import _take_along
from kam.vocabulary import VOCABULARY
from kam.workflow import registry
from kam.workflow.loading import assemble
from kam.workflow.options import instance_of
from tests.placing import place_in
from tests.workflow.test_renaming import files


def kept(text: str) -> str:
    """`maintain` is called `keep`."""
    return text.replace("[states.maintain", "[states.keep").replace('"maintain"', '"keep"')


def claimed(text: str) -> str:
    return kept(text).replace("[states.keep]\n", '[states.keep]\nrenamed_from = "maintain"\n')


@pytest.fixture
async def maintained(cast):
    """acme stands in `maintain`."""
    before = registry.current()
    await place_in("relationship", cast.acme, "maintain")
    await DB.execute("UPDATE customer_fact SET stage = 'maintain' WHERE customer = $1", cast.acme)
    yield
    registry.install(before)


def install(change):
    workflows = assemble(files(relationship=change), VOCABULARY)
    registry.install(workflows)
    return workflows


async def test_a_start_takes_along_what_stands_in_a_renamed_state_with_its_facts(cast, maintained, caplog):
    await _take_along(install(claimed))
    assert (await instance_of("relationship", cast.acme)).state == "keep"
    assert await DB.fetchval("SELECT stage FROM customer_fact WHERE customer = $1", cast.acme) == "keep"
    assert not [one for one in caplog.records if one.levelno >= logging.WARNING]
    assert await check_standing() == []


async def test_a_start_and_check_say_who_is_stuck_and_the_remedy(maintained, caplog):
    await _take_along(install(kept))
    said = (
        "1 record stands in the state `maintain`, which relationship.toml does not have (Acme Industrial): no step "
        'leads on. Write renamed_from = "maintain" at the state that takes its place, or put the state back.'
    )
    assert [one.getMessage() for one in caplog.records if one.levelno >= logging.WARNING] == [said]
    assert await check_standing() == [said]


async def test_a_renamed_stage_is_called_by_its_new_title_in_lists(client, cast, maintained):
    await _take_along(install(lambda text: claimed(text).replace('{ en = "Maintain"', '{ en = "Keep them"', 1)))
    browser = await client(cast.alice)
    for path in ("/customers", "/customers?format=csv", "/portfolio?view=list", f"/customers/{cast.acme}"):
        assert "Keep them" in (await browser.get(path)).text, path


def test_a_start_whose_database_is_killed_meanwhile_goes_on(monkeypatch, capsys):
    tries = []

    async def prepare():
        tries.append(None)
        if len(tries) < 3:
            raise ConnectionResetError("killed")

    monkeypatch.setattr(cli.time, "sleep", lambda _pause: None)
    cli._lasting(prepare)
    assert len(tries) == 3
    assert capsys.readouterr().err.count("once more") == 2
