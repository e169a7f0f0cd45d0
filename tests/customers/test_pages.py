"""The pages of customers: who may see them, what they show, and what they do with bad input."""

import pytest

from kam.customers.editing import edit
from kam.customers.kind import CUSTOMER
from kam.database.engine import DB
from kam.records.deleting import delete
from tests.meeting import met
from tests.talking import log

PAGES = (
    "", "/edit", "/contacts", "/interactions", "/sales", "/service", "/plans",
         "/team", "/history")  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
async def test_the_owner_sees_it_and_the_outsider_does_not(client, cast, page):
    owner, outsider = await client(cast.alice), await client(cast.charlie)
    answer = await owner.get(f"/customers/{cast.acme}{page}")
    assert answer.status_code == 200, answer.text
    assert "Acme Industrial" in answer.text
    assert (await outsider.get(f"/customers/{cast.acme}{page}")).status_code == 404


async def test_the_list_shows_what_the_viewer_may_see(client, cast):
    for person, seen, hidden in ((cast.alice, "Acme", "Omega"), (cast.charlie, "Omega", "Acme")):
        text = (await (await client(person)).get("/customers")).text
        assert seen in text and hidden not in text


@pytest.mark.parametrize("typed", ["acm", "顶点", "工业", "C-ACME"])
async def test_the_list_finds_parts_of_names_in_both_scripts(client, cast, typed):
    text = (await (await client(cast.alice)).get("/customers", params={"q": typed})).text
    assert "Acme Industrial" in text


@pytest.mark.parametrize("sort", ["-score", "level", "-revenue", "owner", "-created"])
async def test_the_list_sorts_by_facts(client, cast, sort):
    assert (await (await client(cast.ada)).get("/customers", params={"sort": sort})).status_code == 200


async def test_every_filter_of_the_list_works(client, cast):
    query = "stage=build&level=normal&key=no&owner=me&revenue_from=0&silent_to=9&segment=mvc&team=" + str(cast.north)
    assert (await (await client(cast.alice)).get("/customers?" + query)).status_code == 200
    assert "Acme" in (await (await client(cast.alice)).get("/customers?level=normal&stage=build&owner=me")).text


async def test_a_customer_is_added_and_its_page_shown(client, cast):
    browser = await client(cast.alice)
    assert (await browser.get("/customers/new")).status_code == 200
    answer = await browser.post("/customers", data={"name": "Nordwind", "name_zh": "北风", "tags": "a, b"})
    assert answer.status_code == 303
    assert "北风" in (await browser.get(answer.headers["location"])).text


async def test_a_repeated_form_adds_one_customer(client, cast):
    browser = await client(cast.alice)
    data = {"name": "Nordwind", "key": "01890000-0000-7000-8000-000000000001"}
    first, second = await browser.post("/customers", data=data), await browser.post("/customers", data=data)
    assert first.headers["location"] == second.headers["location"]
    assert await DB.fetchval("SELECT count(*) FROM customer WHERE name = 'Nordwind'") == 1


async def test_what_is_too_long_says_by_how_much(client, cast):
    browser, long = await client(cast.alice), "x" * 301
    pages = {
        "/customers": "name", f"/customers/{cast.acme}": "name", "/contacts": "job",
        "/interactions": "purpose",
    }  # fmt: skip
    for path, field in pages.items():
        answer = await browser.post(path, data={field: long})
        assert answer.status_code == 422 and "characters; it has 301." in answer.text and long in answer.text


async def test_invalid_input_explains_itself_and_keeps_what_was_typed(client, cast):
    answer = await (await client(cast.alice)).post(
        "/customers", data={"name": "", "city": "Lübeck", "email": "nobody", "employees": "many"}
    )
    assert answer.status_code == 422
    assert "Lübeck" in answer.text and "many" in answer.text


async def test_a_name_that_exists_is_pointed_out_before_it_is_added_twice(client, cast):
    browser = await client(cast.alice)
    answer = await browser.post("/customers", data={"name": "ACME Industrial Ltd", "city": "Kiel"})
    assert answer.status_code == 409 and str(cast.acme) in answer.text and "Kiel" in answer.text
    again = await browser.post("/customers", data={"name": "ACME Industrial Ltd", "not_the_same": "1"})
    assert again.status_code == 303


async def test_a_form_that_somebody_overtook_keeps_both(client, cast, now):
    browser = await client(cast.alice)
    await edit(cast.acme, {"city": "Kiel"}, by=cast.bob, now=now)
    answer = await browser.post(f"/customers/{cast.acme}", data={"name": "Acme", "city": "Ulm", "revision": "1"})
    assert answer.status_code == 409 and "Kiel" in answer.text and "Ulm" in answer.text
    again = await browser.post(f"/customers/{cast.acme}", data={"name": "Acme", "city": "Ulm", "revision": "2"})
    assert again.status_code == 303


@pytest.mark.parametrize("address", ["", "/deletion", "/assignment", "/blacklisting", "/team"])
async def test_a_reader_changes_nothing(client, cast, address):
    data = {"name": "X", "purpose": "x", "channel": "phone", "at": "2026-01-01T10:00", "reason": "x",
            "person": str(cast.bob.id), "position": "lead"}  # fmt: skip
    answer = await (await client(cast.rita)).post(f"/customers/{cast.acme}{address}", data=data)
    assert answer.status_code == 403


async def test_a_reader_may_look(client, cast):
    assert (await (await client(cast.rita)).get(f"/customers/{cast.acme}")).status_code == 200


async def test_deleting_offers_undo_and_the_deleted_list_restores(client, cast):
    browser = await client(cast.alice)
    answer = await browser.post(f"/customers/{cast.acme}/deletion")
    assert answer.status_code == 303
    assert f"/customers/{cast.acme}/restoration" in (await browser.get("/customers")).text
    assert (await browser.get(f"/customers/{cast.acme}")).status_code == 404
    assert "Acme" in (await browser.get("/customers/deleted")).text
    assert (await browser.post(f"/customers/{cast.acme}/restoration")).status_code == 303
    assert (await browser.get(f"/customers/{cast.acme}")).status_code == 200


async def test_the_outsider_does_not_see_what_was_deleted(client, cast, now):
    await delete(CUSTOMER, cast.acme, by=cast.alice, now=now)
    assert "Acme" not in (await (await client(cast.charlie)).get("/customers/deleted")).text


async def test_markup_in_names_and_notes_stays_text(client, cast, now):
    await edit(cast.acme, {"name": "<script>alert(1)</script>", "notes": "<b>x</b>{{7*7}}"}, by=cast.alice, now=now)
    await met(cast.acme, "<img src=x>", job='"><svg onload=1>', by=cast.alice, now=now)
    values = {"channel": "phone", "purpose": "<i>hello</i>"}
    await log(cast.acme, values, by=cast.alice, now=now)
    browser = await client(cast.alice)
    for page in ("", "/contacts", "/interactions", "/history"):
        text = (await browser.get(f"/customers/{cast.acme}{page}")).text
        for raw in ("<script>alert", "<b>x", "<img src=x", "<svg onload", "<i>hello", "49}"):
            assert raw not in text


@pytest.mark.parametrize("language", ["zh_Hans", "zh_Hant"])
async def test_the_page_speaks_chinese(client, cast, language):
    await DB.execute("UPDATE person SET language = $1 WHERE id = $2", language, cast.alice.id)
    assert (await (await client(cast.alice)).get(f"/customers/{cast.acme}")).status_code == 200


@pytest.mark.parametrize("typed", ["C-ACME", "c-acme", "C-ACME · Acme Industrial", "Acme", "顶点工业"])
async def test_a_parent_is_named_by_code_or_name_and_linked_both_ways(client, cast, typed):
    browser = await client(cast.alice)
    answer = await browser.post("/customers", data={"name": "Nordwind", "parent": typed})
    child = answer.headers["location"]
    assert f'<a href="/customers/{cast.acme}">Acme Industrial</a>' in (await browser.get(child)).text
    assert f'<a href="{child}">Nordwind</a>' in (await browser.get(f"/customers/{cast.acme}")).text
    assert 'value="C-ACME · Acme Industrial"' in (await browser.get(f"{child}/edit")).text


@pytest.mark.parametrize("typed", ["C-OMEGA", "Omega", "nobody at all"])
async def test_a_company_that_one_does_not_see_cannot_become_a_parent(client, cast, typed):
    answer = await (await client(cast.alice)).post("/customers", data={"name": "Nordwind", "parent": typed})
    assert answer.status_code == 422 and "You see no customer of this code or name" in answer.text
    assert "Omega Trading" not in answer.text


async def test_a_group_shows_only_the_companies_that_the_viewer_sees(client, cast, now):
    await edit(cast.omega, {"parent": cast.acme}, by=cast.ada, now=now)
    theirs, ours = await client(cast.charlie), await client(cast.alice)
    assert "Acme" not in (await theirs.get(f"/customers/{cast.omega}")).text
    assert "Omega" not in (await ours.get(f"/customers/{cast.acme}")).text
    form = (await theirs.get(f"/customers/{cast.omega}/edit")).text
    assert 'name="parent"' not in form and "Acme" not in form
    await theirs.post(f"/customers/{cast.omega}", data={"name": "Omega Trading", "revision": "1"})
    assert await DB.fetchval("SELECT parent FROM customer WHERE id = $1", cast.omega) == cast.acme


@pytest.mark.parametrize("address", ["/orders/new", "/opportunities/new", "/cases/new", "/plans/new"])
async def test_what_is_made_from_a_customers_page_begins_with_that_customer(client, cast, address):
    browser = await client(cast.alice)
    link = f"{address}?customer={cast.acme}"
    assert f'href="{link}"' in (await browser.get(f"/customers/{cast.acme}")).text
    begun = (await browser.get(link)).text
    assert f'value="{cast.acme}"' in begun or 'value="C-ACME · Acme Industrial"' in begun


async def test_faults_of_the_form_and_of_the_rules_are_told_together(client, cast):
    browser = await client(cast.alice)
    page = (await browser.post("/customers", data={"name": "", "email": "nobody", "employees": "many"})).text
    assert "An e-mail address looks like" in page and "Please enter a whole number." in page
    said = {"name": "Zhang", "email": "nobody", "birthday": "soon", "influence": "9", "customer": "C-ACME"}
    page = (await browser.post("/contacts", data=said)).text
    assert "An e-mail address looks like" in page and "Please choose one of the list." in page
    assert "Please enter a date as" in page
    page = (await browser.post("/interactions", data={"purpose": "", "hours": "many"})).text
    assert "Please fill this in." in page and "Please enter a number" in page


async def test_a_reason_for_the_blacklist_that_is_too_long_is_told_on_its_field_and_not_lost(client, cast):
    browser = await client(cast.mona)
    answer = await browser.post(f"/customers/{cast.acme}/blacklisting", data={"reason": "x" * 1001})
    assert answer.status_code == 422 and "x" * 1001 in answer.text
    fault = answer.text.split('id="f-reason-fault"')[1].split("</p>")[0]
    assert "1000 characters" in fault and "1001" in fault
    assert not await DB.fetchval("SELECT blacklisted_at FROM customer WHERE id = $1", cast.acme)


async def test_a_long_reason_for_the_blacklist_begins_on_the_page_and_opens_as_a_whole(client, cast):
    browser = await client(cast.mona)
    reason = f"{'Does not pay. ' * 60}The end."
    assert (await browser.post(f"/customers/{cast.acme}/blacklisting", data={"reason": reason})).status_code == 303
    shown = (await browser.get(f"/customers/{cast.acme}")).text
    beginning, rest = shown.split('<p class="shortened">')[1].split("<details", 1)
    assert beginning.startswith("Does not pay.") and len(beginning) < 300
    assert "The end." not in beginning and "The end." in rest.split("</details>")[0]


async def test_a_short_reason_for_the_blacklist_has_nothing_to_open(client, cast):
    browser = await client(cast.mona)
    await browser.post(f"/customers/{cast.acme}/blacklisting", data={"reason": "Does not pay."})
    assert "shortened-rest" not in (await browser.get(f"/customers/{cast.acme}")).text


async def test_a_long_change_begins_in_the_timeline_and_opens_as_a_whole(client, cast, now):
    await edit(cast.acme, {"notes": f"{'A long story. ' * 90}The end."}, by=cast.alice, now=now)
    told = (await (await client(cast.alice)).get(f"/customers/{cast.acme}/history")).text
    beginning, rest = told.split('class="timeline-text">')[1].split("<details", 1)
    assert "A long story." in beginning and "The end." not in beginning
    assert "The end." in rest.split("</details>")[0]
