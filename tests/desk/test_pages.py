"""The desk: what needs this person, and nothing that needs somebody else."""

from datetime import timedelta

from kam import clock
from kam.database.engine import DB
from kam.desk.pages import grouped
from kam.desk.queries import Item
from kam.relationships import staffing
from kam.workflow.options import instance_of
from tests.placing import place_in
from tests.talking import log


async def _agree(cast, what):
    now = clock.now()
    values = {
        "channel": "phone", "purpose": "Forecast", "at": now - timedelta(days=9), "next_step": what,
        "next_step_on": (now - timedelta(days=2)).date(),
    }  # fmt: skip
    return await log(cast.acme, values, by=cast.alice, now=now)


async def test_an_empty_desk_says_so_kindly(client, cast):
    text = (await (await client(cast.alice)).get("/")).text
    assert "Nothing needs you" in text


async def test_a_follow_up_stands_on_the_desk_of_who_agreed_to_it_and_of_nobody_else(client, cast):
    await _agree(cast, "Send the offer")
    assert "Send the offer" in (await (await client(cast.alice)).get("/")).text
    for other in (cast.charlie, cast.bob, cast.mona):
        assert "Send the offer" not in (await (await client(other)).get("/")).text


async def test_a_follow_up_is_settled_in_place(client, cast):
    interaction = await _agree(cast, "Send the offer")
    browser = await client(cast.alice)
    answer = await browser.post(f"/desk/follow-ups/{interaction}/completion")
    assert answer.status_code == 303
    assert await DB.fetchval("SELECT next_step_done_at FROM interaction WHERE id = $1", interaction)
    assert "Send the offer" not in (await browser.get("/")).text


async def test_an_outsider_cannot_settle_it(client, cast):
    interaction = await _agree(cast, "Send the offer")
    answer = await (await client(cast.charlie)).post(f"/desk/follow-ups/{interaction}/completion")
    assert answer.status_code == 404


async def test_a_manager_sees_the_numbers_of_the_team(client, cast):
    assert "key accounts" in (await (await client(cast.mona)).get("/")).text
    assert "desk-numbers" not in (await (await client(cast.alice)).get("/")).text


def test_a_step_possible_for_many_customers_is_named_once_with_the_first_of_them(cast, now):
    def item(name, title):
        return Item("step", cast.acme, None, cast.acme, name, "", title, now, "designation", "ordinary", 0, 5)

    items = [item(str(number), "propose") for number in range(5)] + [item("other", "develop")]
    many, alone = grouped(items)
    assert (many.item.title, [one.name for one in many.first], many.more, many.customers) == (
        "propose", ["0", "1", "2"], 2, 5,
    )  # fmt: skip
    assert ([one.name for one in alone.first], alone.more) == (["other"], 0)


async def _propose(cast):
    """Acme waits to be designated, and somebody leads it."""
    await staffing.add(cast.acme, cast.alice.id, "lead", by=cast.mona, now=clock.now())
    await place_in("designation", cast.acme, "proposed")


async def test_a_designation_is_decided_on_the_desk_which_is_where_one_stays(client, cast):
    await _propose(cast)
    instance = (await instance_of("designation", cast.acme)).id
    browser, address = await client(cast.mona), f"/instances/{instance}/steps"
    desk = (await browser.get("/")).text
    assert f'action="{address}"' in desk and 'name="next" value="/"' in desk
    answer = await browser.post(address, data={"transition": "designate", "revision": "1", "next": "/"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert (await instance_of("designation", cast.acme)).state == "designated"
    assert 'id="desk-approval"' not in (await browser.get("/")).text


async def test_a_decision_that_is_refused_says_why_on_the_desk_and_keeps_what_was_typed(client, cast):
    await _propose(cast)
    browser, address = await client(cast.mona), f"/customers/{cast.acme}/designation/steps"
    answer = await browser.post(address, data={"transition": "decline", "comment": " ", "revision": "1", "next": "/"})
    assert answer.status_code == 409 and "One entry needs a correction." in answer.text
    at_the_field = answer.text.split("A comment is needed: say why.")[0].rsplit("<textarea", 1)[1]
    assert 'aria-invalid="true"' in at_the_field and "This step is not possible now." not in answer.text
    said = {"transition": "designate", "comment": "Welcome aboard", "revision": "7", "next": "/approvals"}
    answer = await browser.post(address, data=said)
    assert answer.status_code == 409 and "Somebody else has taken a step" in answer.text
    assert "Welcome aboard</textarea>" in answer.text and "Not done:" not in answer.text


async def test_an_outsider_takes_no_step_from_the_desk(client, cast):
    await _propose(cast)
    data = {"transition": "designate", "next": "/"}
    answer = await (await client(cast.charlie)).post(f"/customers/{cast.acme}/designation/steps", data=data)
    assert answer.status_code == 404
