"""The history in the reader's words: fields by their titles, keys by theirs, people and products by name."""

from __future__ import annotations

from datetime import date

import pytest

from kam.customers.pages.differing import BOOKKEEPING, FIELD_TITLES, UNTOLD, VALUE_TITLES, differences, said
from kam.customers.pages.history import _why
from kam.customers.tables import Customer
from kam.language import LOCALES
from kam.plans.freezing import SUCCESSOR
from kam.records.catalogue import kind_of
from kam.records.editing import edit
from kam.workflow.registry import current
from tests import cataloguing, ordering, pursuing
from tests.meeting import met, role_of
from tests.solving import opened
from tests.talking import log

NOT_CHANGED_BY_HAND = {
    "created_at", "created_by", "updated_at", "contact", "sales_order", "external_key",
}  # fmt: skip
TABLES = (Customer,)


@pytest.mark.parametrize("table", TABLES)
def test_every_field_that_can_change_has_a_title(table):
    columns = {column._meta.name for column in table._meta.columns}
    assert columns - set(FIELD_TITLES) - UNTOLD - NOT_CHANGED_BY_HAND == set()


@pytest.mark.parametrize("language", sorted(set(LOCALES) - {"en"}))  # in English some titles are spelt like the key
def test_no_key_is_told_raw(language):
    raw = [
        (kind, field, key)
        for kind, fields in VALUE_TITLES.items() for field, titles in fields.items() for key in titles
        if key != "" and said(kind, field, key, {}, language) == str(key)
    ]  # fmt: skip
    assert raw == []


def test_a_field_of_an_earlier_version_is_told_without_underscores():
    assert differences("customer", {"old_field": [None, "x"]}, {}, "en") == ["old field: x"]
    assert differences("plan", {"risk_id": [None, "x"], f"x{BOOKKEEPING[0]}": [None, "x"]}, {}, "en") == []


async def test_a_case_is_told_with_its_own_kinds_and_its_product_by_name(client, cast, now):
    product = await cataloguing.add({"code": "P", "name": "Pump"}, by=cast.alice, now=now)
    case = await opened(cast.acme, subject="Leak", by=cast.alice, now=now)
    values = {"kind": "order_query", "priority": "urgent", "product": product, "owner": cast.bob.id}
    await edit(kind_of("case"), case, values, by=cast.alice, now=now)
    page = (await (await client(cast.alice)).get(f"/customers/{cast.acme}/history")).text
    assert "Kind: Complaint → Order query" in page and "Priority: Normal → Urgent" in page
    assert "Product: P Pump" in page and "Owner: Bob" in page
    assert " Leak" in page and "Case changed: S-2026-" in page and f'href="/cases/{case}"' in page
    assert "order_query" not in page and str(product) not in page


async def overtaken(client, cast, address, mine, theirs):
    """Two tabs with the same form: theirs is saved first, then mine; what mine is answered."""
    one, other = await client(cast.alice), await client(cast.bob)
    assert (await other.post(address, data={**mine, **theirs, "revision": "1"})).status_code == 303
    answer = await one.post(address, data={**mine, "revision": "1"})
    assert answer.status_code == 409 and "Somebody else changed this" in answer.text
    again = await one.post(address, data={**mine, "revision": "2"})
    assert again.status_code == 303
    return answer.text


async def test_an_order_that_somebody_overtook_keeps_both(client, cast, now):
    line = ordering.line(1, description="Pump", price=5)
    order = await ordering.take(cast.acme, [line], ordered_on=date(2026, 5, 4), by=cast.alice, now=now)
    mine = {"ordered_on": "2026-05-04", "channel": "", "currency": "EUR", "lines_product": "", "notes": "mine",
            "lines_description": "Pump", "lines_quantity": "2", "lines_unit_price": "5"}  # fmt: skip
    told = await overtaken(client, cast, f"/orders/{order}", mine, {"channel": "phone", "lines_quantity": "3"})
    assert "Channel: Phone" in told and "Pump · 3 · 5" in told and 'value="2"' in told and ">mine</textarea>" in told


async def test_an_opportunity_that_somebody_overtook_keeps_both(client, cast, now):
    found = await pursuing.note(cast.acme, {"name": "Line 7"}, by=cast.alice, now=now)
    mine = {"name": "Line 7 and 8", "amount": "", "currency": "EUR", "owner": ""}
    theirs = {"amount": "750", "owner": str(cast.bob.id)}
    told = await overtaken(client, cast, f"/opportunities/{found}", mine, theirs)
    assert "Amount: €750" in told and "Owner: Bob" in told and 'value="Line 7 and 8"' in told


async def test_a_case_that_somebody_overtook_keeps_both(client, cast, now):
    case = await opened(cast.acme, subject="Leak", by=cast.alice, now=now)
    mine = {"kind": "complaint", "priority": "normal", "subject": "Leak in hall 3", "problem": "wet"}
    told = await overtaken(client, cast, f"/cases/{case}", mine, {"kind": "repair", "subject": "Leak"})
    assert "Kind: Repair" in told and 'value="Leak in hall 3"' in told and ">wet</textarea>" in told


async def test_a_contact_its_role_and_an_interaction_that_somebody_overtook_keep_both(client, cast, now):
    contact = await met(cast.acme, "Zhang Wei", by=cast.alice, now=now)
    told = await overtaken(client, cast, f"/contacts/{contact}", {"name": "Zhang W."}, {"name": "Wei", "phone": "12"})
    assert "Name: Wei" in told and 'value="Zhang W."' in told
    role = await role_of(contact, cast.acme)
    mine = {"contact": str(contact), "stance": "neutral", "influence": "3", "job": "Buyer"}
    told = await overtaken(client, cast, f"/contact-roles/{role}", mine, {"stance": "champion", "job": "Head"})
    assert "Stance toward us" in told and "Champion</span>" in told and 'value="Buyer"' in told
    call = await log(cast.acme, {"channel": "phone", "purpose": "Call"}, by=cast.alice, now=now)
    mine = {"channel": "phone", "purpose": "Long call", "at": "2026-06-14T10:00", "direction": "out"}
    told = await overtaken(client, cast, f"/interactions/{call}", mine, {"channel": "visit"})
    assert ">Visit</span>" in told and 'value="Long call"' in told


async def test_why_the_system_took_a_step_is_told_by_title(client, cast, now):
    by_system = (
        ("early_warning", "watch_calm"), ("early_warning", "watch_too_long"), ("account_plan", SUCCESSOR),
        ("early_warning", "no_longer_known"),
    )  # fmt: skip
    for language in sorted(LOCALES):
        told = [_why(current().definition(workflow), trigger, language) for workflow, trigger in by_system]
        assert all(told[:3]) and told[3] == "" and not any("_" in text for text in told)
