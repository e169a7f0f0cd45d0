"""Whatever an address or a form holds, the answer is a page or an explanation, and never a fault of ours.

The tests walk over all routes the app has.
"""

from __future__ import annotations

from dataclasses import asdict
from urllib.parse import quote

import pytest

from kam.database.columns import new_id
from kam.kinds import KINDS
from kam.records.pages.routing import SHARING
from tests.belongings import RECORDS, belongings, filled, parameters, routes
from tests.records.making import sample

NUL, LONG = "a\x00b", "x" * 700
FIELDS = (
    "q", "sort", "after", "before", "measure", "level", "stage", "owner", "team", "revenue_from", "revenue_to",
    "silent_from", "total_from", "ordered_on_from", "amount_to", "state", "kind", "col", "show", "name",
    "customer", "contact", "sales_order", "from", "to", "number", "language", "product", "year", "segment",
    "period_end_to", "author", "score_from", "key", "expected_on_from", "opened_at_to", "at_from",
)  # fmt: skip
QUERIES = {
    "letters": "xxx", "empty": "", "huge": "9" * 300, "nul": NUL, "minus": "-1", "quote": "');--", "long": LONG,
    "float": "1e999999", "nan": "NaN", "broken": "\udce4", "cursor": "eyJ4Ijp9",
    "han": "顶" * 60, "date": "9999-99-99",
    "late": "9999-12-31", "uuid": "00000000-0000-0000-0000-00000000000g", "percent": "%_\\",
}  # fmt: skip
VALUES = {
    "empty": "", "letters": "xxx", "huge": "9" * 400, "nul": NUL, "minus": "-1", "long": "长" * 30_000, "nan": "NaN",
    "script": "<script>alert(1)</script>", "nobody": "00000000-0000-7000-8000-000000000000", "date": "9999-12-31",
    "infinite": "1e400", "big": "99999999999999",
}  # fmt: skip
TYPED = (
    "name", "title", "transition", "revision", "request", "comment", "customer", "contact", "person", "position",
    "owner", "team", "parent", "kind", "state", "remark", "stage", "currency", "amount", "probability", "expected_on",
    "ordered_on", "lines_product", "lines_quantity", "lines_unit_price", "lines_description", "number", "channel", "at",
    "direction", "purpose", "feeling", "effort_hours", "cost", "next_step", "next_step_on", "next_step_by",
    "people", "contacts", "subject", "priority", "product", "sales_order", "solution", "lost_reason", "reason",
    "text", "body", "target", "fact", "due_on", "likelihood", "impact", "initiative", "budget", "period_start",
    "period_end", "email", "role", "password", "language", "theme", "list", "query", "next", "ids", "do", "tag",
    "tags", "influence", "stance", "reports_to", "covered_by", "birthday", "employees", "credit_limit",
    "contact_every_days", "key", "plan", "code", "list_price", "unit", "then", "separator", "encoding", "current",
    "new", "lead", "leads", "active", "region", "carried_over_from", "baseline", "duration_minutes",
    "cost_amount", "happened_at", "responsible", "measure", "weight", "family",
)  # fmt: skip
TYPED += tuple({one.name for kind in KINDS for one in kind.fields} - set(TYPED))


def fields_at(path):
    """What an address may be asked with; of the kinds only that whose address it is, or it would grow too long."""
    own = [one.name for kind in SHARING if path.startswith(f"/{kind.path}") for one in kind.fields]
    return dict.fromkeys([*FIELDS, *(f"{name}{end}" for name in own for end in ("", "_from", "_to"))])


EXPLAINED = range(200, 500)


@pytest.fixture
async def things(cast, now):
    return await belongings(cast, now)


def words(cast, things) -> dict[str, object]:
    known = {"person": cast.bob.id, "team": cast.north, "product": new_id(), "session": "none", "view": new_id()}
    return (
        asdict(things) | known | {"key": "situation", "number": 1, "workflow": "relationship", "name": "relationship"}
    )


@pytest.mark.parametrize("path", routes("GET"))
async def test_a_nonsense_address_is_never_a_fault(client, cast, things, path):
    browser, address, faults = await client(cast.ada), filled(path, words(cast, things)), []
    for named, value in QUERIES.items():
        written = quote(value.encode("utf-8", "surrogateescape"))
        answer = await browser.get(f"{address}?{'&'.join(f'{field}={written}' for field in fields_at(path))}")
        if answer.status_code >= 500:
            faults.append((named, answer.status_code))
    for query in ("view=xxx", "format=xxx", "after=W10", "before=bnVsbA", "&&&===", "%ff%fe=%00"):
        if (await browser.get(f"{address}?{query}")).status_code >= 500:
            faults.append((query, 500))
    assert faults == []


@pytest.mark.parametrize("path", [path for path in routes("GET") + routes("POST") if parameters(path)])
async def test_what_does_not_exist_is_not_found(client, cast, path):
    nothing = dict.fromkeys(parameters(path), new_id()) | {"number": 99, "workflow": "relationship"}
    method = "GET" if path in routes("GET") else "POST"
    said = {
        "reason": "x",
        "transition": "x",
        "title": "x",
        "name": "x",
        "plan": str(new_id()),
        "email": "x@example.com",
    }
    said |= {"password": "correct horse battery", "solution": "x", "lost_reason": "x", "role": "manager"}
    said |= {"person": str(cast.bob.id), "position": "sales"}
    answer = await (await client(cast.ada)).request(
        method, filled(path, nothing), data=said if method == "POST" else None
    )
    if path in ("/views/{view:uuid}/deletion", "/settings/sessions/{session:str}/end"):
        assert answer.status_code in (303, 404)  # gone already is as good
    else:
        assert answer.status_code == 404, answer.status_code


@pytest.mark.parametrize("path", routes("POST"))
async def test_a_nonsense_form_is_answered_with_an_explanation(client, cast, things, path):
    browser, address, faults = await client(cast.ada), filled(path, words(cast, things)), []
    for named, value in VALUES.items():
        answer = await browser.post(address, data=dict.fromkeys(TYPED, value))
        if answer.status_code not in EXPLAINED:
            faults.append((named, answer.status_code))
    assert faults == []


@pytest.mark.parametrize("path", routes("POST"))
async def test_an_empty_form_is_answered_with_an_explanation(client, cast, things, path):
    browser, address = await client(cast.ada), filled(path, words(cast, things))
    for sent in (
        {"data": {}},
        {"content": b""},
        {"content": b"\xff\x00=%zz", "headers": {"content-type": "text/plain"}},
    ):
        assert (await browser.post(address, **sent)).status_code in EXPLAINED, path


@pytest.mark.parametrize("path", routes("POST"))
async def test_a_form_without_proof_of_where_it_comes_from_is_refused(client, cast, things, path):
    answer = await (await client(cast.ada, proof=False)).post(filled(path, words(cast, things)), data={})
    assert answer.status_code == 403 and "<h1" in answer.text, (path, answer.status_code)


NONSENSE = [(kind, one) for kind in RECORDS for one in kind.fields if not one.reckoned]


@pytest.mark.parametrize(("kind", "field"), NONSENSE, ids=[f"{kind.name}.{one.name}" for kind, one in NONSENSE])
async def test_nonsense_in_one_field_of_a_record_is_taken_or_explained_at_the_field(
    client, cast, things, kind, field, now
):
    """All else is as it should be, so that the field is really reached; in the form of a new one and of one there."""
    browser, faults = await client(cast.ada), []
    record = things.records[kind.path]
    good = {name: str(value) for name, value in sample(kind, now).items() if not isinstance(value, list | bool)}
    for named, value in VALUES.items():
        said = good | ({"customer": "C-ACME"} if kind.of_customers else {}) | {field.name: value}
        for address, more in ((f"/{kind.path}", {}), (kind.address(record), {"revision": "1"})):
            answer = await browser.post(address, data=said | more)
            if answer.status_code not in (303, 409, 422):
                faults.append((named, address, answer.status_code))
            if answer.status_code == 422 and 'class="fault"' not in answer.text:
                faults.append((named, address, "says nothing at the field"))
    assert faults == []
