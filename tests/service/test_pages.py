"""The pages of cases, and service on the page of a customer."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from kam.service import queries
from kam.workflow.options import instance_of
from tests.solving import led, opened


async def test_the_list_is_narrowed_by_state_priority_kind_owner_and_what_is_overdue(client, cast, now):
    await opened(cast.acme, subject="Belt torn", owner=cast.sam.id, by=cast.sam, now=now + timedelta(days=9000))
    await opened(
        cast.acme, subject="Pump leaks", priority="urgent", kind="repair", by=cast.sam, now=now - timedelta(days=2000)
    )
    sam = await client(cast.sam)
    for asked, found in {
        "state=open": "belt pump",
        "state=solved": "",
        "priority=urgent": "pump",
        "kind=repair": "pump",
        f"owner={cast.sam.id}": "belt",
        "overdue=yes": "pump",
        "q=acme": "belt pump",
        f"customer={cast.acme}": "belt pump",
    }.items():
        text = (await sam.get(f"/cases?{asked}")).text
        shown = [name for name, words in (("belt", "Belt torn"), ("pump", "Pump leaks")) if words in text]
        assert shown == found.split(), asked


async def test_who_owns_what_is_overdue_has_it_on_the_desk_however_long_that_is_ago(client, cast, now):
    case = await opened(cast.acme, owner=cast.sam.id, by=cast.sam, now=now - timedelta(days=2000))
    desk = (await (await client(cast.sam)).get("/")).text
    assert f'href="/cases/{case}"' in desk and 'id="desk-overdue"' in desk
    await led(case, "solve", by=cast.sam, now=now)
    assert f'href="/cases/{case}"' not in (await (await client(cast.sam)).get("/")).text


async def test_the_pages_serve_the_team_and_nobody_else(client, cast, now):
    case = await opened(cast.acme, by=cast.sam, now=now)
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
    assert (await charlie.post(f"/cases/{case}/deletion")).status_code == 404
    instance = await instance_of("service_case", case)
    said = {"transition": "take", "revision": "1"}
    assert (await charlie.post(f"/instances/{instance.id}/steps", data=said)).status_code == 404


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
    steps = f"/instances/{(await instance_of('service_case', UUID(case.removeprefix('/cases/')))).id}/steps"
    empty = await sam.post(steps, data={"transition": "solve", "solution": "", "revision": "1", "next": case})
    assert empty.status_code == 409
    assert "“How it was solved” is needed." in empty.text and "Say how it was solved" in empty.text
    told = {"take": {}, "solve": {"solution": "Seal"}, "close": {}, "reopen": {}}
    for revision, (step, body) in enumerate(told.items(), 1):
        answer = await sam.post(steps, data={"transition": step, "revision": str(revision), "next": case} | body)
        assert (answer.status_code, answer.headers.get("location")) == (303, case), step
    page = (await sam.get(case)).text
    assert "Seal" in page and "In progress" in page and "Drip" in page
    assert (await sam.post(f"{case}/deletion", data={"revision": "5"})).status_code == 303
    assert (await sam.post(f"{case}/restoration")).status_code == 303


async def test_the_customers_page_shows_what_is_open_late_and_solved_and_how_complaints_go(client, cast, now):
    browser, address = await client(cast.alice), f"/customers/{cast.acme}/service"
    assert "No cases yet" in (await browser.get(address)).text
    nine, five = now - timedelta(days=9), now - timedelta(days=5)
    late = await opened(cast.acme, subject="Leak", priority="urgent", by=cast.alice, now=nine)
    done = await opened(cast.acme, kind="repair", subject="Broken belt", by=cast.alice, now=five)
    said = {"solution": "New belt fitted."}
    await led(done, "solve", by=cast.bob, now=now - timedelta(days=2), fields=said)
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
