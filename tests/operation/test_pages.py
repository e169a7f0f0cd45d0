"""What is told to those who run kam, and to nobody else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kam.database import migrating
from kam.database.engine import DB, KamEngine
from kam.errors import Unavailable
from kam.operation import measuring
from kam.settings import read

TOKEN = "0123456789abcdef"


async def test_a_living_process_says_so_without_asking_the_database(client, monkeypatch):
    browser = await client(None)
    monkeypatch.setattr(KamEngine, "fetch", broken)
    answer = await browser.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"healthy": True})


async def test_ready_is_who_can_serve_and_the_last_good_sweep_is_told(client):
    browser = await client(None)
    assert (await browser.get("/readyz")).json() == {"ready": True, "swept_at": None}
    at = datetime(2026, 6, 15, 2, 15, tzinfo=UTC)
    await DB.execute("INSERT INTO periodic_run (name, slot, good_at) VALUES ('sweep', $1, $1)", at)
    assert (await browser.get("/readyz")).json()["swept_at"] == "2026-06-15T02:15:00+00:00"


async def test_without_a_database_it_is_not_ready_and_says_why(client, monkeypatch):
    browser = await client(None)
    monkeypatch.setattr(KamEngine, "fetch", broken)
    answer = await browser.get("/readyz")
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert "does not answer (ConnectionResetError)" in answer.json()["reason"]


async def test_a_database_that_is_not_of_this_version_is_not_ready(client, monkeypatch):
    browser = await client(None)
    known = migrating.known()
    monkeypatch.setattr(migrating, "known", lambda: [*known, "2099-01-01T00:00:00"])
    assert "waits for migrations (1)" in (await browser.get("/readyz")).json()["reason"]


async def broken(*_):
    raise ConnectionResetError("gone")


@pytest.mark.parametrize("given", [None, "Bearer ", "Bearer wrong", f"Basic {TOKEN}"])
async def test_metrics_are_only_for_who_knows_the_token(client, monkeypatch, given):
    monkeypatch.setenv("KAM_METRICS_TOKEN", TOKEN)
    answer = await (await client(None)).get("/metrics", headers={"authorization": given} if given else {})
    assert answer.status_code == 404


async def test_without_a_token_nobody_reads_metrics(client, monkeypatch):
    monkeypatch.delenv("KAM_METRICS_TOKEN", raising=False)
    answer = await (await client(None)).get("/metrics", headers={"authorization": "Bearer "})
    assert answer.status_code == 404


async def test_metrics_count_what_was_answered_and_what_waits(client, cast, monkeypatch, tmp_path):
    monkeypatch.setenv("KAM_METRICS_TOKEN", TOKEN)
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    monkeypatch.setattr(measuring, "_ASKED", [])
    await DB.execute("INSERT INTO periodic_run (name, slot, good_at, fault) VALUES ('sweep', now(), now(), 'broke')")
    browser = await client(cast.alice)
    for path in (f"/customers/{cast.acme}", f"/customers/{cast.omega}"):
        await browser.get(path)
    answer = await browser.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    told = dict(line.rsplit(" ", 1) for line in answer.text.splitlines() if not line.startswith("#"))
    counted = 'kam_request_seconds_count{method="GET",route="/customers/{customer}",status="%s"}'
    assert told[counted % "2xx"] == "1.0"
    assert told[counted % "4xx"] == "1.0"
    assert told['kam_clock_failing{of="sweep"}'] == "1.0"
    assert str(cast.acme) not in answer.text


@pytest.mark.parametrize("token", ["short", "with a space in it", "ключ-из-других-букв"])
def test_a_token_that_is_easily_guessed_stops_the_start(token):
    with pytest.raises(Unavailable, match="KAM_METRICS_TOKEN"):
        read({"KAM_METRICS_TOKEN": token})


async def test_every_answer_names_its_request_and_a_fault_shows_the_same_name(client, cast, monkeypatch):
    browser = await client(cast.alice)
    answers = [await browser.get("/customers") for _ in range(2)]
    names = {answer.headers["x-request-id"] for answer in answers}
    assert len(names) == 2 and all(names)
    monkeypatch.setattr("kam.operation.pages.readiness", faulty)
    answer = await browser.get("/readyz")
    assert answer.status_code == 500
    assert answer.headers["x-request-id"] in answer.text


async def faulty(*_):
    raise RuntimeError("a fault of ours")
