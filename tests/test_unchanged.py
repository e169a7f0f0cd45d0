"""Opening a form and saving it as it is changes nothing, whatever stands in the record."""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from kam.database.columns import new_id
from kam.database.engine import DB
from kam.records import fields as f
from kam.records.pages.routing import SHARING
from kam.web.unchanged import AREAS
from kam.web.zones import ZONE
from tests.belongings import belongings, routes
from tests.formful import Sheet, sheets
from tests.placing import place_in

# By the page that shows it, where the form goes that changes the record.
FORMS = {
    "/customers/{customer}/edit": "/customers/{customer}",
    "/opportunities/{opportunity}/edit": "/opportunities/{opportunity}",
    "/products/{product}/edit": "/products/{product}",
    "/plans/{plan}/edit": "/plans/{plan}",
    "/plans/{plan}/sections/situation": "/plans/{plan}/sections/situation",
    "/plans/{plan}/sections/objectives": "/plans/{plan}/objectives/{objective}",
    "/plans/{plan}/sections/actions": "/plans/{plan}/actions/{action}",
    "/plans/{plan}/sections/risks": "/plans/{plan}/risks/{risk}",
    "/people/{person}": "/people/{person}",
    "/teams/{team}": "/teams/{team}",
    "/settings": "/settings",
}
FORMS |= {f"/{kind.path}/{{record}}/edit": f"/{kind.path}/{{record}}" for kind in SHARING}
TABLES = (
    "customer", "contact", "contact_role", "interaction", "participant", "sales_order", "sales_order_line",
    "opportunity", "product", "person", "team", "plan", "plan_section", "plan_editor", "objective",
    "initiative", "action", "risk", "record_change",
)  # fmt: skip
TABLES += tuple(kind.sql_table for kind in SHARING)
SPACED = "  Acme\x07 \t"
LINES = "\nFirst\r\nsecond \n\n"
TWICE = datetime(2025, 10, 26, 1, 30, 12, 345678, tzinfo=UTC)  # 02:30 in Berlin for the second time

# What no form would take, but an import, an earlier version or a colleague's departure has left behind.
NASTY: dict[str, dict[str, Any]] = {
    "customer": {
        "name": SPACED, "notes": LINES, "website": "ftp://old", "email": "foo@@bar", "currency": "XTS", "kind": "guild",
        "size": "gigantic", "industry_stage": "stone age", "preferred_channel": "telex", "contact_every_days": 99999,
        "employees": -3, "tags": ["b", "a", "x, y"], "credit_limit": Decimal("1234567890.10"), "phone": "1\n2",
    },
    "sales_order": {
        "ordered_on": date(1700, 1, 1), "channel": "pigeon", "currency": "XTS", "notes": LINES,
    },
    "sales_order_line": {
        "description": SPACED, "quantity": Decimal("0.0001"), "unit_price": Decimal("123456789012.3456"), "unit": " a ",
    },
    "opportunity": {
        "name": SPACED, "probability": 150, "amount": Decimal("-5.00"), "currency": "XTS", "notes": LINES,
        "expected_on": date(1750, 1, 1),
    },
    "product": {
        "code": " Z 1 ", "name": SPACED, "list_price": Decimal("12.3456"), "cost": Decimal("-1.0001"),
        "currency": "XTS", "active": False,
    },
    "plan": {"title": SPACED, "budget": Decimal("-3.00"), "period_end": date(2100, 1, 1)},
    "plan_section": {"text": LINES},
    "objective": {"title": SPACED, "fact": "gone", "baseline": None, "target": Decimal("0.1234")},
    "action": {"title": SPACED, "due_on": date(1750, 1, 1)},
    "risk": {"title": SPACED, "response": LINES},
    "team": {"region": SPACED},
}  # fmt: skip


# The same for every kind of record, by the type of the field.
NASTY_BY_TYPE: dict[str, Any] = {
    f.TEXT: SPACED, f.LONG: LINES, f.EMAIL: "foo@@bar", f.PHONE: "1\n2", f.WEB: "ftp://old",
    f.TAGS: ["b", "a", "x, y"], f.MONEY: Decimal("-5.00"), f.PERCENT: Decimal("150.00"), f.CURRENCY: "XTS",
    f.DAY: date(1750, 1, 1), f.MOMENT: TWICE, f.CHOICE: "gone",
}  # fmt: skip
NASTY |= {
    kind.sql_table: {
        one.name: NASTY_BY_TYPE[one.type]
        for one in kind.fields
        if one.type in NASTY_BY_TYPE and one.name not in {name for name, _ in kind.taken.values()}  # two are not alike
    }
    for kind in SHARING
}


@pytest.fixture
async def things(cast, now) -> dict[str, Any]:
    """One record of each kind, with nasty values and with people and products that have left."""
    made = asdict(await belongings(cast, now))
    await place_in("account_plan", made["plan"], "draft")
    left = await DB.fetchval(
        "INSERT INTO person (id, name, email, role, created_at, active) VALUES (new_id(), 'Gone', 'gone@example.com',"
        " 'manager', $1, false) RETURNING id", now,
    )  # fmt: skip
    product = await DB.fetchval("INSERT INTO product (id, code, name) VALUES (new_id(), 'Z', 'Z') RETURNING id")
    former = await DB.fetchval(
        "INSERT INTO contact (id, name, created_at, updated_at) VALUES (new_id(), 'Former', $1, $1) RETURNING id", now
    )
    await DB.execute(
        "INSERT INTO participant (id, interaction, contact) VALUES ($1, $2, $3)", new_id(), made["interaction"], former
    )
    for table, values in NASTY.items():
        setting = ", ".join(f"{name} = ${number}" for number, name in enumerate(values, 1))
        await DB.execute(f"UPDATE {table} SET {setting}", *values.values())
    for table, column in (("interaction", "next_step_by"), ("opportunity", "owner"),
                          ("contact_role", "owner"), ("action", "owner"), ("risk", "owner")):  # fmt: skip
        await DB.execute(f"UPDATE {table} SET {column} = $1", left)
    for kind in SHARING:
        for one in kind.fields:
            if one.type == f.PERSON or one.of == "product":
                gone = left if one.type == f.PERSON else product
                await DB.execute(f"UPDATE {kind.sql_table} SET {one.name} = $1", gone)
    for table in ("opportunity", "sales_order_line"):
        await DB.execute(f"UPDATE {table} SET product = $1", product)
    await DB.execute("UPDATE person SET language = 'tlh', job = $1", SPACED)
    entries = {name: await DB.fetchval(f"SELECT id FROM {name} LIMIT 1") for name in ("objective", "action", "risk")}
    return made | entries | {"product": product, "person": cast.rita.id, "team": cast.north}


async def _everything() -> dict[str, list[str]]:
    return {
        table: [row[0] for row in await DB.fetch(f"SELECT (to_jsonb(t) - 'seen_zone')::text FROM {table} t ORDER BY 1")]
        for table in TABLES
    }


def _form(page: str, action: str) -> Sheet:
    found = [sheet for sheet in sheets(page) if sheet.action == action]
    assert len(found) == 1, [sheet.action for sheet in sheets(page)]
    return found[0]


@pytest.mark.parametrize("clock", ["UTC", "Europe/Berlin", "Asia/Kathmandu"])
@pytest.mark.parametrize("path", FORMS)
async def test_a_form_that_nobody_touched_changes_nothing(client, cast, things, path, clock):
    browser = await client(cast.ada)
    browser.cookies.set(ZONE, clock)
    before = await _everything()
    known = things | {"record": things["records"].get(path.split("/")[1])}
    answer = await browser.get(path.format(**known))
    assert answer.status_code == 200
    sheet = _form(answer.text, FORMS[path].format(**known))
    sent = await browser.post(sheet.action, data=sheet.data)
    assert sent.status_code == 303, re.findall(r'class="fault"[^>]*>(?:<svg.*?</svg>)?([^<]*)', sent.text, re.DOTALL)
    after = await _everything()
    for table in TABLES:
        assert after[table] == before[table], table


async def test_one_touched_field_is_all_that_changes(client, cast, things):
    browser = await client(cast.ada)
    known = things["records"]["interactions"]
    sheet = _form((await browser.get(f"/interactions/{known}/edit")).text, f"/interactions/{known}")
    sent = await browser.post(sheet.action, data=sheet.data | {"outcome": ["They agreed."]})
    assert sent.status_code == 303, sent.text
    row = await DB.fetchrow("SELECT * FROM interaction WHERE id = $1", known)
    assert (row["outcome"], row["at"], row["channel"], row["cost"]) == ("They agreed.", TWICE, "gone", Decimal(-5))


def test_every_form_that_edits_is_walked():
    edited = {re.sub(r":\w+}", "}", path) for path in routes("GET") if path.endswith("/edit")}
    assert edited <= FORMS.keys()


def test_every_field_of_several_lines_is_known_as_one():
    areas = re.compile(r"""(?:\{\{ ?textarea\(\w+, "|<textarea[^>]* name=")(\w+)\"""")
    templates = Path("templates").rglob("*.html")
    assert {name for path in templates for name in areas.findall(path.read_text())} <= AREAS
