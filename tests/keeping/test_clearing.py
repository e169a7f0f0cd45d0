"""What has been kept for its time goes, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from asyncpg import RestrictViolationError

from kam.database.engine import DB
from kam.documents.clearing import clear as give_up
from kam.documents.storing import store
from kam.jobs.asking import ask
from kam.keeping import clearing, times
from kam.keeping.clearing import clear
from kam.schedule import SCHEDULE
from kam.starting import WORKFLOWS
from kam.verifying import verify
from tests.belongings import belongings
from tests.racing import at_once
from tests.server import as_owner

TIMES = times.load(WORKFLOWS)
DAY = timedelta(days=1)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


async def an_upload(by, at, *, work=None) -> object:
    return await DB.fetchval(
        "INSERT INTO import_file (id, kind, name, content, options, mapping, uploaded_by, uploaded_at, work)"
        " VALUES (new_id(), 'customers', 'a.csv', $1, '{}', '{}', $2, $3, $4) RETURNING id",
        b"name\nOne\n", by.id, at, work,
    )  # fmt: skip


async def a_work(by, at, state="done", **input) -> object:
    work = await ask("import", title="a.csv", by=by.id, input={"at": str(at)} | input, now=at)
    await DB.execute("UPDATE work SET state = $2, finished_at = $3 WHERE id = $1", work, state, at)
    return work


async def a_job(status, at) -> int:
    job = await DB.fetchval(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, priority, status, args)"
        " VALUES ('work', 'x', 0, $1, '{}') RETURNING id", status,
    )  # fmt: skip
    await DB.execute("DELETE FROM procrastinate_events WHERE job_id = $1", job)
    await DB.execute("INSERT INTO procrastinate_events (job_id, type, at) VALUES ($1, 'deferred', $2)", job, at)
    return job


async def an_attempt(at) -> None:
    await DB.execute(
        "INSERT INTO sign_in_attempt (id, email, address, at, succeeded) VALUES (new_id(), 'a', 'b', $1, true)", at
    )


async def ids(table, where="TRUE") -> set:
    return {row["id"] for row in await DB.fetch(f"SELECT id FROM {table} WHERE {where}")}


async def test_what_is_over_its_time_goes_and_what_is_within_it_stays(cast, now):
    by = cast.alice
    over, within = ({name: now - (time + edge) for name, time in TIMES.items()} for edge in (DAY / 24, -DAY / 24))
    await an_upload(by, over["uploads"])
    stay = {"import_file": {await an_upload(by, within["uploads"])}}
    await a_work(by, over["works"])
    stay["work"] = {await a_work(by, within["works"])}
    await a_job("failed", over["jobs"])
    stay["procrastinate_jobs"] = {
        await a_job("failed", within["jobs"]),
        *await ids("procrastinate_jobs", "status = 'todo'"),
    }
    await an_attempt(over["sign_in_attempts"])
    await an_attempt(within["sign_in_attempts"])
    for kind, name in (("plan", "documents"), ("failed_rows", "failed_rows")):
        await store(kind, "a", b"content", by=by.id, at=over[name])
        kept = await store(kind, "a", b"content", by=by.id, at=within[name])
        stay.setdefault("document", set()).add(kept)
    gone = await clear(now, TIMES)
    assert gone == dict.fromkeys(TIMES, 1)
    for table in ("import_file", "work", "procrastinate_jobs"):
        assert await ids(table) == stay[table], table
    assert await ids("document", "content IS NOT NULL") == stay["document"]
    assert await DB.fetchval("SELECT count(*) FROM sign_in_attempt") == 1
    assert await clear(now, TIMES) == dict.fromkeys(TIMES, 0)


async def test_what_waits_or_runs_never_goes(cast, now):
    for state in ("waiting", "running"):
        await an_upload(cast.alice, LONG_AGO, work=await a_work(cast.alice, LONG_AGO, state))
    for status in ("todo", "doing"):
        await a_job(status, LONG_AGO)
    assert sum((await clear(now, TIMES)).values()) == 0


async def test_an_upload_that_was_used_again_is_not_old_and_keeps_its_report(cast, now):
    file = await an_upload(cast.alice, LONG_AGO, work=await a_work(cast.alice, now - TIMES["uploads"] + DAY))
    assert TIMES["works"] < TIMES["uploads"] - DAY
    assert sum((await clear(now, TIMES)).values()) == 0
    await clear(now + 2 * DAY, TIMES)
    assert (await ids("import_file"), await ids("work")) == (set(), set())
    assert file


async def test_with_an_upload_go_its_failed_rows_and_its_works(cast, now):
    file = await an_upload(cast.alice, LONG_AGO)
    earlier = await a_work(cast.alice, now - DAY * 200, file=str(file))
    await DB.execute("UPDATE import_file SET work = $2 WHERE id = $1", file, earlier)
    other = await store("failed_rows", "b", b"rows", subject=cast.acme, by=cast.alice.id, at=now)
    await store("failed_rows", "a", b"rows", subject=file, by=cast.alice.id, at=now)
    await clear(now, {"uploads": DAY})
    assert (await ids("import_file"), await ids("work")) == (set(), set())
    assert await ids("document", "content IS NOT NULL") == {other}


async def test_the_report_of_a_pdf_stays_as_long_as_the_pdf(cast, now):
    document = await store("plan", "a.pdf", b"%PDF", by=cast.alice.id, at=now - DAY)
    work = await a_work(cast.alice, LONG_AGO)
    await DB.execute("UPDATE work SET document = $2 WHERE id = $1", work, document)
    await clear(now, TIMES)
    assert await ids("work") == {work}
    await clear(now, {"documents": DAY / 2, "works": DAY})
    assert await ids("work") == set()


async def test_what_is_kept_until_deleted_stays(cast, now):
    await an_upload(cast.alice, LONG_AGO)
    assert await clear(now, TIMES | {"uploads": None}) == dict.fromkeys(TIMES.keys() - {"uploads"}, 0)
    assert len(await ids("import_file")) == 1


async def test_the_history_with_its_versions_of_plans_stays_and_verifies(cast, now):
    things = await belongings(cast, now)
    kept = ("plan_version", "workflow_step", "workflow_instance", "record_change", "plan_comment", "document")
    before = {table: await ids(table) for table in kept}
    async with as_owner():
        await DB.fetchval("SELECT seal_history_upto(last_value, $1) FROM history_entry", now)
    await clear(now + 30 * DAY, dict.fromkeys(TIMES, DAY))
    assert await DB.fetchval("SELECT content FROM document WHERE id = $1", things.document) is None
    assert {table: await ids(table) for table in kept} == before
    assert (await verify()).faults == []


async def test_a_clock_that_was_set_back_clears_nothing_and_one_that_ran_ahead_neither(cast, now):
    await an_upload(cast.alice, now)
    for moment in (now - 4000 * DAY, datetime.now(UTC) + 4000 * DAY):
        assert await clear(moment, TIMES | {"uploads": 300 * DAY}) == dict.fromkeys(TIMES, 0)
    await an_attempt(now + 400 * DAY)
    await store("plan", "a.pdf", b"%PDF", by=cast.alice.id, at=now + 4000 * DAY)
    assert sum((await clear(now, TIMES)).values()) == 0


async def test_more_than_a_batch_goes_batch_by_batch(cast, now, monkeypatch):
    monkeypatch.setattr(clearing, "BATCH", 3)
    for _ in range(8):
        await an_upload(cast.alice, LONG_AGO)
    assert (await clear(now, TIMES))["uploads"] == 8


@pytest.mark.parametrize(
    "change", ["content = NULL", "cleared_at = now()", "content = 'x'", "content = 'x', cleared_at = now()"]
)
async def test_a_file_is_given_up_whole_or_not_at_all(cast, now, change):
    await store("plan", "a.pdf", b"%PDF", by=cast.alice.id, at=now)
    with pytest.raises(RestrictViolationError):
        async with DB.transaction():
            await DB.execute(f"UPDATE document SET {change}")


@pytest.mark.parametrize("change", ["content = '%PDF', cleared_at = NULL", "cleared_at = now()"])
async def test_a_file_that_was_given_up_stays_so(cast, now, change):
    await give_up([await store("plan", "a.pdf", b"%PDF", by=cast.alice.id, at=now)], now=now)
    with pytest.raises(RestrictViolationError):
        async with DB.transaction():
            await DB.execute(f"UPDATE document SET {change}")


async def test_a_file_that_was_emptied_behind_kam_is_missed(cast, now):
    await store("plan", "a.pdf", b"%PDF", by=cast.alice.id, at=now)
    async with as_owner():
        await DB.execute("ALTER TABLE document DISABLE TRIGGER USER")
        await DB.execute("UPDATE document SET content = NULL")
        await DB.execute("ALTER TABLE document ENABLE TRIGGER USER")
    assert any("a.pdf" in fault for fault in (await verify()).faults)


async def test_it_runs_every_night(cast, now):
    (job,) = (job for job in SCHEDULE if job.name == "clear_away")
    await an_upload(cast.alice, LONG_AGO)
    await job.run(now)
    assert await ids("import_file") == set()


async def test_two_nights_at_one_moment_clear_everything_once(committed, now):
    for _ in range(20):
        await an_upload(committed.alice, LONG_AGO)
    done = await at_once(*(clear(now, {"uploads": DAY}) for _ in range(3)))
    assert sum(one["uploads"] for one in done) == 20
    assert await ids("import_file") == set()


async def test_what_went_is_gone_from_the_disk(world, now):
    await DB.execute(
        "INSERT INTO document (id, kind, name, media_type, content, sha256, made_at, made_by)"
        " SELECT new_id(), 'plan', 'a.pdf', 'application/pdf', c, encode(sha256(c), 'hex'), $1, $2 FROM ("
        " SELECT (SELECT string_agg(uuid_send(gen_random_uuid()), '') FROM generate_series(1, 6000) WHERE n > 0) AS c"
        " FROM generate_series(1, 40) n) made",
        LONG_AGO, world.ada.id,
    )  # fmt: skip
    await an_upload(world.alice, now)
    before = await DB.fetchval("SELECT pg_total_relation_size('document')")
    assert before > 3_000_000
    assert (await clear(now, TIMES))["documents"] == 40
    link = await DB.get_new_connection()
    try:
        await link.execute("SET ROLE NONE")  # as autovacuum does by itself
        await link.execute("VACUUM document")
    finally:
        await link.close()
    assert await DB.fetchval("SELECT pg_total_relation_size('document')") < before / 5
    assert len(await ids("import_file")) == 1
