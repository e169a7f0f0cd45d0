"""Two roles, one that owns and one that serves: made in new and in old data folders, or named for another server."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import asyncpg
import pytest

from kam.database import cluster, embedded, roles

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]


@pytest.fixture
def data():
    parent = Path(tempfile.mkdtemp(prefix="kam-roles-"))
    parent.chmod(0o755)
    yield parent / "data"
    cluster.stop(parent / "data")
    shutil.rmtree(parent, ignore_errors=True)


def kam(*arguments, **environment):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KAM_")}
    return subprocess.run(
        [sys.executable, "-m", "kam", *arguments], capture_output=True, text=True, cwd=ROOT, check=False,
        env={**kept, **environment},
    )  # fmt: skip


def asked(connection, question, *more):
    async def inside():
        link = await asyncpg.connect(**connection)
        try:
            for statement in more:
                await link.execute(statement)
            return await link.fetchval(question)
        finally:
            await link.close()

    return asyncio.run(inside())


OWNERS = "SELECT array_agg(DISTINCT relowner::regrole::text) FROM pg_class WHERE relnamespace = 'public'::regnamespace"


def test_a_data_folder_from_before_there_were_roles_is_handed_over(data):
    """All its tables, functions and types belonged to the superuser, as whom kam served."""
    with embedded.joined(data, durable=False) as server:
        mighty = server.reached_by(roles.SUPERUSER)
        before = server.address_of(roles.SUPERUSER)
        assert kam("user", "add", "ada@acme.example", "--name", "Ada", "--password", "correct horse battery",
                   KAM_DATABASE_URL=before).returncode == 0  # fmt: skip
        assert asked(mighty, OWNERS) == ["kam"]
        gone = [f"DROP ROLE {role}" for role in (roles.OWNER, roles.SERVING)]
        assert asked(mighty, "SELECT 1", f"ALTER DATABASE kam OWNER TO {roles.SUPERUSER}", *gone)
        (data / "data" / "kam.roles").unlink()
    done = kam("user", "list", KAM_DATA=str(data))
    assert (done.returncode, done.stderr) == (0, "")
    assert "ada@acme.example" in done.stdout
    with embedded.joined(data, durable=False) as server:
        assert asked(server.reached_by(roles.SUPERUSER), OWNERS) == [roles.OWNER]
    assert kam("check", KAM_DATA=str(data)).stdout == "Everything is in order.\n"
    assert "customers looked at" in kam("sweep", KAM_DATA=str(data)).stdout


def test_another_server_serves_with_one_role_and_migrates_with_the_other(data):
    with embedded.joined(data, durable=False) as server:
        serving, owning = server.url, server.address_of(roles.OWNER)
        alone = kam("user", "list", KAM_DATABASE_URL=serving)
        assert (alone.returncode, "may not create tables here" in alone.stderr) == (1, True)
        assert kam("user", "list", KAM_DATABASE_URL=serving, KAM_OWNER_URL=owning).returncode == 0
        assert kam("user", "list", KAM_DATABASE_URL=serving).returncode == 0  # everything is done already
        assert kam("check", KAM_DATABASE_URL=serving).stdout == "Everything is in order.\n"
        remark = kam("check", KAM_DATABASE_URL=owning).stdout
        assert "protected by triggers only" in remark
        asked(server.reached_by(roles.OWNER), "SELECT 1", f"REVOKE SELECT ON migration FROM {roles.SERVING}")
        found = kam("check", KAM_DATABASE_URL=serving)
        assert (found.returncode, "more or less with migration" in found.stderr) == (1, True)
        poor = kam("user", "list", KAM_DATABASE_URL=serving)
        assert (poor.returncode, "lacks rights" in poor.stderr) == (1, True), poor.stderr
        assert kam("user", "list", KAM_DATABASE_URL=serving, KAM_OWNER_URL=owning).returncode == 0


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"KAM_OWNER_URL": "postgresql://o@h/kam"}, "KAM_OWNER_URL belongs to a database that KAM_DATABASE_URL names"),
        ({"KAM_OWNER_URL": "nonsense", "KAM_DATABASE_URL": "SERVING"}, "KAM_OWNER_URL cannot be read"),
        ({"KAM_OWNER_URL": "ELSEWHERE", "KAM_DATABASE_URL": "SERVING"}, "leads to another database"),
    ],
)
def test_an_address_of_the_owner_that_makes_no_sense_is_a_sentence(data, environment, sentence):
    with embedded.joined(data, durable=False) as server:
        asked(server.reached_by(roles.SUPERUSER), "SELECT 1", f"CREATE DATABASE elsewhere OWNER {roles.OWNER}")
        places = {"SERVING": server.url, "ELSEWHERE": server.address_of(roles.OWNER).replace("/kam?", "/elsewhere?")}
        done = kam("user", "list", **{name: places.get(value, value) for name, value in environment.items()})
    assert (done.returncode, sentence in done.stderr) == (1, True), done.stderr
