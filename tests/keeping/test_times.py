"""How long what is kept stands in one file, which is checked with the others."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from kam.checking import check_workflows
from kam.keeping import times
from kam.keeping.kinds import KINDS
from kam.starting import WORKFLOWS
from kam.workflow.faults import Faults
from kam.workflow.reading import Reader, Source

SHIPPED = (WORKFLOWS / times.FILE).read_text("utf-8")


def loaded(folder: Path, text: str) -> times.Times:
    (folder / times.FILE).write_text(text, encoding="utf-8")
    return times.load(folder)


def test_the_file_that_ships_gives_every_kind_a_time():
    shipped = times.load(WORKFLOWS)
    assert shipped.keys() == KINDS.keys()
    assert shipped["documents"] == timedelta(days=730)


def test_something_may_be_kept_until_it_is_deleted(tmp_path):
    assert loaded(tmp_path, SHIPPED.replace('"180 days"', '"until deleted"'))["uploads"] is None


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ('documents = "730 days"', 'documents = "2 years"', 7, 'write a length of time such as "36 hours"'),
        ('documents = "730 days"', "documents = 730", 7, "write a length of time"),
        ('documents = "730 days"', 'documents = "0 days"', 7, "write a length of time"),
        ('documents = "730 days"', 'documents = "1 hour"', 7, "choose a day to a hundred years"),
        ('documents = "730 days"', 'documents = "99999999999999 weeks"', 7, "choose a day to a hundred years"),
        ('documents = "730 days"', 'document = "730 days"', 7, "`document` means nothing here"),
        ('documents = "730 days"', "", 4, '`documents` is missing; add documents = "180 days", or "until deleted"'),
        ("[keep]", "[kept]", 1, "`uploads` is missing"),
        ("[keep]", "keep = 3\n[rest]", 4, "`keep` is not a table"),
        ("[keep]", "[keep", 1, "This is not TOML"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_remedy(tmp_path, old, new, line, said):
    with pytest.raises(Faults) as refused:
        loaded(tmp_path, SHIPPED.replace(old, new))
    assert any(said in str(fault) and fault.line == line for fault in refused.value.faults), str(refused.value)


def test_a_missing_file_is_a_sentence(tmp_path):
    with pytest.raises(Faults, match=r"keeping.toml:1: The file cannot be read"):
        times.load(tmp_path)


def test_check_names_the_faults_of_this_file_too(tmp_path, monkeypatch):
    for file in WORKFLOWS.glob("*.toml"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / times.FILE).write_text(SHIPPED.replace("jobs", "job"), encoding="utf-8")
    monkeypatch.setattr("kam.starting.WORKFLOWS", tmp_path)
    assert any("`jobs` is missing" in line for line in check_workflows())


def test_no_length_of_time_is_too_long_to_be_refused():
    source = Source("a.toml", "")
    assert Reader(source, ("x",), {"after": "9999999999999999 weeks"}).duration("after") > timedelta(days=3650)
