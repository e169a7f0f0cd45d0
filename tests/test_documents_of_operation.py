"""What docs/operation.md and the files beside it promise."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from kam.cli import commands
from kam.database.connecting import FOR_PAGES
from kam.database.reaching import FOR_EACH
from kam.database.room import LEAST, MOST, SPARE
from kam.jobs.clockwork import APART
from kam.jobs.connections import CONNECTIONS, OF_QUEUE
from kam.web.limits import LONG_SECONDS, PAGE_SECONDS
from tests.test_failover import BACK

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "operation.md").read_text(encoding="utf-8")
CODE = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "kam").rglob("*.py"))


def test_every_setting_that_the_code_reads_is_told_and_no_other():
    told = set(re.findall(r"^\| `(KAM_\w+)`", TEXT, re.M))
    read = set(re.findall(r'"(KAM_[A-Z_]+)"', CODE)) - {"KAM_DEMO", "KAM_WORKER_SILENCE", "KAM_CONNECTIONS"}
    assert told == read


def test_the_commands_that_it_names_exist():
    for name in set(re.findall(r"`kam ([a-z]+)", TEXT)):
        assert CliRunner().invoke(commands, [name, "--help"]).exit_code == 0, name


def test_its_arithmetic_of_connections_is_that_of_the_code():
    assert f"{CONNECTIONS} for its job worker  +  {OF_QUEUE} for the queue" in TEXT
    beside = CONNECTIONS + OF_QUEUE
    assert (
        f"takes {MOST}, or fewer" in TEXT and f"at least {LEAST}; by default as many as fit, at most {MOST} |" in TEXT
    )
    fitting = (97 - beside - SPARE) // 8
    assert f"8 × {fitting} + {beside} = {8 * fitting + beside}." in TEXT
    assert f"the least, 8 × {LEAST} + {beside} = {8 * LEAST + beside}, and warns that {87 + 8 * LEAST + beside}" in TEXT
    assert f"2 × (8 × {MOST} + {beside}) = {2 * (8 * MOST + beside)}" in TEXT
    assert f"2 × (8 × 4 + {beside}) = {2 * (8 * 4 + beside)}" in TEXT


def test_the_times_that_it_names_are_those_of_the_code():
    session = FOR_PAGES["session"]
    assert f"A page has {PAGE_SECONDS} seconds, an export or import {LONG_SECONDS};" in TEXT
    assert session["statement_timeout"] == session["idle_in_transaction_session_timeout"] == f"{LONG_SECONDS}s"
    assert (session["lock_timeout"], FOR_PAGES["patience"]) == ("8s", 8.0)
    assert "8 seconds for a lock" in TEXT and "up to eight seconds" in TEXT


def test_what_it_says_of_clocks_and_of_a_failover_is_what_the_code_and_its_tests_do():
    assert timedelta(minutes=2) == APART and "more than two minutes apart" in TEXT
    assert FOR_EACH == 3 and "Each host is given three seconds" in TEXT
    assert BACK["freeze"] == 15 and "within 15\nseconds where the old primary fell silent" in TEXT


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd's own check")
def test_the_unit_is_one_that_systemd_takes(tmp_path):
    unit = tmp_path / "kam.service"
    unit.write_text((ROOT / "docs" / "kam.service").read_text().replace("/opt/kam/bin/kam", "/bin/true"))
    run = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)
    assert "kam.service" not in run.stderr


def test_unit_and_container_run_as_a_user_of_their_own():
    assert "\nUser=kam\n" in (ROOT / "docs" / "kam.service").read_text()
    assert "\nUSER kam\n" in (ROOT / "docs" / "Containerfile").read_text()
