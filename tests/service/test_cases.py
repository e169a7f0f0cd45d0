"""Cases: opened with number and due date, taken over, solved, opened again, closed."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest

from kam.customers.contacts import adding, deleting
from kam.database.engine import DB
from kam.errors import Invalid, NotAllowed, NotFound, Stale
from kam.sales import ordering
from kam.sales.order_lines import Line
from kam.service import opening, queries, solving


async def opened(cast, now, **more):
    return await opening.open_case(
        cast.acme, **{"kind": "complaint", "subject": "Leaking pump", "by": cast.sam, "now": now} | more
    )


async def open_complaints(customer):
    return await DB.fetchval("SELECT open_complaints FROM customer_fact WHERE customer = $1", customer)


async def test_a_case_gets_the_next_number_and_a_due_date_by_its_priority(cast, now):
    first, second = await opened(cast, now), await opened(cast, now, priority="urgent")
    one, two = await queries.find(cast.sam, first), await queries.find(cast.sam, second)
    assert (one["number"], two["number"]) == ("S-2026-00001", "S-2026-00002")
    assert (one["due_at"] - now, two["due_at"] - now) == (timedelta(days=3), timedelta(hours=8))
    assert await open_complaints(cast.acme) == 2


async def test_the_way_of_a_case_from_open_to_closed_and_back(cast, now):
    case = await opened(cast, now)
    with pytest.raises(Invalid):
        await solving.close(case, by=cast.sam, now=now)
    await solving.take_over(case, by=cast.sam, now=now)
    with pytest.raises(Invalid):
        await solving.solve(case, "", by=cast.sam, now=now)
    await solving.solve(case, "New seal", by=cast.sam, now=now)
    assert await open_complaints(cast.acme) == 0
    await solving.close(case, by=cast.sam, now=now)
    await solving.reopen(case, by=cast.sam, now=now + timedelta(days=9))
    row = await queries.find(cast.sam, case)
    assert (row["status"], row["solution"], row["solved_at"]) == ("in_progress", "New seal", None)
    assert row["due_at"] == now + timedelta(days=12)


async def test_another_priority_sets_another_due_date(cast, now):
    case = await opened(cast, now)
    await solving.change_case(case, {"priority": "low"}, by=cast.sam, now=now, revision=1)
    assert (await queries.find(cast.sam, case))["due_at"] == now + timedelta(days=10)
    with pytest.raises(Stale):
        await solving.change_case(case, {"priority": "high"}, by=cast.sam, now=now, revision=1)


async def test_contact_and_order_must_be_the_customers_own(cast, now):
    with pytest.raises(Invalid) as refusal:
        await opened(cast, now, contact=cast.omega, sales_order=cast.omega)
    assert set(refusal.value.fields) == {"contact", "sales_order"}


@pytest.fixture
async def concerned(cast, now):
    """A contact and an order of acme, and those of the outsider's customer."""
    made = {}
    for name, customer, by in (("acme", cast.acme, cast.alice), ("omega", cast.omega, cast.charlie)):
        contact = await adding.add(
            customer, {"name": f"Xu of {name}", "name_zh": "徐", "email": f"xu@{name}.example"}, by=by, now=now
        )
        lines = [Line(Decimal(2), None, "Pump", Decimal(90))]
        order = await ordering.take(
            customer, lines, ordered_on=now.date(), by=by, now=now, number=f"SO-{name}", currency="EUR"
        )
        made[name] = (contact, order)
    return made


SAID = {"customer": "C-ACME", "kind": "complaint", "priority": "high", "subject": "Drip"}


async def test_who_complained_and_about_which_order_is_chosen_and_shown(client, cast, concerned):
    sam, (contact, order) = await client(cast.sam), concerned["acme"]
    answer = await sam.post("/cases", data=SAID | {"contact": "徐", "sales_order": "so-acme"})
    assert answer.status_code == 303
    text = (await sam.get(answer.headers["location"])).text
    assert f'<a href="/customers/{cast.acme}/contacts/{contact}">Xu of acme</a>' in text
    assert f'<a href="/orders/{order}">SO-acme</a>' in text
    form = (await sam.get(answer.headers["location"] + "/edit")).text
    assert 'value="Xu of acme · xu@acme.example"' in form and 'value="SO-acme · 2026-06-15"' in form


async def test_contacts_and_orders_of_the_customer_in_the_form_are_proposed_and_of_no_other(client, cast, concerned):
    sam, charlie = await client(cast.sam), await client(cast.charlie)
    for source, key in (("/contacts/choices", "xu@acme.example"), ("/orders/choices", "SO-acme")):
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
        cast.acme, [Line(Decimal(1), None, "Seal", Decimal(9))], ordered_on=day, by=cast.alice, now=now,
        number="SO-acme", currency="EUR",
    )  # fmt: skip
    answer = await sam.post("/cases", data=SAID | {"sales_order": "SO-acme"})
    assert answer.status_code == 422 and "Several orders of this customer match this." in answer.text
    answer = await sam.post("/cases", data=SAID | {"sales_order": "SO-acme · 2026-05-16"})
    assert f'<a href="/orders/{other}">' in (await sam.get(answer.headers["location"])).text


async def test_an_address_may_name_customer_contact_and_order(client, cast, concerned):
    contact, order = concerned["acme"]
    page = await (await client(cast.sam)).get(f"/cases/new?customer={cast.acme}&contact={contact}&sales_order={order}")
    assert 'value="Xu of acme · xu@acme.example"' in page.text and 'value="SO-acme · 2026-06-15"' in page.text


async def test_the_contact_and_the_order_of_a_case_are_changed_and_what_was_deleted_since_stays(
    client, cast, now, concerned
):
    contact, order = concerned["acme"]
    case = await opened(cast, now)
    sam, said = await client(cast.sam), SAID | {"contact": "xu@acme.example", "sales_order": "SO-acme"}
    assert (await sam.post(f"/cases/{case}", data=said)).status_code == 303
    await deleting.delete(contact, by=cast.alice, now=now)
    await DB.execute("UPDATE sales_order SET deleted_at = $2 WHERE id = $1", order, now)
    form = (await sam.get(f"/cases/{case}/edit")).text
    typed = {name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', form)[1] for name in ("contact", "sales_order")}
    assert (await sam.post(f"/cases/{case}", data=SAID | typed | {"subject": "Drips on"})).status_code == 303
    row = await queries.find(cast.sam, case)
    assert (row["subject"], row["contact"], row["sales_order"]) == ("Drips on", contact, order)
    assert (await sam.post(f"/cases/{case}", data=SAID | {"contact": "", "sales_order": ""})).status_code == 303
    row = await queries.find(cast.sam, case)
    assert (row["contact"], row["sales_order"]) == (None, None)
    again = await sam.post(f"/cases/{case}", data=SAID | {"contact": str(contact), "sales_order": str(order)})
    assert again.status_code == 422


async def test_the_history_tells_order_and_contact_by_name(client, cast, now, concerned):
    case = await opened(cast, now)
    contact, order = concerned["acme"]
    await solving.change_case(case, {"contact": contact, "sales_order": order}, by=cast.sam, now=now)
    text = (await (await client(cast.sam)).get(f"/customers/{cast.acme}/history")).text
    assert "Contact: Xu of acme" in text and "Order: SO-acme" in text


async def test_outsiders_and_readers_are_refused(cast, now):
    case = await opened(cast, now)
    with pytest.raises(NotFound):
        await solving.take_over(case, by=cast.charlie, now=now)
    with pytest.raises(NotAllowed):
        await opened(cast, now, by=cast.rita)


async def test_the_pages_serve_the_team_and_nobody_else(client, cast, now):
    case = await opened(cast, now)
    sam, charlie = await client(cast.sam), await client(cast.charlie)
    for path in (
        "/cases",
        f"/cases/{case}",
        f"/cases/{case}/edit",
        f"/cases/new?customer={cast.acme}",
        "/cases?overdue=yes",
    ):
        assert (await sam.get(path)).status_code == 200, path
    assert "Leaking pump" not in (await charlie.get("/cases")).text
    for path in ("", "/edit"):
        assert (await charlie.get(f"/cases/{case}{path}")).status_code == 404
    for verb in ("ownership", "reopening", "closure", "deletion"):
        assert (await charlie.post(f"/cases/{case}/{verb}")).status_code == 404, verb
    assert (await charlie.post(f"/cases/{case}/solution", data={"solution": "x"})).status_code == 404


async def test_a_case_is_opened_solved_and_deleted_by_page_and_faults_keep_what_was_typed(client, cast):
    sam = await client(cast.sam)
    data = {"customer": str(cast.acme), "kind": "defect", "priority": "high", "subject": "", "problem": "It drips."}
    answer = await sam.post("/cases", data=data)
    assert answer.status_code == 422
    assert "Please fill this in." in answer.text
    assert "It drips." in answer.text
    answer = await sam.post("/cases", data=data | {"subject": "Drip"})
    assert answer.status_code == 303
    case = answer.headers["location"]
    empty = await sam.post(f"{case}/solution", data={"solution": ""})
    assert empty.status_code == 422
    assert "Say how it was solved" in empty.text
    wrong = await sam.post(f"{case}/closure")
    assert wrong.status_code == 422
    assert "Solve the case before you close it." in wrong.text
    for verb, body in (
        ("ownership", {}),
        ("solution", {"solution": "Seal"}),
        ("closure", {}),
        ("deletion", {}),
        ("restoration", {}),
    ):
        assert (await sam.post(f"{case}/{verb}", data=body)).status_code == 303, verb
    assert (await sam.get(case)).status_code == 200


async def test_the_customers_page_shows_what_is_open_late_and_solved_and_how_complaints_go(client, cast, now):
    browser, address = await client(cast.alice), f"/customers/{cast.acme}/service"
    assert "No cases yet" in (await browser.get(address)).text
    late = await opening.open_case(
        cast.acme, kind="complaint", subject="Leak", priority="urgent", by=cast.alice, now=now - timedelta(days=9)
    )
    done = await opening.open_case(
        cast.acme, kind="repair", subject="Broken belt", by=cast.alice, now=now - timedelta(days=5)
    )
    await solving.solve(done, "New belt fitted.", by=cast.bob, now=now - timedelta(days=2))
    held = await queries.of_customer(cast.alice, cast.acme, now=now)
    assert [(row["id"], row["overdue"]) for row in held["cases"]] == [(late, True)]
    assert [(row["id"], round(row["days"])) for row in held["solved"]] == [(done, 3)]
    assert (held["months"][-1]["complaints"], held["months"][-1]["cases"], len(held["months"])) == (1, 2, 12)
    page = (await browser.get(address)).text
    assert "1 overdue" in page and "Urgent" in page and "New belt fitted." in page and "solved in 3 days" in page
    assert f"/cases/new?customer={cast.acme}" in page
    assert f"/cases/new?customer={cast.acme}" not in (await (await client(cast.rita)).get(address)).text
    hidden = await queries.of_customer(cast.charlie, cast.acme, now=now)
    assert hidden["cases"] == hidden["solved"] == [] and not any(row["cases"] for row in hidden["months"])
    assert (await (await client(cast.charlie)).get(address)).status_code == 404


async def test_nobody_who_left_or_only_reads_gets_a_case(cast, now):
    await DB.execute("UPDATE person SET active = FALSE WHERE id = $1", cast.bob.id)
    case = await opened(cast, now)
    for person in (cast.bob.id, cast.rita.id):
        with pytest.raises(Invalid) as refusal:
            await opened(cast, now, owner=person)
        assert set(refusal.value.fields) == {"owner"}
        with pytest.raises(Invalid):
            await solving.change_case(case, {"owner": person}, by=cast.sam, now=now)
    await DB.execute("UPDATE service_case SET owner = $2 WHERE id = $1", case, cast.bob.id)
    await solving.change_case(case, {"owner": cast.bob.id, "subject": "Still leaking"}, by=cast.sam, now=now)
