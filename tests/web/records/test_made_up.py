"""Pages of a kind that the program has never heard of, with a field of every type and one that is protected."""

from __future__ import annotations

import pytest

from kam.database.engine import DB
from kam.records.adding import add
from kam.records.editing import edit
from kam.records.finding import find
from tests.formful import sheets

SAID = {
    "title": "A first visit", "about": "The new line\nof machines", "email": "who@example.com", "phone": "+49 30 12345",
    "web": "www.example.com", "tags": "b, a", "guests": "3", "distance": "1.250,5", "sure": "40 %",
    "currency": "CNY", "day": "2026-07-01", "at": "2026-07-01T10:30", "paid": "1", "mood": "good",
}  # fmt: skip
SECRET = "98765"


@pytest.fixture
async def visit(visits, cast, now):
    values = {"title": "Dear", "cost": f"{SECRET}.43", "day": now.date()}
    return await add(visits, values, by=cast.ada, now=now, customer=cast.acme)


async def test_each_type_goes_through_form_page_and_form(visiting, visits, cast):
    browser = await visiting(cast.alice)
    answer = await browser.post("/visits", data={"customer": "C-ACME", "owner": "Bob", **SAID})
    assert answer.status_code == 303, answer.text
    address = answer.headers["location"]
    page = (await browser.get(address)).text
    for shown in (
        "A first visit", "The new line<br>of machines", 'href="mailto:who@example.com"', 'href="tel:+493012345"',
        'href="https://www.example.com"', '<span class="tag">a</span> <span class="tag">b</span>', "1,250.5", "40%",
        "1 Jul 2026", "1 Jul 2026 10:30", "yes", "Good mood", "Bob Team",
    ):  # fmt: skip
        assert shown in page, shown
    form = next(one for one in sheets((await browser.get(f"{address}/edit")).text) if one.action == address).data
    drawn = {"tags": ["a, b"], "distance": ["1250.5"], "paid": ["1"], "at": ["2026-07-01T10:30"], "day": ["2026-07-01"]}
    assert {name: form[name] for name in drawn} == drawn
    assert (await browser.post(address, data=form)).status_code == 303
    assert (await find(visits, cast.alice, address.rsplit("/", 1)[1]))["revision"] == 1


async def test_each_fault_stands_at_its_field_and_nothing_is_lost(visiting, visits, cast):
    wrong = {
        "title": "x" * 301, "email": "nobody", "web": "no address", "guests": "1.000", "distance": "far", "sure": "140",
        "day": "31.3.2026", "at": "noon", "mood": "awful", "owner": "Zoe", "currency": "ZZZ",
    }  # fmt: skip
    answer = await (await visiting(cast.alice)).post("/visits", data={"customer": "Acme", **wrong})
    assert answer.status_code == 422
    for name, typed in wrong.items():
        assert f'id="f-{name}-fault"' in answer.text, name
        assert f'value="{typed}"' in answer.text, name


async def test_what_the_database_refuses_stands_at_its_field(visiting, visits, cast, visit):
    answer = await (await visiting(cast.alice)).post("/visits", data={"customer": "C-ACME", "title": "Dear"})
    assert answer.status_code == 422 and "There is a visit of this name." in answer.text


async def test_a_currency_left_open_is_that_of_the_customer(visiting, visits, cast, db):
    await db.execute("UPDATE customer SET currency = 'CNY' WHERE id = $1", cast.acme)
    browser = await visiting(cast.alice)
    answer = await browser.post("/visits", data={"customer": "C-ACME", "title": "Yuan", "currency": ""})
    assert (await find(visits, cast.alice, answer.headers["location"].rsplit("/", 1)[1]))["currency"] == "CNY"
    assert '<option value="CNY" selected>' in (await browser.get(f"/visits/new?customer={cast.acme}")).text
    assert '<option value="">Customer’s</option>' in (await browser.get("/visits/new")).text


PLACES = (
    "/visits", "/visits?col=cost", "/visits?sort=cost", "/visits?format=csv", "/visits?format=csv&col=cost",
    "/visits/new", "/visits/{visit}", "/visits/{visit}/edit", "/visits?q={secret}",
)  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
async def test_a_protected_field_is_shown_nowhere_to_who_may_not_see_it(visiting, cast, visits, visit, place, now):
    await edit(visits, visit, {"cost": f"{SECRET}.44"}, by=cast.ada, now=now)
    browser = await visiting(cast.alice)
    text = (await browser.get(place.format(visit=visit, secret=SECRET))).text
    shown = text.replace(f'value="{SECRET}"', "").replace(f"q={SECRET}", "")
    assert "Cost of the visit" not in shown and 'name="cost"' not in shown and "-cost" not in shown
    assert SECRET not in shown and "98,765" not in shown


async def test_whoever_may_sees_it_in_list_page_form_history_and_file(visiting, cast, visits, visit, now):
    await edit(visits, visit, {"cost": f"{SECRET}.44"}, by=cast.ada, now=now)
    browser = await visiting(cast.ada)
    for place in ("/visits", "/visits?format=csv", f"/visits/{visit}", f"/visits/{visit}/edit"):
        text = (await browser.get(place)).text
        assert "98,765" in text or SECRET in text, place
    assert "98,765.43 → 98,765.44" in (await browser.get(f"/visits/{visit}")).text


async def test_nobody_guesses_a_protected_value_by_filter_or_order(visiting, visits, cast, now):
    for title, cost in (("Cheap", 1), ("Dear", 1000)):
        await add(visits, {"title": title, "cost": cost}, by=cast.ada, now=now, customer=cast.acme)
    browser, boss = await visiting(cast.alice), await visiting(cast.ada)
    assert "Dear" in (await browser.get("/visits?cost_to=10")).text
    assert "Dear" not in (await boss.get("/visits?cost_to=10")).text
    up, down = [(await browser.get(f"/visits?sort={sort}")).text for sort in ("cost", "-cost")]
    assert (up.index("Cheap") < up.index("Dear")) == (down.index("Cheap") < down.index("Dear"))


async def test_nobody_sets_a_protected_value_by_a_form_of_their_own(visiting, visits, cast, visit):
    browser = await visiting(cast.alice)
    await browser.post(f"/visits/{visit}", data={"revision": "1", "title": "Dear", "cost": "1"})
    await browser.post("/visits", data={"customer": "C-ACME", "title": "Own", "cost": "1"})
    assert str((await find(visits, cast.ada, visit))["cost"]) == f"{SECRET}.43"
    assert "€1" not in (await (await visiting(cast.ada)).get("/visits?q=own")).text


async def test_the_list_is_narrowed_to_one_customer_and_says_so(visiting, visits, cast, visit):
    browser = await visiting(cast.alice)
    page = (await browser.get(f"/visits?customer={cast.acme}")).text
    assert "Only those of" in page and f"/visits/{visit}" in page and f"/visits/new?customer={cast.acme}" in page
    for other in (cast.omega, "nonsense"):
        page = (await browser.get(f"/visits?customer={other}")).text
        assert "You see no such customer." in page and f"/visits/{visit}" not in page and "Omega" not in page


async def test_filters_narrow_by_type(visiting, visits, cast):
    browser = await visiting(cast.alice)
    assert (await browser.post("/visits", data={"customer": "C-ACME", "owner": "Bob", **SAID})).status_code == 303
    fits = (
        "distance_from=1.250,5", "sure_to=40", "day_from=2026-07-01&day_to=2026-07-01", "at_from=2026-07-01",
        "paid=yes", "mood=good", "owner=Bob", "tags=a", "guests_from=3", "about=machines", "email=who", "currency=CNY",
        "state=planned", "q=first+visit",
    )  # fmt: skip
    for query in fits:
        assert "A first visit" in (await browser.get(f"/visits?{query}")).text, query
    for query in ("distance_from=1.250,6", "paid=no", "mood=bad", "owner=Ada", "tags=z", "state=made", "about=food"):
        assert "A first visit" not in (await browser.get(f"/visits?{query}")).text, query


async def test_a_step_is_taken_on_the_page_and_refused_in_place(visiting, visits, cast, now):
    visit = await add(visits, {"title": "Dear", "guests": 1}, by=cast.alice, now=now, customer=cast.acme)
    browser = await visiting(cast.mona)
    page = (await browser.get(f"/visits/{visit}")).text
    assert "Note that it took place" in page and "Planned" in page
    address = await _steps_of(visit)
    refused = await browser.post(address, data={"transition": "make", "revision": "1", "comment": "It rained"})
    assert refused.status_code == 409 and "It rained" in refused.text and "<h1>Dear</h1>" in refused.text
    await edit(visits, visit, {"guests": 2}, by=cast.alice, now=now)
    late = await browser.post(address, data={"transition": "make", "revision": "1"})
    assert late.status_code == 409, "the edit came between"
    taken = await browser.post(address, data={"transition": "make", "revision": "2"})
    assert taken.status_code == 303, taken.text
    assert "Made" in (await browser.get(f"/visits/{visit}")).text


async def _steps_of(visit):
    return f"/instances/{await DB.fetchval('SELECT id FROM workflow_instance WHERE subject = $1', visit)}/steps"


async def test_what_a_record_refers_to_is_chosen_shown_and_found_by_its_name(visiting, visits, cast, visit):
    browser = await visiting(cast.alice)
    said = {"customer": "C-ACME", "title": "A second visit", "follows": "V-000001"}
    answer = await browser.post("/visits", data=said)
    address = answer.headers["location"]
    assert f'<a href="/visits/{visit}">Dear</a>' in (await browser.get(address)).text
    assert 'value="V-000001 · Dear"' in (await browser.get(f"{address}/edit")).text
    assert "A second visit" in (await browser.get("/visits?follows=dear")).text
    assert "A second visit" not in (await browser.get("/visits?follows=other")).text
    wrong = await browser.post(address, data={"revision": "1", "follows": "V-999999"})
    assert wrong.status_code == 422 and 'id="f-follows-fault"' in wrong.text


async def test_what_belongs_to_a_customer_not_seen_is_not_named(visiting, visits, cast, visit, now):
    secret = await add(visits, {"title": "Zebrafish"}, by=cast.ada, now=now, customer=cast.omega)
    await edit(visits, visit, {"follows": secret}, by=cast.ada, now=now)
    browser, address = await visiting(cast.alice), f"/visits/{visit}"
    for place in ("/visits", "/visits?format=csv", "/visits?follows=zebraf", address, f"{address}/edit"):
        text = (await browser.get(place)).text.replace("zebraf", "")
        assert "Zebrafish" not in text and str(secret) not in text, place
    assert "Dear" not in (await browser.get("/visits?follows=zebraf")).text
    await browser.post(address, data={"revision": "2", "title": "Dearer"})
    assert (await find(visits, cast.ada, visit))["follows_name"] == "Zebrafish"
