"""What is shared names no kind of record, and a kind stays as small as it is meant to be."""

from __future__ import annotations

import ast

import pytest

from kam.kinds import KINDS
from tests import kinds
from tests.records.made_up import VISIT

# Of customers everything else is: nearly each table names theirs.
OTHERS = [kind for kind in KINDS if not kind.is_itself]
LIMITED = [kind for kind in KINDS if kinds.slice_of(kind) not in kinds.DAILY]


@pytest.mark.parametrize("kind", OTHERS, ids=lambda kind: kind.name)
def test_nothing_that_is_shared_names_it(kind):
    assert [str(one) for one in kinds.mentions(kind)] == []


@pytest.mark.parametrize("kind", LIMITED, ids=lambda kind: kind.name)
def test_it_costs_seven_files_three_hundred_lines_and_two_edits(kind):
    assert len(kinds.files_of(kind)) <= 7
    assert kinds.lines_of(kinds.files_of(kind)) <= 300
    assert len(kinds.edits(kind)) <= 2, [str(one) for one in kinds.edits(kind)]


NAMING = (
    'KINDS = {"visit": 1}',
    'q = f"SELECT {x} FROM visit v"',
    'q = "UPDATE visit SET x"',
    'q = "SELECT x FROM a JOIN visit ON"',
    'q = a == "visit"',
)


@pytest.mark.parametrize("code", NAMING)
def test_what_names_one_is_found(monkeypatch, code):
    monkeypatch.setattr(kinds, "_shared", lambda _kind: [("kam/search/queries.py", code)])
    assert len(kinds.mentions(VISIT)) == 1


def test_what_only_speaks_of_one_is_not(monkeypatch):
    code = '"""A visit is a record."""\nx = N_("New visit from visitors")\ny = "revisit"\nz = "FROM visitor"'
    ast.parse(code)
    monkeypatch.setattr(kinds, "_shared", lambda _kind: [("kam/search/queries.py", code)])
    assert kinds.mentions(VISIT) == []
