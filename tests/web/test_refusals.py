"""A refused step is shown on the page it was tried on; and `next` leads nowhere but to our own pages."""

import re

import pytest

from kam import clock
from kam.database.columns import new_id
from kam.database.engine import DB
from kam.web.addresses import local_path
from kam.workflow.options import instance_of
from tests.stepping import advance

ELSEWHERE = (
    "//evil.example", "///evil.example", "https://evil.example/", "https:evil.example", "javascript:alert(1)",
    "http://kam.test/customers", "\\\\evil.example", "/\\evil.example", "\\/evil.example", "/x\\y", "/\t/evil.example",
    "/\n/evil.example", "/x\r\nSet-Cookie: a=b", "\x01/customers", " //evil.example", "/ /evil", "/\x7f/evil", "", None,
    "customers", "//[", "http://[",
)  # fmt: skip
ONWARD = "/portfolio?view=board&q=Acme"


@pytest.fixture
async def warned(cast):
    """Acme is on watch, by its owner's word."""
    instance = await instance_of("early_warning", cast.acme)
    await advance(instance.id, "warn", by=cast.alice, now=clock.now(), comment="Their buyer avoids us.")


SEEN = {"end": "0", "develop": "0", "restore": "1", "doubt": "1", "give_up": "2"}


def trying(transition, **said):
    """As the page offers it: with the revision at which these tests come to the step."""
    return {"transition": transition, "comment": "Typed with care", "revision": SEEN.get(transition), **said}


@pytest.mark.parametrize("address", ELSEWHERE)
async def test_nobody_is_sent_elsewhere_after_a_step(client, cast, address):
    assert local_path(address, "/here") == "/here"
    said = trying("end", reason="need", next=address or "")
    answer = await (await client(cast.alice)).post(f"/customers/{cast.acme}/relationship/steps", data=said)
    assert answer.status_code == 303
    own = "/customers" if address == "\x01/customers" else f"/customers/{cast.acme}"  # a form leaves \x01 out
    assert answer.headers["location"] == own


async def test_a_step_goes_on_where_the_form_says(client, cast):
    said = trying("end", reason="need", next=ONWARD)
    answer = await (await client(cast.alice)).post(f"/customers/{cast.acme}/relationship/steps", data=said)
    assert (answer.status_code, answer.headers["location"]) == (303, ONWARD)


@pytest.mark.parametrize("page", ["/", "/warnings", "/warnings?level=watch", "/warnings/{acme}", "/customers/{acme}"])
async def test_a_refusal_is_shown_in_place_on_each_page_with_the_values_and_what_was_typed(client, cast, warned, page):
    browser, path = await client(cast.mona), page.format(acme=cast.acme)
    answer = await browser.post(f"/customers/{cast.acme}/early_warning/steps", data=trying("restore", next=path))
    assert answer.status_code == 409
    step = tried(answer.text, "restore")
    assert "needed: at most 30 days; now: not known yet." in step
    assert "Typed with care" in step
    assert "Not done:" not in answer.text
    assert heading(answer.text) == heading((await browser.get(path)).text)


async def test_the_rule_against_ones_own_matter_explains_itself_on_the_desk(client, cast, warned):
    browser = await client(cast.alice)
    assert "Nobody does this in their own matter" in tried((await browser.get("/")).text, "restore")
    answer = await browser.post(f"/customers/{cast.acme}/early_warning/steps", data=trying("restore", next="/"))
    assert (answer.status_code, (await instance_of("early_warning", cast.acme)).state) == (409, "watch")
    assert "Nobody does this in their own matter" in tried(answer.text, "restore")


async def test_a_level_is_raised_and_lowered_on_the_desk_which_is_where_one_stays(client, cast, warned):
    browser = await client(cast.mona)
    await DB.execute("UPDATE customer_fact SET overdue_cases = 0 WHERE customer = $1", cast.acme)
    for transition, state in (("doubt", "doubtful"), ("give_up", "exit")):
        desk = (await browser.get("/")).text
        assert f'action="/customers/{cast.acme}/early_warning/steps"' in tried(desk, transition)
        said = trying(transition, next="/")
        answer = await browser.post(f"/customers/{cast.acme}/early_warning/steps", data=said)
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        assert (await instance_of("early_warning", cast.acme)).state == state


async def test_the_board_shows_a_refusal_on_the_card(client, cast):
    said = trying("develop", next="/portfolio?view=board")
    answer = await (await client(cast.alice)).post(f"/customers/{cast.acme}/relationship/steps", data=said)
    assert answer.status_code == 409
    assert "board-refused" in answer.text and "needed:" in answer.text


async def test_what_is_no_longer_offered_is_said_above_the_page_with_what_was_typed(client, cast, warned):
    browser = await client(cast.mona)
    said = trying("warn", next="/warnings", revision="0")
    answer = await browser.post(f"/customers/{cast.acme}/early_warning/steps", data=said)
    assert answer.status_code == 409
    assert "Not done: Put on watch" in answer.text and "Somebody else has taken a step" in answer.text
    assert "Typed with care" in answer.text


async def test_a_view_that_shows_no_steps_says_it_above(client, cast):
    browser, address = await client(cast.alice), f"/customers/{cast.acme}/relationship/steps"
    for view in ("list", "matrix", "pareto"):
        answer = await browser.post(address, data=trying("develop", next=f"/portfolio?view={view}"))
        assert answer.status_code == 409, view
        assert "Not done: Start developing" in answer.text and "Typed with care" in answer.text, view


async def test_a_page_that_takes_no_steps_leaves_the_refusal_to_the_customers_own(client, cast, warned):
    browser = await client(cast.mona)
    hidden = f"/customers/{new_id()}"
    for page in (
        "/people",
        "/no/such/page",
        f"/customers/{cast.acme}/team",
        "//evil.example",
        hidden,
        "/portfolio?view=x",
    ):
        said = trying("restore", next=page)
        answer = await browser.post(f"/customers/{cast.acme}/early_warning/steps", data=said)
        assert answer.status_code == 409 and "Typed with care" in tried(answer.text, "restore")


async def test_a_comment_that_is_too_long_is_an_invalid_field_and_stays(client, cast, warned):
    said = trying("restore", next="/warnings") | {"comment": "Typed with care" * 400}
    answer = await (await client(cast.mona)).post(f"/customers/{cast.acme}/early_warning/steps", data=said)
    assert answer.status_code == 422
    assert "Please shorten this to 5000 characters" in tried(answer.text, "restore")
    assert answer.text.count("Typed with care") == 400


async def test_the_reasons_come_in_the_readers_language(client, cast, warned):
    await DB.execute("UPDATE person SET language = 'zh_Hans' WHERE id = $1", cast.mona.id)
    said = trying("restore", next="/")
    answer = await (await client(cast.mona)).post(f"/customers/{cast.acme}/early_warning/steps", data=said)
    assert "现在无法执行" in tried(answer.text, "restore")


def heading(text):
    return re.search(r"<h1.*?</h1>", text, re.S)[0]


def tried(text, transition):
    """The part of a page that belongs to one step."""
    return re.search(rf'<details class="step" data-transition="{transition}".*?</details>', text, re.S)[0]
