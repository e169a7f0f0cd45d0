"""The pages that every kind has, walked for each kind there is: list, form, conflict, page, deleting and restoring."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from uuid import UUID

import pytest

from kam.database.engine import DB
from kam.records.pages.routing import SHARING
from kam.records.sharing import linked_by
from tests.formful import sheets
from tests.records.making import make, required, sample


@pytest.fixture(params=SHARING, ids=lambda kind: kind.name)
def kind(request):
    return request.param


# What a link is called, and that there is one of it at each customer, follows from what it is of: its slice tries that.
ITSELF = pytest.mark.parametrize(
    "kind", [kind for kind in SHARING if linked_by(kind) is None], ids=lambda kind: kind.name, indirect=True
)


@pytest.fixture
async def record(kind, cast, now):
    return await make(kind, cast.acme, by=cast.alice, now=now)


def sheet(page, action):
    return next(one for one in sheets(page) if one.action == action).data


async def count(kind):
    return await DB.fetchval(f"SELECT count(*) FROM {kind.sql_table}")


async def test_the_first_list_says_what_will_stand_there(client, kind, cast):
    page = (await (await client(cast.alice)).get(f"/{kind.path}")).text
    assert kind.about in page and f'href="/{kind.path}/new"' in page
    assert f'href="/{kind.path}/new"' not in (await (await client(cast.rita)).get(f"/{kind.path}")).text


@ITSELF
async def test_the_list_shows_finds_sorts_and_exports(client, kind, cast, record):
    browser = await client(cast.alice)
    for query in ("", "?q=zebraf", "?sort=added", "?sort=-added", f"?sort={kind.sort}"):
        page = (await browser.get(f"/{kind.path}{query}")).text
        assert kind.address(record) in page, query
    assert kind.address(record) not in (await browser.get(f"/{kind.path}?q=nothing")).text
    file = (await browser.get(f"/{kind.path}?format=csv")).text
    assert len(list(csv.reader(io.StringIO(file)))) == 2
    assert (await browser.get(f"/{kind.path}?format=xlsx")).status_code == 200


async def test_only_what_has_an_index_is_sorted_by(client, kind, cast, record):
    page = (await (await client(cast.alice)).get(f"/{kind.path}")).text
    for one in kind.fields:
        assert bool(re.search(rf"sort=-?{one.name}\b", page)) == (one.indexed and one.listed), one.name


async def typed_for(kind, cast, now):
    """As a person would type it, with a row in each set of parts; ids where a person would choose."""
    values = sample(kind, now) | await required(kind, by=cast.alice, now=now)
    typed = {name: str(value) for name, value in values.items() if isinstance(value, str | date | UUID)}
    for part in kind.parts:
        for row in values[part.name]:
            typed |= {f"{part.name}_{name}": str(value) for name, value in row.items()}
    return typed


async def test_a_form_is_drawn_sent_and_read(client, kind, cast, now):
    browser = await client(cast.alice)
    page = (await browser.get(f"/{kind.path}/new?customer={cast.acme}")).text
    typed = await typed_for(kind, cast, now)
    answer = await browser.post(f"/{kind.path}", data=sheet(page, f"/{kind.path}") | typed)
    assert answer.status_code == 303, answer.text
    shown = (await browser.get(answer.headers["location"])).text
    assert "Zebrafish" in shown and "Alice Account" in shown


@ITSELF
async def test_a_form_sent_twice_makes_one_and_one_that_was_changed_a_second(client, kind, cast, now):
    browser = await client(cast.alice)
    sent = sheet((await browser.get(f"/{kind.path}/new?customer={cast.acme}")).text, f"/{kind.path}")
    sent |= await typed_for(kind, cast, now)
    first = await browser.post(f"/{kind.path}", data=sent)
    again = await browser.post(f"/{kind.path}", data=sent)
    assert first.headers["location"] == again.headers["location"] and await count(kind) == 1
    otherwise = dict.fromkeys((kind.titled, *(name for name, _ in kind.taken.values())), "Another one")
    other = await browser.post(f"/{kind.path}", data=sent | otherwise)
    assert other.headers["location"] != first.headers["location"] and await count(kind) == 2


async def test_a_refused_form_keeps_what_was_typed_and_says_what_is_missing(client, kind, cast):
    browser = await client(cast.alice)
    answer = await browser.post(f"/{kind.path}", data={"customer": "C-ACME", kind.titled: " ", "key": "mine"})
    missing = any(one.required and one.usual is None for one in kind.fields)
    assert answer.status_code == 422 and ("Please fill this in." if missing else kind.parts[0].too_few) in answer.text
    assert 'value="mine"' in answer.text and await count(kind) == 0


async def test_an_untouched_form_changes_nothing(client, kind, cast, record):
    browser = await client(cast.alice)
    sent = sheet((await browser.get(f"{kind.address(record)}/edit")).text, kind.address(record))
    assert (await browser.post(kind.address(record), data=sent)).status_code == 303
    assert await DB.fetchval(f"SELECT revision FROM {kind.sql_table}") == 1


@ITSELF
async def test_who_comes_second_sees_theirs_beside_their_own(client, kind, cast, record):
    browser, address = await client(cast.alice), kind.address(record)
    sent = sheet((await browser.get(f"{address}/edit")).text, address)
    await browser.post(address, data=sent | {kind.titled: "What bob wrote"})
    answer = await browser.post(address, data=sent | {kind.titled: "What alice wrote"})
    assert answer.status_code == 409
    assert "What bob wrote" in answer.text and 'value="What alice wrote"' in answer.text
    again = await browser.post(address, data=sheet(answer.text, address))
    assert again.status_code == 303 and "What alice wrote" in (await browser.get(address)).text


@ITSELF
async def test_the_page_tells_what_happened(client, kind, cast, record):
    browser, address = await client(cast.alice), kind.address(record)
    await browser.post(address, data={"revision": "1", kind.titled: "A better name"})
    page = (await browser.get(address)).text
    assert (f"Zebrafish {kind.titled} → A better name" in page and "Acme Industrial" in page) or not kind.of_customers


async def test_what_was_deleted_says_so_and_can_be_restored(client, kind, cast, record):
    browser, address = await client(cast.alice), kind.address(record)
    assert (await browser.post(f"{address}/deletion", data={"revision": "7"})).status_code == 409
    assert (await browser.post(f"{address}/deletion", data={"revision": "1"})).status_code == 303
    assert address not in (await browser.get(f"/{kind.path}")).text
    page = (await browser.get(address)).text
    assert "This was deleted" in page and f"{address}/restoration" in page and f"{address}/edit" not in page
    assert (await browser.get(f"{address}/edit")).status_code == 404
    assert (await browser.post(f"{address}/restoration")).status_code == 303
    assert (await browser.post(f"{address}/restoration")).status_code == 404
    assert address in (await browser.get(f"/{kind.path}")).text


async def test_who_may_only_read_changes_nothing(client, kind, cast, record):
    browser, address = await client(cast.rita), kind.address(record)
    assert (await browser.get(f"{address}/edit")).status_code == 403
    for path, data in ((f"/{kind.path}", {"customer": "C-ACME", kind.titled: "x"}), (address, {kind.titled: "x"})):
        assert (await browser.post(path, data=data)).status_code == 403
    assert (await browser.post(f"{address}/deletion")).status_code == 403
    page = (await browser.get(address)).text
    assert "/edit" not in page and "/deletion" not in page


@ITSELF
async def test_a_record_is_proposed_to_whoever_sees_it(client, kind, cast, record):
    found = (await (await client(cast.alice)).get(f"/{kind.path}/choices?q=zebraf")).json()
    assert len(found["choices"]) == 1 and f"Zebrafish {kind.titled}" in found["choices"][0]["value"]


@ITSELF
async def test_the_navigation_and_the_phone_lead_to_the_list(client, kind, cast):
    browser = await client(cast.alice)
    assert (await browser.get("/more")).text.count(f'href="/{kind.path}"') == 2  # at the side too
