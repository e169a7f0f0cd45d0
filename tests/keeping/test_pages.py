"""What takes up room is told to administrators, in one statement for all kinds."""

from __future__ import annotations

import pytest

from kam.database.engine import DB
from kam.documents.storing import store
from kam.keeping.kinds import KINDS
from kam.keeping.sizes import storage
from kam.keeping.times import in_force
from kam.web.formats import size


async def test_each_kind_is_counted_weighed_and_dated(cast, now):
    await store("plan", "a.pdf", bytes(range(256)) * 20, by=cast.alice.id, at=now)
    await store("failed_rows", "a.csv", b"rows", by=cast.alice.id, at=now)
    found = await storage(in_force())
    held = dict(zip(KINDS, found.held, strict=True))
    assert (held["documents"].count, held["documents"].oldest) == (1, now)
    assert held["documents"].size > 300 > held["failed_rows"].size > 0
    assert (held["uploads"].count, held["uploads"].size, held["uploads"].oldest) == (0, 0, None)
    assert found.whole > 1_000_000


@pytest.mark.parametrize("language", ["en", "zh_Hans", "zh_Hant"])
async def test_an_administrator_reads_it_in_each_language(client, cast, now, language):
    await DB.execute("UPDATE person SET language = $2 WHERE id = $1", cast.ada.id, language)
    await store("plan", "a.pdf", b"%PDF", by=cast.alice.id, at=now)
    answer = await (await client(cast.ada)).get("/storage")
    assert answer.status_code == 200
    for kind in KINDS.values():
        assert (kind.title in answer.text) == (language == "en" or kind.title == ""), kind.title
    assert "730" in answer.text


@pytest.mark.parametrize("name", ["mona", "alice", "bob", "sam", "rita", "charlie"])
async def test_nobody_else_does(client, cast, name):
    browser = await client(getattr(cast, name))
    assert (await browser.get("/storage")).status_code == 403
    assert 'href="/storage"' not in (await browser.get("/")).text


async def test_what_is_kept_until_deleted_says_so(client, cast, monkeypatch):
    monkeypatch.setitem(in_force(), "documents", None)
    assert "until deleted" in (await (await client(cast.ada)).get("/storage")).text


@pytest.mark.parametrize(
    ("given", "said"),
    [(0, "0 B"), (812, "812 B"), (999, "999 B"), (1000, "1.0 kB"), (4_099_000, "4.1 MB"), (9_960_000, "10 MB"),
     (999_600, "1.0 MB"), (37_400_000_000, "37 GB"), (5 * 10**15, "5,000 TB"), (None, "–")],
)  # fmt: skip
def test_bytes_are_said_in_the_unit_in_which_they_are_read(given, said):
    assert size(given) == said
