"""The workflows as anybody can read them."""

import pytest

from kam.schedule import SCHEDULE
from kam.workflow.registry import current


async def test_every_workflow_is_listed(client, cast):
    text = (await (await client(cast.rita)).get("/workflows")).text
    for name in current().definitions:
        assert f"/workflows/{name}" in text


@pytest.mark.parametrize("name", ["relationship", "designation", "account_plan", "early_warning"])
async def test_a_workflow_shows_its_drawing_and_its_rules(client, cast, name):
    text = (await (await client(cast.bob)).get(f"/workflows/{name}")).text
    assert "<svg" in text
    assert "Taken by:" in text


async def test_what_runs_by_itself_is_said_in_words(client, cast):
    text = (await (await client(cast.bob)).get("/workflows")).text
    for job in SCHEDULE:
        assert job.name not in text
        assert job.cron not in text


async def test_an_unknown_workflow_is_not_found(client, cast):
    assert (await (await client(cast.bob)).get("/workflows/lottery")).status_code == 404


async def test_the_ranking_shows_what_the_viewer_may_see(client, cast):
    text = (await (await client(cast.alice)).get("/ranking")).text
    assert "Acme Industrial" in text
    assert "Omega" not in text
