"""The commands as a person types them, against a second PostgreSQL server named by KAM_DATABASE_URL."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest

from kam import checking, cli, starting
from kam.checking import check_clock
from kam.database import cluster, embedded, roles
from kam.database.engine import DB
from kam.people.roles import ROLES

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[1]
WORKFLOWS = ROOT / "workflows"


@pytest.fixture(scope="module")
def server():
    """A server of its own, as a company would have one."""
    parent = Path(tempfile.mkdtemp(prefix="kam-second-"))
    parent.chmod(0o755)
    try:
        with embedded.joined(parent / "data", durable=False) as running:
            yield running
    finally:
        cluster.stop(parent / "data")
        shutil.rmtree(parent, ignore_errors=True)


@pytest.fixture
def kam(server, tmp_path):
    owner = server.address_of(roles.OWNER)

    def run(*arguments, url=server.url):
        return subprocess.run(
            [sys.executable, "-m", "kam", *arguments], capture_output=True, text=True, cwd=tmp_path, check=False,
            env={**os.environ, "KAM_DATABASE_URL": url, "KAM_OWNER_URL": owner, "KAM_DATA": str(tmp_path / "data"),
                 "PYTHONPATH": str(ROOT)},
        )  # fmt: skip

    return run


@pytest.fixture
def alice(kam):
    kam(
        "user", "add", "alice@acme.example", "--name", "Alice", "--role", "administrator", "--password", "correct horse"
    )


def ask(server, question, *values):
    async def inside():
        connection = await asyncpg.connect(**server.reached_by(roles.SUPERUSER))
        try:
            return await connection.fetchval(question, *values)
        finally:
            await connection.close()

    return asyncio.run(inside())


def refusal(done):
    """What a refused command says: sentences on stderr, no traceback, status 1."""
    assert (done.returncode, done.stdout) == (1, "")
    assert "Traceback" not in done.stderr
    return done.stderr.strip()


def test_the_help_says_of_every_command_what_it_does_without_breaking_off(kam):
    said = kam("--help").stdout.partition("Commands:")[2]
    assert {"backup", "demo", "serve", "verify"} <= set(said.split())
    assert "..." not in said
    assert "KAM_DATA" in said


def test_a_user_who_was_added_is_listed_with_the_role(kam, alice):
    listed = kam("user", "list").stdout.splitlines()
    assert [line.split("\t")[:4] for line in listed if "alice@" in line] == [
        ["alice@acme.example", "Alice", "administrator", "active"]
    ]


def test_without_a_password_one_is_made_and_shown_once(kam, server):
    done = kam("user", "add", "bob@acme.example", "--name", "Bob")
    made = re.fullmatch(r"Bob may sign in as bob@acme\.example\. Password: (\S{8,})\n", done.stdout)[1]
    assert made not in ask(server, "SELECT password_hash FROM person WHERE email = 'bob@acme.example'")


def test_the_same_address_twice_is_refused(kam, alice):
    said = refusal(kam("user", "add", "ALICE@acme.example", "--name", "Another", "--password", "correct horse"))
    assert said


def test_a_role_that_does_not_exist_is_refused(kam, alice):
    for command in (("role", "alice@acme.example", "emperor"), ("add", "eve@acme.example", "--role", "emperor")):
        refused = kam("user", *command)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert all(role in refused.stderr for role in ROLES)


def test_a_new_role_and_a_new_password_are_in_force(kam, alice, server):
    assert "last administrator" in refusal(kam("user", "role", "alice@acme.example", "manager"))
    kam("user", "add", "zoe@acme.example", "--name", "Zoe", "--role", "administrator")
    before = ask(server, "SELECT password_hash FROM person WHERE email = 'alice@acme.example'")
    assert kam("user", "role", "alice@acme.example", "manager").stdout == "alice@acme.example is now manager.\n"
    assert kam("user", "password", "alice@acme.example", "--password", "battery staple").returncode == 0
    role, after = ask(server, "SELECT (role, password_hash) FROM person WHERE email = 'alice@acme.example'")
    assert role == "manager"
    assert after != before


def test_somebody_who_holds_nothing_is_deactivated(kam, server):
    kam("user", "add", "gone@acme.example", "--name", "Gone")
    assert kam("user", "deactivate", "gone@acme.example").stdout == "gone@acme.example can no longer sign in.\n"
    assert ask(server, "SELECT active FROM person WHERE email = 'gone@acme.example'") is False
    assert "nobody@acme.example" in refusal(kam("user", "deactivate", "nobody@acme.example"))


def test_somebody_unknown_gets_no_password(kam):
    assert "nobody@acme.example" in refusal(kam("user", "password", "nobody@acme.example"))


def test_a_file_is_imported_and_its_customers_are_looked_at_by_the_sweep(kam, server, tmp_path):
    kam("user", "add", "ada@acme.example", "--name", "Ada", "--role", "administrator", "--password", "correct horse")
    (tmp_path / "customers.csv").write_text("Name,Country,Fax\nNorthern Light,NO,1\n北方之光,CN,\n", encoding="utf-8")
    done = kam("import", "customers.csv", "--kind", "customers", "--as", "ada@acme.example")
    assert done.returncode == 0, done.stderr
    assert "customers: 2 new" in done.stdout
    assert "Columns not taken: Fax" in done.stdout
    assert ask(server, "SELECT count(*) FROM customer WHERE name IN ('Northern Light', '北方之光')") == 2
    assert re.fullmatch(r"\d+ customers looked at\.\n", kam("sweep").stdout)


def test_check_finds_everything_in_order(kam, alice):
    done = kam("check")
    assert (done.returncode, done.stdout, done.stderr) == (0, "Everything is in order.\n", "")


def test_verify_says_what_was_looked_at_and_what_it_cannot_promise_and_names_each_fault(kam, server, alice):
    kam("sweep")
    sound = kam("verify")
    assert (sound.returncode, sound.stderr) == (0, "")
    assert re.search(r"Looked at .*\d+ workflow files that were in force", sound.stdout)
    assert "nor that the owner of the tables" in sound.stdout
    assert sound.stdout.endswith("Nothing was changed behind kam.\n")
    missing = kam("verify", "--seal", "abcdef")
    assert (missing.returncode, "No seal has the hash abcdef" in missing.stderr) == (1, True)
    assert missing.stdout.endswith("Faults: 1.\n")
    for turn in ("DISABLE", "ENABLE"):
        ask(server, f"ALTER TABLE workflow_definition {turn} TRIGGER USER")
        if turn == "DISABLE":
            ask(server, "UPDATE workflow_definition SET source = source || ' ' WHERE workflow = 'designation'")
            off = kam("check")
            assert "workflow_definition_stays is missing or turned off" in off.stderr
    forged = kam("verify")
    assert forged.returncode == 1
    assert "The file of the workflow “designation”" in forged.stderr
    assert "Faults: 1." in forged.stdout
    ask(server, "ALTER TABLE workflow_definition DISABLE TRIGGER USER")
    ask(server, "UPDATE workflow_definition SET source = left(source, -1) WHERE workflow = 'designation'")
    ask(server, "ALTER TABLE workflow_definition ENABLE TRIGGER USER")
    assert kam("verify").returncode == 0


def test_check_says_when_migrations_wait(kam, server):
    ask(server, "CREATE DATABASE empty")
    assert "waits for migrations" in refusal(kam("check", url=server.url.replace("/kam?", "/empty?")))


def test_check_names_every_fault_of_every_file(monkeypatch, tmp_path):
    folder = tmp_path / "workflows"
    shutil.copytree(WORKFLOWS, folder)
    for name, sound, broken in (
        ("designation.toml", 'initial = "ordinary"', 'initial = "nowhere"'),
        ("designation.toml", 'transition = "expire"', 'transition = "explode"'),
        ("early_warning.toml", 'subject = "customer"', 'subject = "planet"'),
    ):
        text = (folder / name).read_text("utf-8")
        assert sound in text
        (folder / name).write_text(text.replace(sound, broken, 1), "utf-8")
    monkeypatch.setattr(starting, "WORKFLOWS", folder)
    faults = checking.check_workflows()
    for file, word in (("designation", "nowhere"), ("designation", "explode"), ("early_warning", "planet")):
        assert any(re.match(rf"{file}\.toml:\d+: .*{word}", fault) for fault in faults), (word, faults)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("postgresql://kam:secret@127.0.0.1:1/kam", "No database answers at 127.0.0.1:1"),
        ("not an address", "KAM_DATABASE_URL cannot be read"),
    ],
)
def test_a_wrong_database_address_is_a_sentence_without_the_password(kam, url, sentence):
    said = refusal(kam("user", "list", url=url))
    assert said.startswith(sentence)
    assert "secret" not in said


def test_a_wrong_password_of_the_database_is_a_sentence(kam, server):
    ask(server, "CREATE ROLE guarded LOGIN PASSWORD 'right'")
    rules = Path(ask(server, "SHOW hba_file"))
    kept = rules.read_text()
    rules.write_text("local all guarded scram-sha-256\n" + kept)
    ask(server, "SELECT pg_reload_conf()")
    try:
        said = refusal(kam("user", "list", url=server.url.replace("kam_serving@", "guarded:wrong@")))
    finally:
        rules.write_text(kept)
    assert "refused the user name or password" in said
    assert "wrong" not in said


def test_a_terminal_without_chinese_letters_shows_a_mark_in_their_place(kam, monkeypatch):
    kam("user", "add", "wang@acme.example", "--name", "王莉", "--password", "correct horse")
    monkeypatch.setenv("PYTHONIOENCODING", "latin-1")
    told = kam("user", "list")
    assert told.returncode == 0, told.stderr
    assert "wang@acme.example\t??" in told.stdout


def test_the_demo_lies_beside_the_data_or_where_it_was_told_to(tmp_path):
    assert cli._of_demo(tmp_path / "kam") == tmp_path / "kam-demo"
    assert cli._of_demo(tmp_path / "kam-demo") == tmp_path / "kam-demo"


def test_check_names_a_night_that_was_not_swept_and_a_job_that_failed(kam, server, alice):
    assert kam("check").returncode == 0
    ask(server, "DELETE FROM periodic_run")
    late = "INSERT INTO periodic_run (name, slot, good_at, fault) VALUES ($1, now(), now() - interval '3 days', $2)"
    ask(server, late, "sweep", "")
    ask(server, late, "settle_deadlines", "ConnectionResetError: gone")
    told = kam("check")
    ask(server, "DELETE FROM periodic_run")
    assert told.returncode == 1
    assert "“sweep”" in told.stderr and "kam serve" in told.stderr
    assert "ConnectionResetError: gone" in told.stderr


async def test_check_says_when_the_clocks_of_machine_and_database_differ(db):
    theirs = await DB.fetchval("SELECT clock_timestamp()")
    assert await check_clock(theirs + timedelta(seconds=60)) == []
    (told,) = await check_clock(theirs - timedelta(hours=1))
    assert "differ" in told and "time server" in told
