"""What is brought back is what was there, on another folder, another server and another version of PostgreSQL."""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import asyncpg
import pytest

from kam.database import cluster, embedded, roles
from kam.database.binaries import find_binaries
from kam.database.identity import choose_identity
from kam.demo import filling
from kam.settings import Settings
from kam.starting import started
from tests.server import PROGRAMS, other_versions

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
CUSTOMERS = "key,name,country\n17850,Northern Light,NO\n17851,北方之光,CN\n"
ORDERS = "order no,customer,date,product,qty,price\n1,17850,2026-01-05,P1,2,10\n2,17851,2026-01-06,P1,-1,10\n"


@contextmanager
def folder():
    parent = Path(tempfile.mkdtemp(prefix="kam-backup-"))
    parent.chmod(0o755)
    try:
        yield parent
    finally:
        for data in parent.iterdir():
            if data.is_dir():
                cluster.stop(data)
        shutil.rmtree(parent, ignore_errors=True)


@pytest.fixture
def place():
    with folder() as parent:
        yield parent


@pytest.fixture(scope="module")
def first():
    """A data folder in use, with its backup beside it, made while another kam used it too."""
    with folder() as parent:
        use(parent / "first")
        with embedded.joined(parent / "first", PROGRAMS):
            made = kam(parent / "first", "backup", parent / "all.kam")
        assert made.returncode == 0, made.stderr
        yield parent / "first"


@pytest.fixture
def backup(first):
    return first.parent / "all.kam"


def both(server):
    """The addresses of another server, as reached by each of the two roles."""
    return {"KAM_DATABASE_URL": server.url, "KAM_OWNER_URL": server.address_of(roles.OWNER)}


def kam(data, *arguments, **environment):
    command = [sys.executable, "-m", "kam", *map(str, arguments)]
    kept = {**os.environ, "KAM_DATA": str(data), "PYTHONPATH": str(ROOT), **environment}
    return subprocess.run(command, capture_output=True, text=True, cwd=data.parent, check=False, env=kept)


def use(data):
    """A little of everything, by commands, and a machine that acts on it at this moment."""
    (data.parent / "customers.csv").write_text(CUSTOMERS, encoding="utf-8")
    (data.parent / "orders.csv").write_text(ORDERS, encoding="utf-8")
    added = kam(data, "user", "add", "ada@acme.example", "--name", "Ada 王", "--role", "administrator")
    assert added.returncode == 0, added.stderr
    for kind in ("customers", "orders"):
        done = kam(data, "import", f"{kind}.csv", "--kind", kind, "--as", "ada@acme.example")
        assert done.returncode == 0, done.stderr

    async def act(server):
        link = await asyncpg.connect(**server.connection)
        await link.execute("INSERT INTO machine (name, version, workflows, seen_at) VALUES ('m', '9', '{}', now())")
        await link.close()

    with embedded.joined(data, PROGRAMS) as server:
        asyncio.run(act(server))


def contents(data, pg_bin=PROGRAMS):
    """Every table, row by row, as text, and every sequence."""

    async def read(server):
        link = await asyncpg.connect(**server.connection)
        try:
            found = {}
            for row in await link.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"):
                name = row["tablename"]
                rows = await link.fetch(f'SELECT t::text FROM "{name}" t ORDER BY 1')
                found[name] = [line["t"] for line in rows]
            for row in await link.fetch("SELECT sequencename, last_value FROM pg_sequences ORDER BY 1"):
                found[row["sequencename"]] = row["last_value"]
            return found
        finally:
            await link.close()

    with embedded.joined(data, pg_bin) as server:
        return asyncio.run(read(server))


def test_a_backup_brings_everything_back(first, backup, place):
    second = place / "second"
    assert backup.stat().st_mode & 0o777 == 0o600
    brought = kam(second, "restore", backup)
    assert brought.returncode == 0, brought.stderr
    assert "made by kam" in brought.stdout
    there, here = contents(first), contents(second)
    assert len(there) > 40
    assert sum(len(rows) for rows in there.values() if isinstance(rows, list)) > 50
    assert (len(there.pop("machine")), here.pop("machine")) == (1, [])
    assert here == there
    assert kam(second, "check").returncode == 0
    assert kam(second, "sweep").stdout == "2 customers looked at.\n"
    again = kam(second, "restore", backup)
    assert again.returncode == 1
    assert "not empty" in again.stderr
    twice = kam(first, "backup", backup)
    assert twice.returncode == 1
    assert "exists already" in twice.stderr


def test_what_is_no_backup_and_what_is_damaged_is_a_sentence_and_changes_nothing(backup, place):
    (place / "text").write_text("hello")
    told = kam(place / "second", "restore", place / "text")
    assert (told.returncode, "no backup" in told.stderr, len(told.stderr.splitlines())) == (1, True, 1)
    for share in (0.2, 0.75, 0.99):
        damaged = changed(backup, place / f"{share}.kam", "database.dump", partial(cut_off, share))
        told = kam(place / "second", "restore", damaged)
        assert told.returncode == 1
        assert "nothing was changed" in told.stderr
    assert kam(place / "second", "restore", backup).returncode == 0


def test_a_backup_of_a_newer_kam_is_refused(backup, place):
    ahead = b'"migrations": ["2099-01-01T00:00:00", '
    newer = changed(backup, place / "newer.kam", "manifest.json", lambda it: it.replace(b'"migrations": [', ahead))
    told = kam(place / "second", "restore", newer)
    assert told.returncode == 1
    assert "newer one" in told.stderr


def test_other_workflow_files_are_laid_beside_and_named(backup, place):
    other = changed(backup, place / "other.kam", "workflows/relationship.toml", lambda text: text + b"# ours\n")
    told = kam(place / "second", "restore", other)
    assert told.returncode == 0, told.stderr
    assert "(relationship.toml)" in told.stdout
    assert (place / "second" / "workflows-of-the-backup" / "relationship.toml").read_bytes().endswith(b"# ours\n")


def cut_off(share, dump):
    return dump[: int(len(dump) * share)]


def changed(backup, to, part, change):
    with zipfile.ZipFile(backup) as whole, zipfile.ZipFile(to, "w") as other:
        for name in whole.namelist():
            content = whole.read(name)
            other.writestr(name, change(content) if name == part else content)
    return to


@pytest.mark.long
@pytest.mark.parametrize("way", [("carried", "other"), ("other", "carried")], ids=["out", "back"])
@pytest.mark.parametrize("other", other_versions() or [None], ids=lambda it: f"PostgreSQL {it.major}" if it else "none")
def test_the_demo_moves_between_versions_of_postgresql(place, way, other):
    """From the embedded server to one as a team has it, and back; every table is the same, and steps go on."""
    if other is None:
        pytest.skip("This machine has no PostgreSQL of its own.")
    programs = {"carried": None, "other": other.folder}
    first, second = place / "first", place / "second"
    asyncio.run(fill(Settings(data=first, pg_bin=programs[way[0]])))
    with embedded.joined(first, programs[way[0]]) as source:
        assert kam(first, "backup", place / "all.kam", **both(source)).returncode == 0
    with embedded.joined(second, programs[way[1]]) as target:
        brought = kam(second, "restore", place / "all.kam", **both(target))
        assert brought.returncode == 0, brought.stderr
        there = contents(first, programs[way[0]])
        assert there == contents(second, programs[way[1]])
        for command in (["sweep"], ["check"]):
            done = kam(second, *command, **both(target))
            assert done.returncode == 0, done.stderr


async def fill(settings):
    async with started(settings, pool=4, prepare=True):
        await filling.fill(now=datetime.now(UTC), say=str)


def test_what_a_killed_backup_left_is_cleared_away_and_what_another_writes_is_not(first, place):
    killed, writing = place / ".old.kam.1.unfinished-backup", place / ".other.kam.2.unfinished-backup"
    killed.write_text("half")
    with writing.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert kam(first, "backup", place / "new.kam").returncode == 0
    assert not killed.exists()
    assert writing.exists()


# Brings a backup up to where its first rows would come, and then halts.
_HALTING = """#!/bin/sh
case "$*" in *-l*) exec {real} "$@" ;; esac
{real} "$@" | sed '/^COPY /q'
touch {halted}
exec sleep 5
"""


def test_a_restore_that_is_killed_keeps_nothing_and_leaves_nothing(backup, place):
    second, temporary, halted = place / "second", place / "tmp", place / "halted"
    temporary.mkdir()
    with embedded.joined(second, PROGRAMS):
        programs = halting(find_binaries(second, PROGRAMS, choose_identity(second)), place / "programs", halted)
        environment = {**os.environ, "KAM_DATA": str(second), "KAM_PG_BIN": str(programs), "TMPDIR": str(temporary)}
        restoring = subprocess.Popen([sys.executable, "-m", "kam", "restore", backup], cwd=ROOT, env=environment)
        while not halted.exists():
            assert restoring.poll() is None
            time.sleep(0.05)
        time.sleep(0.5)  # until it has passed on what came
        restoring.kill()
        restoring.wait()
        assert list(temporary.iterdir()) == []
        done = kam(second, "restore", backup)
        assert done.returncode == 0, done.stderr


def halting(real, programs, halted):
    programs.mkdir()
    for program in real.folder.iterdir():
        (programs / program.name).symlink_to(program)
    pg_restore = programs / "pg_restore"
    pg_restore.unlink()
    pg_restore.write_text(_HALTING.format(real=real.program("pg_restore"), halted=halted))
    pg_restore.chmod(0o755)
    return programs
