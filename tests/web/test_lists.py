"""A list: each row once and in order, whatever it is sorted by; filters; files that do no harm."""

import csv
import io
from urllib.parse import urlsplit

import pytest

from kam.database.columns import new_id
from kam.people.pages import people
from kam.people.visibility import sees_customer
from kam.web import list_select, list_state
from kam.web.badges import LEVELS
from kam.web.list_export import harmless
from kam.web.list_paging import read_cursor
from kam.web.lists import Column, Filter, ListOf

THINGS = ListOf(
    name="things", title="Things", key="customer.id", always="customer.deleted_at IS NULL", sort="name", size=7,
    source="customer JOIN customer_fact f ON f.customer = customer.id",
    scope=lambda viewer, params: sees_customer(viewer, params),
    columns=(
        Column("name", "Name", "customer.name", main=True, nullable=False, link="/customers/{id}",
               order="customer.sort_name"),
        Column("score", "Score", "f.score", kind="number"),
        Column("level", "Level", "f.warning_level", kind="level", badges=LEVELS, nullable=False),
        Column("employees", "Employees", "customer.employees", kind="count"),
        Column("created", "Created", "customer.created_at", kind="date"),
        Column("region", "Region", "customer.region"),
    ),
    filters=(
        Filter("region", "Region", "customer.region", choices={"Asia": "Asia", "Europe": "Europe"}),
        Filter("employees", "Employees", "customer.employees", kind="number"),
        Filter("created", "Created", "customer.created_at", kind="date"),
        Filter("big", "Big", "customer.employees > 100", kind="yes_no"),
        Filter("owner", "Owner", "customer.owner", kind="person"),
    ),
    search=("customer.name", "customer.name_zh"), beginning="name",
)  # fmt: skip


@pytest.fixture
async def things(cast, db, now, monkeypatch):
    """Thirty customers with many equal and missing values, in place of the list of people."""
    for number in range(30):
        key = new_id()
        await db.execute(
            "INSERT INTO customer (id, code, name, region, employees, team, owner, created_at, updated_at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)",
            key, f"T-{number}", ["=cmd|' /C calc'!A0", "Same", "Zürich", "a%b_c", "b"][number % 5],
            ["Asia", "Europe", ""][number % 3], [None, 5, 500][number % 3], cast.north, cast.alice.id, now,
        )  # fmt: skip
        score = [0, 1, 2, 2][number % 4]
        await db.execute(
            "INSERT INTO customer_fact (customer, computed_at, score) VALUES ($1, $2, $3)", key, now, score
        )
    monkeypatch.setattr(people, "PEOPLE", THINGS)
    return 30 + 1  # acme too


async def _customer(db, cast, name, number):
    key = new_id()
    await db.execute(
        "INSERT INTO customer (id, code, name, team, owner, created_at, updated_at)"
        " VALUES ($1, $2, $3, $4, $5, now(), now())", key, f"U-{number}", name, cast.north, cast.alice.id,
    )  # fmt: skip
    await db.execute("INSERT INTO customer_fact (customer, computed_at) VALUES ($1, now())", key)


async def walk(browser, query, follow):
    """The ids of every page from the address on, following `rel`."""
    pages, address = [], f"/people?{query}"
    for _ in range(40):
        text = (await browser.get(address)).text
        pages.append(
            [part.split('"')[0] for part in text.split('href="/customers/')[1:] if len(part.split('"')[0]) == 36]
        )
        if f'rel="{follow}"' not in text:
            return pages, address
        tag = next(part for part in text.split("<a ") if f'rel="{follow}"' in part)
        address = tag.split('href="')[1].split('"')[0].replace("&amp;", "&")
        assert urlsplit(address).netloc == ""
    raise AssertionError("the pages never end")


@pytest.mark.parametrize("column", ["name", "score", "level", "employees", "created", "region"])
@pytest.mark.parametrize("direction", ["", "-"])
async def test_paging_forth_and_back_gives_each_row_once_and_in_the_same_order(client, cast, things, column, direction):
    browser = await client(cast.alice)
    pages, last = await walk(browser, f"sort={direction}{column}", "next")
    rows = [row for page in pages for row in page]
    assert len(rows) == len(set(rows)) == things
    assert [len(page) for page in pages] == [7, 7, 7, 7, 3]
    back, _ = await walk(browser, last.partition("?")[2], "prev")
    assert [row for page in reversed(back) for row in page] == rows


async def test_what_is_searched_for_comes_first_where_a_name_begins_with_it_then_the_newest(client, cast, db, things):
    for number, name in enumerate(["zürcher bank", "Alte Zürcher", "ZURICH Re", "Neue Zürcher"]):
        await _customer(db, cast, name, number)
    browser = await client(cast.alice)
    pages, last = await walk(browser, "q=z%C3%BCr", "next")
    rows = [row for page in pages for row in page]
    names = {str(row["id"]): row["name"] for row in await db.fetch("SELECT id, name FROM customer")}
    assert [names[row] for row in rows] == ["zürcher bank", *["Zürich"] * 6, "Neue Zürcher", "Alte Zürcher"]
    back, _ = await walk(browser, last.partition("?")[2], "prev")
    assert [row for page in reversed(back) for row in page] == rows
    page = (await browser.get("/people?q=z%C3%BCr")).text
    assert "best match first" in page
    assert "aria-sort" not in page
    assert "best match first" not in (await browser.get("/people?q=z%C3%BCr&sort=name")).text


@pytest.mark.parametrize(
    "query", ["sort=name", "sort=-score", "q=a&sort=region", "q=same", "region=Asia&sort=-created"]
)
async def test_looking_along_the_order_and_looking_everything_up_give_the_same_pages(
    client, cast, things, monkeypatch, query
):
    browser = await client(cast.alice)
    along, _ = await walk(browser, query, "next")
    monkeypatch.setattr(list_select, "STEPS", 1)
    looked_up, _ = await walk(browser, query, "next")
    assert along == looked_up
    assert len(along) > 0


async def test_an_outsider_sees_none_of_them_in_any_form(client, cast, things):
    browser = await client(cast.charlie)
    page = (await browser.get("/people")).text
    assert "Zürich" not in page
    assert "1 result" in page
    file = (await browser.get("/people?format=csv")).text
    assert "Zürich" not in file
    assert "Omega" in file


async def test_filters_narrow_and_stay_in_the_address(client, cast, things, db):
    browser = await client(cast.alice)

    async def count(query):
        return sum(len(page) for page in (await walk(browser, query, "next"))[0])

    assert await count("region=Asia") == 10
    assert await count("region=Asia&region=Europe") == 20
    assert await count("employees_from=100") == 10
    assert await count("employees_to=100") == 10
    assert await count("employees_from=1.250,50") == 0
    assert await count("big=yes") == 10
    assert await count("big=no") == 21
    assert await count("owner=me") == 31
    assert await count("owner=Ali") == await count("owner=Alice Account · alice@example.com") == 31
    assert await count("owner=Bob") == await count("owner=%25") == await count("owner=Alice · bob@example.com") == 0
    assert await count("created_from=2027-01-01") == 0
    assert await count("q=zür") == 6
    assert await count("q=%25b_") == 6
    assert await count("q=x' OR 1=1 --") == 0


async def test_people_are_chosen_in_a_filter_from_a_list_while_they_are_few_and_by_typing_when_many(
    client, cast, monkeypatch
):
    browser = await client(cast.alice)
    assert f'<option value="{cast.bob.id}">' in (await browser.get("/cases")).text
    monkeypatch.setattr(list_state, "FEW", 0)
    monkeypatch.setattr(list_state, "_DRAWN", {})
    text = (await browser.get("/cases?owner=Bob Team · bob@example.com")).text
    assert str(cast.bob.id) not in text and 'data-choices="/people/choices"' in text
    assert 'value="Bob Team · bob@example.com"' in text and '<span class="filter-value">Bob Team</span>' in text
    assert 'value="Bob Team"' in (await browser.get(f"/cases?owner={cast.bob.id}")).text
    assert 'href="/cases?owner=none" aria-current="true"' in (await browser.get("/cases?owner=none")).text


async def test_a_filter_that_cannot_be_read_says_so_and_hides_nothing(client, cast, things):
    page = (await (await client(cast.alice)).get("/people?employees_from=many&sort=nonsense&after=%00x")).text
    assert "Please enter a number" in page
    assert "31 results" in page


async def test_columns_are_chosen_and_the_main_one_stays(client, cast, things):
    page = (await (await client(cast.alice)).get("/people?col=region")).text
    head = page.split("<thead>")[1].split("</thead>")[0]
    assert "Region" in head
    assert "Name" in head
    assert "Score" not in head


async def test_the_file_has_all_pages_and_runs_nothing_in_a_spreadsheet(client, cast, things):
    browser = await client(cast.alice)
    answer = await browser.get("/people?format=csv&sort=name")
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert len(rows) == things + 1
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row)
    book = await browser.get("/people?format=xlsx")
    from openpyxl import load_workbook

    sheet = load_workbook(io.BytesIO(book.content)).active
    assert sheet.max_row == things + 1
    assert "f" not in {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row}


@pytest.mark.parametrize("text", ["=1+1", "+1;cmd", "@SUM(A1)", "-2+3+cmd|' /C calc'!A0", "\tx", "|x"])
def test_what_a_spreadsheet_would_run_is_made_text(text):
    assert harmless(text) == "'" + text


@pytest.mark.parametrize("text", ["-12.50", "+4912345", "Acme", "", "张三"])
def test_what_is_harmless_stays_as_it_is(text):
    assert harmless(text) == text


@pytest.mark.parametrize("text", ["", "x", "e30", "WzEsMl0", "\x00", "🙂", "W251bGwsICJ4Il0"])
def test_a_cursor_that_is_none_is_none(text):
    assert read_cursor(text) is None


async def test_a_view_is_kept_under_a_name_for_one_person_only(client, cast, things):
    browser = await client(cast.alice)
    await browser.post("/views", data={"list": "things", "name": "Asia big", "query": "region=Asia", "next": "/people"})
    page = (await browser.get("/people")).text
    assert 'href="/people?region=Asia">Asia big</a>' in page
    assert "Asia big" not in (await (await client(cast.bob)).get("/people")).text
    view = page.split('action="/views/')[1].split("/")[0]
    await (await client(cast.bob)).post(f"/views/{view}/deletion", data={"next": "/people"})
    assert ">Asia big</a>" in (await browser.get("/people")).text
    await browser.post(f"/views/{view}/deletion", data={"next": "/people"})
    assert ">Asia big</a>" not in (await browser.get("/people")).text
