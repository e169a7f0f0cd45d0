"""The pages of contacts: those that all kinds share, with what a contact is at each customer, the list, and the map."""

from __future__ import annotations

from uuid import UUID

from kam.contacts.kind import CONTACT, ROLE
from kam.contacts.pages.listing import everybody
from kam.database.engine import DB
from kam.records.deleting import delete
from kam.records.recording import record
from kam.web.choices import ids_of
from tests.importing.bringing import bring
from tests.meeting import met, placed, role_of

SAID = {"customer": "C-ACME", "name": "Zhang Wei", "influence": "5", "stance": "champion", "job": "Director"}


async def test_one_form_adds_a_contact_with_what_they_are_at_the_customer(client, cast):
    browser = await client(cast.alice)
    led = await browser.get(f"/customers/{cast.acme}/contacts/new")
    form = (await browser.get(led.headers["location"])).text
    assert 'value="C-ACME · Acme Industrial"' in form and 'name="stance"' in form and 'name="email"' in form
    refused = await browser.post("/contacts", data=SAID | {"name": "", "influence": "9", "customer": ""})
    assert refused.status_code == 422 and 'value="Director"' in refused.text
    assert all(f'id="f-{name}-fault"' in refused.text for name in ("name", "influence", "customer"))
    answer = await browser.post("/contacts", data=SAID)
    assert answer.status_code == 303
    page = (await browser.get(answer.headers["location"])).text
    for shown in ("Zhang Wei", "Acme Industrial", "Director", "Decides", "Champion"):
        assert shown in page, shown
    contact = answer.headers["location"].removeprefix("/contacts/")
    assert f"/contact-roles/new?contact={contact}" in page
    assert "Zhang Wei" in (await browser.get(f"/customers/{cast.acme}/contacts")).text
    known_from_before = await browser.get(f"/customers/{cast.acme}/contacts/{contact}")
    assert known_from_before.headers["location"] == f"/contacts/{contact}"


async def test_the_same_form_sent_twice_makes_one_and_changed_by_back_another(client, cast):
    browser = await client(cast.alice)
    first, again = [await browser.post("/contacts", data=SAID | {"key": "k"}) for _ in range(2)]
    assert first.headers["location"] == again.headers["location"]
    changed = await browser.post("/contacts", data=SAID | {"key": "k", "job": "Buyer"})
    assert changed.status_code == 303 and changed.headers["location"] != first.headers["location"]
    assert await DB.fetchval("SELECT count(*) FROM contact_role") == 2


async def test_the_list_has_a_line_for_each_role_and_is_found_by_every_name(client, cast, now):
    li = await met(cast.acme, "Li Na", name_zh="李娜", email="li@acme.example", job="Buyer", by=cast.alice, now=now)
    await placed(li, cast.omega, job="Advisor", by=cast.ada, now=now)
    ada, alice = await client(cast.ada), await client(cast.alice)
    for asked in ("", "li n", "李娜", "li@acme", "acme"):
        text = (await ada.get("/contacts", params={"q": asked})).text
        assert f'href="/contacts/{li}"' in text and "Buyer" in text, asked
    assert "Advisor" in (await ada.get("/contacts")).text
    assert "Advisor" not in (await alice.get("/contacts")).text
    for order in ("name", "-name", "job", "-job", "influence", "-influence", "-added"):
        assert (await ada.get(f"/contacts?sort={order}")).status_code == 200
    assert "Buyer" in (await ada.get("/contacts?influence=3&stance=neutral")).text
    assert "Li Na" not in (await ada.get("/contacts?influence=5")).text


async def test_who_is_known_elsewhere_gets_a_role_here_and_the_second_is_told(client, cast, now):
    browser = await client(cast.alice)
    li = await met(cast.acme, "Li Na", email="li@acme.example", by=cast.alice, now=now)
    other = (await browser.post("/customers", data={"name": "Nordwind"})).headers["location"].split("/")[-1]
    proposed = (await browser.get("/contacts/choices?q=li")).json()["choices"]
    assert [one["value"] for one in proposed] == ["Li Na · li@acme.example"]
    said = {"customer": other, "contact": "Li Na · li@acme.example", "job": "Advisor"}
    assert (await browser.post("/contact-roles", data=said)).status_code == 303
    assert "Advisor" in (await browser.get(f"/contacts/{li}")).text
    again = await browser.post("/contact-roles", data=said | {"job": "Boss"})
    assert again.status_code == 422 and "already belongs to the customer" in again.text
    charlie = await client(cast.charlie)
    assert (await charlie.get("/contacts/choices?q=li")).json()["choices"] == []
    assert (await charlie.post("/contact-roles", data=said | {"customer": "C-OMEGA"})).status_code == 422


async def test_the_last_role_is_not_deleted_and_its_page_says_why(client, cast, now):
    li = await met(cast.acme, "Li Na", by=cast.alice, now=now)
    browser, role = await client(cast.alice), await role_of(li, cast.acme)
    refused = await browser.post(f"/contact-roles/{role}/deletion", data={"revision": "1"})
    assert refused.status_code == 422 and "nobody would find it again" in refused.text
    assert (await browser.post(f"/contacts/{li}/deletion", data={"revision": "1"})).status_code == 303
    assert "This was deleted" in (await browser.get(f"/contacts/{li}")).text
    assert "Li Na" not in (await browser.get(f"/customers/{cast.acme}/contacts")).text
    assert (await browser.post(f"/contacts/{li}/restoration")).status_code == 303
    assert "Li Na" in (await browser.get(f"/customers/{cast.acme}/contacts")).text


async def test_search_finds_a_contact_once_with_the_customers_that_one_sees(client, cast, now):
    li = await met(cast.acme, "Li Na", name_zh="李娜", by=cast.alice, now=now)
    await placed(li, cast.omega, by=cast.ada, now=now)
    for who, customers in ((cast.ada, "Acme Industrial, Omega Trading"), (cast.charlie, "Omega Trading")):
        groups = (await (await client(who)).get("/search?q=李娜", headers={"accept": "application/json"})).json()[
            "groups"
        ]
        assert [(one["path"], one["detail"]) for group in groups for one in group["results"]] == [
            (f"/contacts/{li}", customers)
        ]


async def test_what_becomes_of_a_contact_is_told_at_each_of_its_customers(client, cast, now):
    browser = await client(cast.ada)
    li = await met(cast.acme, "Li Na", job="Buyer", by=cast.alice, now=now)
    await placed(li, cast.omega, by=cast.ada, now=now)
    assert (await browser.post(f"/contacts/{li}", data={"name": "Li N.", "revision": "1"})).status_code == 303
    for customer in (cast.acme, cast.omega):
        for page in (f"/customers/{customer}", f"/customers/{customer}/history", f"/customers/{customer}?show=contact"):
            text = (await browser.get(page)).text
            assert text.count("Contact changed: Li N.") == 1 and "Li Na → Li N." in text, page
    told = (await browser.get(f"/customers/{cast.acme}?show=contact_role")).text
    assert "Role of a contact added: Li N." in told and "Job: Buyer" in told


async def test_what_was_told_before_there_were_roles_is_told_still(client, cast, now):
    li = await met(cast.acme, "Li Na", by=cast.alice, now=now)
    changes = {"stance": ["neutral", "champion"]}
    await record("contact", li, "changed", by=cast.alice.id, at=now, customer=cast.acme, changes=changes)
    for page in (f"/customers/{cast.acme}", f"/contacts/{li}"):
        assert "Stance toward us: Neutral → Champion" in (await (await client(cast.alice)).get(page)).text


async def test_a_name_that_two_have_is_told_apart_by_address(cast, now):
    for address in ("one@acme.example", "two@acme.example"):
        await met(cast.acme, "Li Na", email=address, by=cast.alice, now=now)
    choice = everybody(cast.acme)
    found = await choice.all_meant(["Li Na", "two@acme.example"], cast.alice)
    assert found["Li Na"] == choice.several and isinstance(found["two@acme.example"], UUID)
    assert ids_of([str(found["two@acme.example"])])


HEADER = "Customer,Name,Chinese name,E-mail,Job,Influence,Stance toward us,Reports to\n"


async def test_a_file_brings_contacts_in_with_their_roles(cast, now):
    boss = await met(cast.acme, "Boss", by=cast.alice, now=now)
    text = HEADER + (
        "C-ACME,Li Na,李娜,li@acme.example,Buyer,Decides,Champion,Boss\n"
        "C-ACME,Wang,,nobody,Clerk,9,neutral,\n"
        "C-ACME,Wang,,wang@acme.example,Clerk,1,neutral,\n"
        "C-NONE,Chen,,,,,,\n"
    )
    report = await bring("contacts", text, cast.alice)
    row = await DB.fetchrow(
        "SELECT r.*, c.email FROM contact_role r JOIN contact c ON c.id = r.contact WHERE r.name = 'Li Na'"
    )
    assert (row["job"], row["influence"], row["stance"], row["reports_to"]) == ("Buyer", 5, "champion", boss)
    assert report.records["contacts"] == {"new": 1, "changed": 0, "unchanged": 0}
    assert await DB.fetchval("SELECT contacts_known FROM customer_fact WHERE customer = $1", cast.acme) == 2


async def test_the_same_file_again_changes_nothing_and_another_cell_the_same_contact(cast, now):
    text = HEADER + "C-ACME,Li Na,,li@acme.example,Buyer,,,\n"
    await bring("contacts", text, cast.alice)
    assert (await bring("contacts", text, cast.alice)).records["contacts"]["unchanged"] == 1
    changed = await bring("contacts", text.replace("Buyer", "Head").replace("li@", "na@"), cast.alice)
    assert changed.records["contacts"] == {"new": 0, "changed": 1, "unchanged": 0}
    row = await DB.fetchrow("SELECT r.job, c.email, r.revision FROM contact_role r JOIN contact c ON c.id = r.contact")
    assert tuple(row) == ("Head", "na@acme.example", 2)


async def test_a_customer_that_the_importer_does_not_see_gets_no_contact(cast):
    report = await bring("contacts", HEADER + "C-OMEGA,Li Na,,,,,,\n", cast.alice)
    assert report.records["contacts"]["new"] == 0 and report.findings


async def test_a_file_gives_known_contacts_a_role_at_a_further_customer(cast, now):
    li = await met(cast.acme, "Li Na", by=cast.ada, now=now)
    report = await bring("contact-roles", "Customer,Contact,Job\nC-OMEGA,Li Na,Advisor\n", cast.ada)
    assert report.records["contact-roles"]["new"] == 1
    assert await DB.fetchval("SELECT job FROM contact_role WHERE contact = $1 AND customer = $2", li, cast.omega)


async def test_who_left_stands_in_forms_until_somebody_else_is_chosen(client, cast, now):
    boss = await met(cast.acme, "Boss", by=cast.alice, now=now)
    clerk = await met(cast.acme, "Clerk", reports_to=boss, by=cast.alice, now=now)
    await delete(CONTACT, boss, by=cast.alice, now=now)
    browser, role = await client(cast.alice), await role_of(clerk, cast.acme)
    form = (await browser.get(ROLE.address(role) + "/edit")).text
    assert 'value="Boss"' in form
    kept = {"reports_to": "Boss", "job": "Buyer", "revision": "1"}
    assert (await browser.post(ROLE.address(role), data=kept)).status_code == 303
    assert await DB.fetchval("SELECT reports_to FROM contact_role WHERE id = $1", role) == boss
