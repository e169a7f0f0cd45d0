"""Contacts: adding, attaching, changing, detaching, and the relationship map."""

import pytest

from kam.customers.contacts import adding, deleting, editing, mapping, queries
from kam.customers.creating import create
from kam.database.engine import DB
from kam.errors import Invalid, NotAllowed, NotFound, Stale


async def test_a_new_contact_counts_in_the_facts_of_its_customer(cast, now):
    await adding.add(cast.acme, {"name": "Zhang", "stance": "champion"}, by=cast.sam, now=now)
    facts = await DB.fetchrow("SELECT contacts_known, champions FROM customer_fact WHERE customer = $1", cast.acme)
    assert (facts["contacts_known"], facts["champions"]) == (1, 1)


async def test_a_contact_belongs_to_several_customers_with_a_place_at_each(cast, now):
    other = await create({"name": "Other"}, by=cast.alice, now=now)
    contact = await adding.add(cast.acme, {"name": "Zhang", "job": "Buyer"}, by=cast.alice, now=now)
    await adding.attach(contact, other, {"job": "Director"}, by=cast.alice, now=now)
    assert {row["job"] for row in await queries.places_of(cast.alice, contact)} == {"Buyer", "Director"}
    with pytest.raises(Invalid):
        await adding.attach(contact, other, {}, by=cast.alice, now=now)
    await deleting.detach(contact, other, by=cast.alice, now=now)
    with pytest.raises(Invalid):
        await deleting.detach(contact, cast.acme, by=cast.alice, now=now)


async def test_nobody_reports_to_somebody_below_them_or_elsewhere(cast, now):
    boss = await adding.add(cast.acme, {"name": "Boss"}, by=cast.alice, now=now)
    clerk = await adding.add(cast.acme, {"name": "Clerk", "reports_to": boss}, by=cast.alice, now=now)
    foreign = await adding.add(cast.omega, {"name": "Foreign"}, by=cast.charlie, now=now)
    for wrong in (clerk, foreign, boss):
        with pytest.raises(Invalid) as refusal:
            await editing.edit(boss, {"reports_to": wrong}, by=cast.alice, now=now, customer=cast.acme)
        assert set(refusal.value.fields) == {"reports_to"}


async def test_of_two_edits_from_the_same_page_the_second_is_told_also_when_only_the_place_changed(cast, now):
    contact = await adding.add(cast.acme, {"name": "Zhang"}, by=cast.alice, now=now)
    await editing.edit(contact, {"stance": "opponent"}, by=cast.alice, now=now, revision=1, customer=cast.acme)
    with pytest.raises(Stale):
        await editing.edit(contact, {"stance": "champion"}, by=cast.bob, now=now, revision=1, customer=cast.acme)


async def test_the_outsider_finds_no_contact_and_the_reader_changes_none(cast, now):
    contact = await adding.add(cast.acme, {"name": "Zhang"}, by=cast.alice, now=now)
    with pytest.raises(NotFound):
        await queries.find(cast.charlie, contact)
    with pytest.raises(NotAllowed):
        await editing.edit(contact, {"name": "X"}, by=cast.rita, now=now)
    with pytest.raises(NotFound):
        await deleting.delete(contact, by=cast.charlie, now=now)


async def test_a_deleted_contact_does_not_count_until_it_is_restored(cast, now):
    contact = await adding.add(cast.acme, {"name": "Zhang"}, by=cast.alice, now=now)
    await deleting.delete(contact, by=cast.alice, now=now)
    count = "SELECT contacts_known FROM customer_fact WHERE customer = $1"
    assert await DB.fetchval(count, cast.acme) == 0
    await deleting.restore(contact, by=cast.alice, now=now)
    assert await DB.fetchval(count, cast.acme) == 1


async def test_the_map_draws_everybody_once_and_superiors_above(cast, now):
    boss = await adding.add(cast.acme, {"name": "Boss"}, by=cast.alice, now=now)
    for name in ("Left", "Right"):
        await adding.add(cast.acme, {"name": name, "reports_to": boss}, by=cast.alice, now=now)
    drawn = mapping.drawn(await queries.of_customer(cast.alice, cast.acme))
    heights = {node.person["name"]: node.y for node in drawn.nodes}
    assert len(drawn.nodes) == 3 and len(drawn.lines) == 2
    assert heights["Boss"] < heights["Left"] == heights["Right"]


async def test_the_pages_add_change_and_delete(client, cast):
    browser = await client(cast.alice)
    pages = f"/customers/{cast.acme}/contacts"
    assert (await browser.post(pages, data={"name": "", "influence": "3", "stance": "neutral"})).status_code == 422
    await browser.post(pages, data={"name": "Zhang Wei", "influence": "5", "stance": "champion"})
    contact = await DB.fetchval("SELECT id FROM contact WHERE name = 'Zhang Wei'")
    assert "Zhang Wei" in (await browser.get(pages)).text
    assert (await browser.get(f"/contacts/{contact}")).status_code == 303
    assert "Zhang Wei" in (await browser.get("/contacts?q=zhang")).text
    changed = {"name": "Zhang W.", "influence": "5", "stance": "champion", "revision": "1"}
    assert (await browser.post(f"{pages}/{contact}", data=changed)).status_code == 303
    assert (await browser.post(f"{pages}/{contact}", data=changed)).status_code == 409
    assert (await browser.post(f"{pages}/{contact}/deletion")).status_code == 303
    outsider = await client(cast.charlie)
    assert (await outsider.get(f"{pages}/{contact}")).status_code == 404


async def test_a_contact_known_elsewhere_is_found_and_gets_a_place_here(client, cast, now):
    browser = await client(cast.alice)
    li = await adding.add(cast.acme, {"name": "Li Na", "job": "Buyer"}, by=cast.alice, now=now)
    other = (await browser.post("/customers", data={"name": "Nordwind"})).headers["location"]
    found = (await browser.get(f"{other}/contacts/new", params={"q": "li n"})).text
    assert f"/contacts/new?contact={li}" in found and "Acme Industrial (Buyer)" in found
    form = (await browser.get(f"{other}/contacts/new", params={"contact": str(li)})).text
    assert f'name="contact" value="{li}"' in form and 'name="email"' not in form
    said = {"contact": str(li), "job": "Advisor", "influence": "4", "stance": "supporter"}
    assert (await browser.post(f"{other}/contacts", data=said)).status_code == 303
    assert "Advisor" in (await browser.get(f"{other}/contacts")).text
    again = await browser.post(f"{other}/contacts", data=said)
    assert again.status_code == 422 and "already belongs" in again.text


async def test_contacts_of_customers_one_does_not_see_are_neither_found_nor_attached(client, cast, now):
    li = await adding.add(cast.acme, {"name": "Li Na"}, by=cast.alice, now=now)
    browser = await client(cast.charlie)
    assert str(li) not in (await browser.get(f"/customers/{cast.omega}/contacts/new", params={"q": "Li Na"})).text
    assert (await browser.get(f"/customers/{cast.omega}/contacts/new", params={"contact": str(li)})).status_code == 404
    said = {"contact": str(li), "influence": "4", "stance": "supporter"}
    assert (await browser.post(f"/customers/{cast.omega}/contacts", data=said)).status_code == 404


async def test_on_a_narrow_screen_the_map_is_a_list_with_everybody_below_their_superior(client, cast, now):
    boss = await adding.add(cast.acme, {"name": "Boss", "influence": 1}, by=cast.alice, now=now)
    await adding.add(cast.acme, {"name": "Other", "influence": 5}, by=cast.alice, now=now)
    below = await adding.add(cast.acme, {"name": "Below", "reports_to": boss, "influence": 5}, by=cast.alice, now=now)
    await adding.add(cast.acme, {"name": "Last", "reports_to": below}, by=cast.alice, now=now)
    tree = mapping.drawn(await queries.of_customer(cast.alice, cast.acme)).tree
    assert [(depth, person["name"]) for depth, person in tree] == [(0, "Other"), (0, "Boss"), (1, "Below"), (2, "Last")]
    assert (
        'class="relationship-tree"' in (await (await client(cast.alice)).get(f"/customers/{cast.acme}/contacts")).text
    )
