"""Who told us of a case and which order it is about: those of the customer itself, chosen by typing."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest

from kam.contacts.kind import CONTACT
from kam.database.engine import DB
from kam.records import recording
from kam.records.deleting import delete
from kam.records.editing import edit
from kam.records.finding import find
from kam.service.kind import CASE
from tests import ordering
from tests.importing.bringing import bring
from tests.meeting import met
from tests.solving import opened


@pytest.fixture
async def concerned(cast, now):
    """A contact and an order of acme, and those of the outsider's customer."""
    made = {}
    for name, customer, by in (("acme", cast.acme, cast.alice), ("omega", cast.omega, cast.charlie)):
        contact = await met(customer, f"Xu of {name}", name_zh="徐", email=f"xu@{name}.example", by=by, now=now)
        lines = [ordering.line(2, None, "Pump", 90)]
        order = await ordering.take(
            customer, lines, ordered_on=now.date(), by=by, now=now, number=f"SO-{name}", currency="EUR"
        )
        made[name] = (contact, order)
    return made


SAID = {"customer": "C-ACME", "kind": "complaint", "priority": "high", "subject": "Drip"}


async def test_who_complained_and_about_which_order_is_chosen_and_shown(client, cast, concerned):
    sam = await client(cast.sam)
    answer = await sam.post("/cases", data=SAID | {"contact": "徐", "sales_order": "so-acme"})
    assert answer.status_code == 303
    text = (await sam.get(answer.headers["location"])).text
    assert ">Xu of acme</a></dd>" in text and f'<a href="/orders/{concerned["acme"][1]}">SO-acme</a>' in text
    form = (await sam.get(answer.headers["location"] + "/edit")).text
    assert 'value="Xu of acme · xu@acme.example"' in form and 'value="SO-acme · 2026-06-15"' in form


async def test_contacts_and_orders_of_the_customer_in_the_form_are_proposed_and_of_no_other(client, cast, concerned):
    sam, charlie = await client(cast.sam), await client(cast.charlie)
    for source, key in (("/contacts/theirs", "xu@acme.example"), ("/orders/theirs", "SO-acme")):
        for customer in (str(cast.acme), "C-ACME", "C-ACME · Acme Industrial"):
            found = (await sam.get(source, params={"customer": customer, "q": ""})).json()
            assert [one["key"] for one in found["choices"]] == [key], (source, customer)
        for browser, customer in ((sam, ""), (sam, str(cast.omega)), (charlie, str(cast.acme)), (sam, "no\x00body")):
            found = (await browser.get(source, params={"customer": customer})).json()
            assert found["choices"] == [] and found["note"] == "Choose the customer first."


@pytest.mark.parametrize("field", ["contact", "sales_order"])
async def test_those_of_another_customer_are_refused_and_all_stays_as_it_was_typed(client, cast, concerned, field):
    sam, own = await client(cast.sam), {"contact": "Xu of acme · xu@acme.example", "sales_order": "SO-acme"}
    others = dict(zip(("contact", "sales_order"), concerned["omega"], strict=True))
    for typed in (str(others[field]), "SO-omega", "Xu of omega"):
        answer = await sam.post("/cases", data=SAID | own | {field: typed})
        assert answer.status_code == 422 and f'id="f-{field}-fault"' in answer.text
        kept = own | {field: typed}
        assert all(f'value="{value}' in answer.text for value in (kept["contact"], kept["sales_order"]))


async def test_a_number_that_two_orders_have_is_not_guessed(client, cast, now, concerned):
    sam = await client(cast.sam)
    day = now.date() - timedelta(days=30)
    other = await ordering.take(
        cast.acme, [ordering.line(1, None, "Seal", 9)], ordered_on=day, by=cast.alice, now=now,
        number="SO-acme", currency="EUR",
    )  # fmt: skip
    answer = await sam.post("/cases", data=SAID | {"sales_order": "SO-acme"})
    assert answer.status_code == 422 and "Several orders of this customer match this." in answer.text
    answer = await sam.post("/cases", data=SAID | {"sales_order": "SO-acme · 2026-05-16"})
    case = UUID(answer.headers["location"].removeprefix("/cases/"))
    assert (await find(CASE, cast.sam, case))["sales_order"] == other


async def test_an_address_may_name_customer_contact_and_order(client, cast, concerned):
    contact, order = concerned["acme"]
    page = await (await client(cast.sam)).get(f"/cases/new?customer={cast.acme}&contact={contact}&sales_order={order}")
    assert 'value="Xu of acme · xu@acme.example"' in page.text and 'value="SO-acme · 2026-06-15"' in page.text


async def test_the_contact_and_the_order_of_a_case_are_changed_and_what_was_deleted_since_stays(
    client, cast, now, concerned
):
    contact, order = concerned["acme"]
    case = await opened(cast.acme, by=cast.sam, now=now)
    sam, said = await client(cast.sam), SAID | {"contact": "xu@acme.example", "sales_order": "SO-acme"}
    assert (await sam.post(f"/cases/{case}", data=said)).status_code == 303
    await delete(CONTACT, contact, by=cast.alice, now=now)
    await DB.execute("UPDATE sales_order SET deleted_at = $2 WHERE id = $1", order, now)
    form = (await sam.get(f"/cases/{case}/edit")).text
    typed = {name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', form)[1] for name in ("contact", "sales_order")}
    assert (await sam.post(f"/cases/{case}", data=SAID | typed | {"subject": "Drips on"})).status_code == 303
    row = await find(CASE, cast.sam, case)
    assert (row["subject"], row["contact"], row["sales_order"]) == ("Drips on", contact, order)
    assert (await sam.post(f"/cases/{case}", data=SAID | {"contact": "", "sales_order": ""})).status_code == 303
    row = await find(CASE, cast.sam, case)
    assert (row["contact"], row["sales_order"]) == (None, None)
    again = await sam.post(f"/cases/{case}", data=SAID | {"contact": str(contact), "sales_order": str(order)})
    assert again.status_code == 422


async def test_the_history_tells_order_and_contact_by_name(client, cast, now, concerned):
    case = await opened(cast.acme, by=cast.sam, now=now)
    contact, order = concerned["acme"]
    await edit(CASE, case, {"contact": contact, "sales_order": order}, by=cast.sam, now=now)
    for page in (f"/customers/{cast.acme}/history", f"/cases/{case}"):
        text = (await (await client(cast.sam)).get(page)).text
        assert "Contact: Xu of acme" in text and "Order: SO-acme" in text, page


async def test_a_file_names_contact_and_order_of_the_customer_of_its_line_and_of_no_other(cast, concerned):
    header = "Customer,Subject,Contact,Order\n"
    text = header + "C-ACME,Drip,Xu of acme,SO-acme\nC-ACME,Drop,Xu of omega,\n"
    report = await bring("cases", text, cast.alice)
    assert (report.records["cases"]["new"], report.failures) == (1, 1)
    row = await DB.fetchrow("SELECT * FROM service_case")
    assert (row["subject"], row["contact"], row["sales_order"], row["state"]) == ("Drip", *concerned["acme"], "open")
    assert (row["due_at"] - row["created_at"]).days == 3


async def test_the_history_tells_of_where_a_case_stood_before_there_was_a_workflow(client, cast, now):
    case = await opened(cast.acme, by=cast.sam, now=now)
    changes = {"status": ["open", "in_progress"]}
    await recording.record("case", case, "changed", by=cast.sam.id, at=now, customer=cast.acme, changes=changes)
    sam = await client(cast.sam)
    for page in (f"/cases/{case}", f"/customers/{cast.acme}"):
        assert "Status: Open → In progress" in (await sam.get(page)).text
