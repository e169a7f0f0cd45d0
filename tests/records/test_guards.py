"""The file of guards is read like the workflows are: each mistake with its line and what to write instead."""

from __future__ import annotations

import pytest

from kam.kinds import KINDS
from kam.records import catalogue, guards
from kam.starting import WORKFLOWS
from kam.workflow.faults import Faults
from kam.workflow.registry import current
from tests.records.guarded import BARRED, CROWD


def test_the_file_that_ships_is_in_order(cast):
    guards.load(WORKFLOWS, KINDS, current())


def test_without_the_file_nothing_is_guarded(cast, tmp_path):
    assert guards.load(tmp_path, KINDS, current()) == ()


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ('kind = "visit"', 'kind = "visits"', 4, "There is no kind of record `visits`; use one of case, competitor,"),
        ('kind = "visit"', "", 2, "`kind` is missing"),
        ('fields = ["guests"]', 'fields = ["guest"]', 5, "There is no field `guest`"),
        ('fact = "guests", at_most = 10', 'fact = "gusts", at_most = 10', 6, "There is no fact `gusts`"),
        ("at_most = 10", 'at_most = "ten"', 6, "`guests` is compared with 'ten'"),
        ("at_most = 10", "at_mots = 10", 6, "`guests` is compared by at_mots"),
        ('roles = ["manager"]', 'roles = ["boss"]', 7, "There is no role `boss`"),
        ('roles = ["manager"]', 'roles = ["read_only"]', 7, "There is no role `read_only`"),
        ('roles = ["manager"]', 'role = ["manager"]', 7, "`role` means nothing here"),
        ('fields = ["guests"]', 'meanings = ["opened"]', 5, "There is no meaning `opened`"),
        ("guard = {", "guards = {", 2, "`guard` is missing"),
        ("zh_Hans", "zh_Hansa", 3, "`title` is missing in zh_Hans"),
        ("[guards.crowd]", "[guards.Crowd]", 2, "`Crowd` is no name"),
        ("[guards.crowd]", "[guard.crowd]", 1, "`guard` means nothing here"),
        ("[guards.crowd]", "[guards.crowd", 2, "This is not TOML"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_line_and_remedy(visits, old, new, line, said):
    with pytest.raises(Faults) as refused:
        guards.parse(CROWD.replace(old, new), catalogue.current(), current())
    assert any(said in str(one) and one.line == line for one in refused.value.faults), str(refused.value)


def test_a_file_that_is_no_text_is_a_sentence(cast, tmp_path):
    (tmp_path / guards.FILE).write_bytes(BARRED.encode("utf-16"))
    with pytest.raises(Faults, match=r"guards.toml:1: The file cannot be read"):
        guards.load(tmp_path, KINDS, current())
