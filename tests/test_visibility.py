"""Nothing of acme reaches charlie, who is of another team: not by any address, list, count, search, file or chart.

The tests walk over all routes the app has; a new route whose parameter is not known here fails until it is added.
"""

from __future__ import annotations

from dataclasses import asdict

import pytest

from kam.customers.editing import edit
from kam.customers.kind import CUSTOMER
from kam.database.engine import DB
from kam.kinds import KINDS
from kam.people.sessions import viewer_of
from kam.records.deleting import delete, restore
from kam.web.waiting import COUNTERS
from tests.belongings import RECORDS, TRACES, belongings, filled, parameters, routes

WORDS = {
    "key": "situation", "number": 1, "workflow": "relationship", "name": "relationship",
    "session": "none", "view": "00000000-0000-0000-0000-000000000000",
}  # fmt: skip
# Of these everybody may know: colleagues, teams, products and workflows belong to no customer.
COMMON = frozenset({"person", "team", "product", "name", "view", "session"})
# What a member of another team may ask for, and see nothing of acme.
LISTS = (
    "/?", "/approvals?", "/cases?", "/cases?q=zebraf", "/contacts?", "/contacts?q=zebraf", "/customers?",
    "/customers?q=acm", "/customers?format=csv", "/customers/similar?name=acme+ind", "/customers/deleted?",
    "/customers/choices?", "/customers/choices?q=acm", "/customers/choices?q=顶",
    "/contacts/theirs?customer=C-ACME", "/orders/theirs?customer=C-ACME",
    "/customers/new?", "/imports?", "/interactions?", "/interactions?format=csv",
    "/orders?",
    "/orders?q=acm", "/orders?format=csv", "/orders/new?", "/cases/new?", "/plans?", "/plans?q=zebraf",
    "/plans?format=csv", "/plans/new?", "/portfolio?", "/portfolio?view=board", "/portfolio?view=matrix",
    "/portfolio?view=pareto", "/portfolio?format=csv", "/ranking?", "/search?q=acm", "/search?q=zebraf", "/search?q=顶",
    "/warnings?", "/workflows?", "/workflows/relationship?", "/more?", "/contacts?format=csv", "/cases?format=csv",
)  # fmt: skip
OWNED = [kind for kind in RECORDS if kind.of_customers and not kind.is_itself]
LISTS += tuple(
    f"/{kind.path}{rest}" for kind in OWNED
    for rest in (
        "?", "?q=zebraf", "?format=csv", "/new?", "/choices?", "/choices?q=zebraf", "/theirs?customer=C-ACME&q=zebraf"
    )
)  # fmt: skip
LISTS += tuple(f"/{kind.path}/board?" for kind in OWNED if kind.workflow)
SHOWN_TO_ALICE = (
    "/customers?", "/customers?q=acm", "/customers?format=csv", "/orders?", "/search?q=zebraf", "/portfolio?view=board",
    "/contacts?q=zebraf", "/plans?format=csv", "/warnings?", "/ranking?", "/cases?", "/?", "/opportunities/board?",
    "/portfolio?view=pareto", "/imports?", "/interactions?format=csv", "/search?q=顶", "/customers/choices?q=acm",
    "/contacts/theirs?customer=C-ACME",
    *(f"/{kind.path}{rest}" for kind in OWNED for rest in ("?", "?q=zebraf", "?format=csv", "/choices?q=zebraf")),
)  # fmt: skip


@pytest.fixture
async def things(cast, now):
    return await belongings(cast, now)


def of_acme(method: str) -> list[str]:
    """A record of no customer is seen by ability, and so not acme's."""
    nobodys = tuple(f"/{kind.path}/" for kind in KINDS if not kind.of_customers)
    found = [path for path in routes(method) if parameters(path) and not COMMON & set(parameters(path))]
    return [path for path in found if not path.startswith(nobodys)]


def traces(text: str, things) -> list[str]:
    return [trace for trace in (*TRACES, *things.ids()) if trace in text]


@pytest.mark.parametrize("path", of_acme("GET"))
async def test_every_page_of_acmes_records_is_there_for_its_owner_alone(client, cast, things, path):
    address = filled(path, asdict(things) | WORDS)
    owner, outsider = await client(cast.alice), await client(cast.charlie)
    if path != "/imports/{file:uuid}/failed-rows":  # nothing has failed yet
        assert (await owner.get(address)).status_code in (200, 303), path
    refused = await outsider.get(address)
    assert refused.status_code == 404 and not traces(refused.text.replace(address, ""), things), path


@pytest.mark.parametrize("path", of_acme("POST"))
async def test_nobody_of_another_team_changes_anything_of_acmes(client, cast, things, path):
    before = await changes()
    address = filled(path, asdict(things) | WORDS)
    said = {"transition": "step_back", "title": "x", "name": "x", "position": "sales", "person": str(cast.charlie.id)}
    answer = await (await client(cast.charlie)).post(address, data=said | {"plan": str(things.plan)})
    assert answer.status_code in (403, 404), (path, answer.status_code)
    assert not traces(answer.text.replace(address, ""), things) and await changes() == before


async def changes() -> object:
    return await DB.fetchrow(
        "SELECT (SELECT count(*) FROM record_change), (SELECT count(*) FROM workflow_step),"
        " (SELECT count(*) FROM work), (SELECT count(*) FROM document)"
    )


@pytest.mark.parametrize("address", LISTS)
async def test_no_list_search_chart_or_file_shows_anything_of_acmes_to_another_team(client, cast, things, address):
    answer = await (await client(cast.charlie)).get(address)
    assert answer.status_code == 200 and not traces(answer.text, things), address


@pytest.mark.parametrize("address", SHOWN_TO_ALICE)
async def test_the_same_lists_show_it_to_its_owner(client, cast, things, address):
    assert traces((await (await client(cast.alice)).get(address)).text, things), address


def test_no_list_of_the_app_is_forgotten():
    asked = {address.partition("?")[0] for address in LISTS}
    own = {"/people", "/people/new", "/teams", "/teams/new", "/settings", "/sign-in"}
    own |= {f"/{kind.path}{rest}" for kind in KINDS if not kind.of_customers for rest in ("", "/new", "/choices")}
    own |= {"/people/choices", "/password", "/healthz", "/readyz", "/metrics", "/storage"}
    known = asked | own
    assert [path for path in routes("GET") if not parameters(path) and path not in known] == []


async def test_no_number_in_the_navigation_counts_what_the_viewer_does_not_see(cast, things, now):
    charlie, mona = await viewer_of(cast.charlie.id, now=now), await viewer_of(cast.mona.id, now=now)
    assert {name: await count(charlie) for name, count in COUNTERS.items()} == dict.fromkeys(COUNTERS, 0)
    assert (await COUNTERS["warnings"](mona), await COUNTERS["approvals"](mona)) == (1, 1)


@pytest.mark.parametrize("address", [address for address in LISTS if address != "/customers/deleted?"])
async def test_a_deleted_customer_is_in_no_list_search_chart_or_file(client, cast, things, now, address):
    await delete(CUSTOMER, cast.acme, by=cast.alice, now=now)
    text = (await (await client(cast.alice)).get(address)).text
    assert str(cast.acme) not in text and "Acme" not in text and "顶点" not in text, address


async def test_a_deleted_customer_counts_nowhere(cast, things, now):
    await delete(CUSTOMER, cast.acme, by=cast.alice, now=now)
    for person in (cast.alice, cast.mona, cast.ada, cast.sam):
        viewer = await viewer_of(person.id, now=now)
        assert {name: await count(viewer) for name, count in COUNTERS.items()} == dict.fromkeys(COUNTERS, 0)


async def test_a_restored_customer_is_known_as_it_is_now(cast, things, now):
    known = "SELECT contacts_known FROM customer_fact WHERE customer = $1"
    stood = await DB.fetchval(known, cast.acme)
    await delete(CUSTOMER, cast.acme, by=cast.alice, now=now)
    await DB.execute("UPDATE customer_fact SET contacts_known = 99 WHERE customer = $1", cast.acme)
    await restore(CUSTOMER, cast.acme, by=cast.alice, now=now)
    assert await DB.fetchval(known, cast.acme) == stood > 0


async def test_what_was_changed_in_a_group_names_no_company_that_the_viewer_does_not_see(client, cast, things, now):
    await edit(cast.omega, {"parent": cast.acme}, by=cast.ada, now=now)
    browser = await client(cast.charlie)
    for page in ("", "/history", "/edit", "/contacts", "/sales", "/team"):
        assert not traces((await browser.get(f"/customers/{cast.omega}{page}")).text, things), page


FORMS = [path for path in routes("GET") if path.endswith(("/new", "/edit"))]


@pytest.mark.parametrize("path", FORMS)
async def test_no_form_is_offered_to_who_may_only_read(client, cast, things, path):
    browser = await client(cast.rita)
    assert (await browser.get(filled(path, asdict(things) | WORDS))).status_code == 403
    assert 'data-key="n"' not in (await browser.get("/")).text
