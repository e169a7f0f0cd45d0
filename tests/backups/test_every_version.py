"""What each version has written is brought in by this one, migrated, and found sound. See `make.py`."""

from __future__ import annotations

from pathlib import Path

import pytest

from kam.kinds import KINDS
from tests.database.test_backing_up import contents, folder, kam

BACKUPS = sorted(Path(__file__).parent.glob("*.kam"))
pytestmark = pytest.mark.slow


def test_there_is_one_to_try():
    assert BACKUPS


@pytest.mark.parametrize("backup", BACKUPS, ids=lambda path: path.stem)
def test_the_demo_of_every_version_is_migrated_and_its_history_holds(backup):
    assert backup.stat().st_size < 1_000_000
    with folder() as parent:
        data = parent / "data"
        for command in (["restore", backup], ["verify"], ["sweep"], ["check"]):
            done = kam(data, *command)
            assert done.returncode == 0, (command, done.stderr, done.stdout)
        there = contents(data)
        assert len(there["customer"]) > 40
        assert len(there["plan"]) > 10
        assert len(there["workflow_step"]) > 100
        for kind in KINDS:
            named = [row for row in there["record"] if row.split(",")[1] == kind.name]
            begun = [row for row in there["workflow_instance"] if row.split(",")[1] == kind.workflow]
            assert len(named) == len(there[kind.sql_table]), kind.name
            assert not kind.workflow or len(begun) == len(named), kind.name
