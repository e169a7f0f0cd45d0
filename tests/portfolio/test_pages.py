"""The portfolio: the same customers in every view, and moves that the rules decide."""

import pytest

from kam.database.engine import DB
from kam.workflow.options import instance_of

VIEWS = ("list", "board", "matrix", "pareto")


def steps_of(customer):
    return f"/customers/{customer}/relationship/steps"


@pytest.mark.parametrize("view", VIEWS)
async def test_every_view_is_there_for_everyone(client, cast, view):
    for person in (cast.alice, cast.charlie, cast.rita, cast.ada):
        assert (await (await client(person)).get("/portfolio", params={"view": view})).status_code == 200


@pytest.mark.parametrize("view", ["list", "board"])
async def test_only_visible_customers_are_shown(client, cast, view):
    for person, seen, hidden in ((cast.alice, "Acme", "Omega"), (cast.charlie, "Omega", "Acme")):
        text = (await (await client(person)).get("/portfolio", params={"view": view})).text
        assert seen in text
        assert hidden not in text


async def test_the_board_keeps_the_filters_of_the_address(client, cast):
    browser = await client(cast.ada)
    text = (await browser.get("/portfolio", params={"view": "board", "q": "Acme"})).text
    assert "Acme Industrial" in text
    assert "Omega" not in text


async def test_an_unknown_view_is_not_found(client, cast):
    assert (await (await client(cast.alice)).get("/portfolio?view=cube")).status_code == 404


async def test_a_refused_move_gives_every_reason_and_changes_nothing(client, cast):
    browser = await client(cast.alice)
    sent = {"transition": "develop", "revision": "0"}
    answer = await browser.post(steps_of(cast.acme), data=sent, headers={"accept": "application/json"})
    assert answer.status_code == 409
    assert len(answer.json()["reasons"]) >= 3
    assert (await instance_of("relationship", cast.acme)).state == "build"


async def test_a_move_that_is_allowed_moves_once(client, cast):
    browser = await client(cast.alice)
    sent = {
        "transition": "end",
        "comment": "They closed the plant.",
        "reason": "need",
        "request": "r1",
        "revision": "0",
    }
    for _ in range(2):
        answer = await browser.post(steps_of(cast.acme), data=sent, headers={"accept": "application/json"})
        assert answer.status_code == 200, answer.text
        assert answer.json()["state"] == "break"
    assert await DB.fetchval("SELECT count(*) FROM workflow_step") == 1


async def test_an_outsider_cannot_move_a_card(client, cast):
    answer = await (await client(cast.charlie)).post(steps_of(cast.acme), data={"transition": "end"})
    assert answer.status_code == 404


async def test_a_customer_in_the_matrix_is_a_link_with_its_name_in_both_scripts_and_with_its_values(client, cast):
    await DB.execute("UPDATE customer_fact SET behaviour_index = 70, feeling_index = 30 WHERE customer = $1", cast.acme)
    text = (await (await client(cast.alice)).get("/portfolio?view=matrix")).text
    assert f'<a href="/customers/{cast.acme}" tabindex="-1" aria-label="Acme Industrial 顶点工业">' in text
    assert "behaviour 70, feeling 30" in text and ">Acme Industrial</text>" in text
    assert '<small lang="zh">顶点工业</small>' in text
