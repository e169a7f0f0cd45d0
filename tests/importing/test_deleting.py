"""Uploads and their failed rows are deleted by who uploaded them; what was imported stays."""

from __future__ import annotations

from uuid import UUID

import pytest

from kam.database.engine import DB
from kam.errors import Invalid, NotFound
from kam.importing import queries
from kam.importing.deleting import delete
from kam.importing.starting import start
from kam.importing.uploading import upload
from tests.importing.test_pages import in_worker, uploaded
from tests.racing import at_once

ROWS = b"id,name\n1,One Ltd\n2,\n"
CHOSEN = {"column_key": "0", "column_name": "1", "currency": "EUR", "header": "1", "then": "import"}


@pytest.fixture
async def browser(client, cast):
    return await client(cast.alice)


@pytest.fixture
async def imported(browser, now):
    file = await uploaded(browser, ROWS)
    await browser.post(file, data=CHOSEN)
    await in_worker(file, now)
    return file


async def test_an_upload_goes_with_its_report_and_rows_and_what_was_imported_stays(client, cast, browser, imported):
    asked = (await browser.get(f"{imported}/deletion")).text
    assert "What was imported from it stays." in asked and f'action="{imported}/failed-rows/deletion"' in asked
    assert (await browser.get(f"{imported}/failed-rows")).status_code == 200
    answer = await browser.post(f"{imported}/deletion")
    assert (answer.status_code, answer.headers["location"]) == (303, "/imports")
    assert "The upload was deleted." in (await browser.get("/imports")).text
    for path in ("", "/failed-rows", "/deletion"):
        assert (await browser.get(imported + path)).status_code == 404
    counts = "SELECT (SELECT count(*) FROM import_file), (SELECT count(*) FROM work), count(content) FROM document"
    assert tuple(await DB.fetchrow(counts)) == (0, 0, 0)
    assert await DB.fetchval("SELECT count(*) FROM customer WHERE name = 'One Ltd'") == 1


async def test_only_the_rows_that_were_not_taken_can_be_deleted(browser, imported):
    document = await DB.fetchval("SELECT id FROM document")
    answer = await browser.post(f"{imported}/failed-rows/deletion")
    assert (answer.status_code, answer.headers["location"]) == (303, imported)
    shown = (await browser.get(imported)).text
    assert "data-report" in shown and f"{imported}/failed-rows" not in shown
    assert "failed-rows" not in (await browser.get(f"{imported}/deletion")).text
    gone = await browser.get(f"/documents/{document}")
    assert gone.status_code == 410 and "no longer kept" in gone.text
    work = await DB.fetchval("SELECT id FROM work")
    assert f"/documents/{document}" not in (await browser.get(f"/work/{work}")).text
    assert (await browser.post(f"{imported}/failed-rows/deletion")).status_code == 404


@pytest.mark.parametrize("state", ["waiting", "running"])
async def test_what_waits_or_runs_is_not_deleted_and_says_why(browser, state):
    file = await uploaded(browser, ROWS)
    await browser.post(file, data=CHOSEN)
    await DB.execute("UPDATE work SET state = $1", state)
    assert f'href="{file}/deletion"' not in (await browser.get(file)).text
    answer = await browser.post(f"{file}/deletion")
    assert answer.status_code == 409
    assert "This file is being read." in answer.text and "What was imported from it stays." not in answer.text
    assert await DB.fetchval("SELECT count(*) FROM import_file") == 1


async def test_nobody_deletes_the_upload_of_somebody_else(client, cast, imported):
    for person in (cast.charlie, cast.mona, cast.ada):
        other = await client(person)
        for method, path in (("get", "/deletion"), ("post", "/deletion"), ("post", "/failed-rows/deletion")):
            assert (await getattr(other, method)(imported + path)).status_code == 404
    assert (await (await client(cast.rita)).post(f"{imported}/deletion")).status_code == 403
    assert await DB.fetchval("SELECT count(content) FROM document") == 1
    assert await DB.fetchval("SELECT count(*) FROM import_file") == 1


async def test_the_page_says_how_large_each_file_is_and_how_long_it_is_kept(browser, imported):
    shown = (await browser.get("/imports")).text
    assert "kept for 180 days" in shown and f'href="{imported}/deletion"' in shown
    held = len(ROWS) + await DB.fetchval("SELECT octet_length(content) FROM document")
    assert f"{held} B" in shown


async def test_deleted_twice_at_one_moment_it_is_deleted_once(committed, now):
    alice = committed.alice
    file = await upload("customers", "a.csv", ROWS, by=alice, now=now)
    done = await at_once(*(delete(file, by=alice, now=now) for _ in range(4)))
    assert [type(one) for one in done if one is not None] == [NotFound] * 3
    assert await DB.fetchval("SELECT count(*) FROM import_file") == 0


@pytest.fixture
async def queue(committed):
    """What is queued for good is cleared away, for the tests that count it."""
    yield
    await DB.execute("DELETE FROM procrastinate_jobs")


async def test_of_starting_and_deleting_at_one_moment_one_wins(committed, queue, now):
    alice = committed.alice
    for _ in range(12):
        file = await upload("customers", "a.csv", ROWS, by=alice, now=now)
        await DB.execute('UPDATE import_file SET mapping = \'{"key": 0, "name": 1}\' WHERE id = $1', file)
        found = await queries.find(alice, file)
        started, deleted = await at_once(
            start(found, dry_run=False, by=alice, now=now), delete(file, by=alice, now=now)
        )
        there = await DB.fetchval("SELECT count(*) FROM import_file WHERE id = $1", file)
        works = await DB.fetchval("SELECT count(*) FROM work WHERE input ->> 'file' = $1", str(file))
        assert there == works, (started, deleted)
        assert isinstance(started, UUID if there else NotFound)
        assert isinstance(deleted, Invalid) if there else deleted is None
