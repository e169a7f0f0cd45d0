"""What changed between two contents of a plan, section by section, word by word (Chinese: character by character)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from kam.language import DEFAULT, gettext
from kam.plans.sections import ALL
from kam.relationships.positions import POSITIONS

SAME, GONE, NEW = "same", "gone", "new"

_PIECES = re.compile(r"\n|[^\S\n]+|[⺀-鿿豈-﫿぀-ヿ가-힣]|(?:[^\W⺀-鿿豈-﫿぀-ヿ가-힣]|['’-])+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Piece:
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """`key` and `title` of the section; `pieces` is the changed text, `lines` the changed table, each marked."""

    key: str
    title: str
    pieces: tuple[Piece, ...] = ()
    lines: tuple[Piece, ...] = ()


def compare(before: Mapping[str, Any] | None, after: Mapping[str, Any], language: str = DEFAULT) -> list[Difference]:
    """The sections that differ, in the order of the plan; everything is new when there was nothing before."""
    old = before or {}
    found = []
    for section in ALL:
        texts = [side.get("sections", {}).get(section.key, "") for side in (old, after)]
        tables = [list(_table(section.key, side, language)) for side in (old, after)]
        pieces = words(texts[0], texts[1]) if texts[0] != texts[1] else []
        rows = _lines(tables[0], tables[1]) if tables[0] != tables[1] else []
        if pieces or rows:
            found.append(Difference(section.key, section.title, tuple(pieces), tuple(rows)))
    return found


def words(before: str, after: str) -> list[Piece]:
    """
    >>> [(p.kind, p.text) for p in words("grow by ten", "grow by twelve")]
    [('same', 'grow by '), ('gone', 'ten'), ('new', 'twelve')]
    """
    return _pieces(_PIECES.findall(before), _PIECES.findall(after), "")


def _lines(before: Sequence[str], after: Sequence[str]) -> list[Piece]:
    found = []
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            found += [Piece(SAME, line) for line in before[i:j]]
        found += [Piece(GONE, line) for line in before[i:j] if tag != "equal"]
        found += [Piece(NEW, line) for line in after[k:m] if tag != "equal"]
    return found


def _pieces(before: Sequence[str], after: Sequence[str], joint: str) -> list[Piece]:
    found = []
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Piece(SAME, joint.join(before[i:j])))
            continue
        if j > i:
            found.append(Piece(GONE, joint.join(before[i:j])))
        if m > k:
            found.append(Piece(NEW, joint.join(after[k:m])))
    return found


def _table(key: str, content: Mapping[str, Any], language: str) -> Iterable[str]:
    """The entries of a section's table as lines; what only the passing of time changes is left out."""
    if key == "objectives":
        for one in content.get("objectives", ()):
            measure = gettext(language, one["fact_title"] or "")
            yield _line(one["title"], measure, one["baseline"], "→", one["target"], one["due_on"])
    elif key == "actions":
        for initiative in content.get("initiatives", ()):
            yield _line(initiative["title"], initiative["strategy"])
            for action in initiative["actions"]:
                yield _line("–", action["title"], action["owner_name"], action["due_on"])
    elif key == "risks":
        for risk in content.get("risks", ()):
            yield _line(risk["title"], f"{risk['likelihood']}×{risk['impact']}", risk["response"], risk["owner_name"])
    elif key == "resources":
        for member in content.get("team", ()):
            position = member["position"]
            yield _line(member["name"], gettext(language, POSITIONS.get(position, position)))
        if content.get("plan", {}).get("budget"):
            yield _line(content["plan"]["budget"], content["plan"]["currency"])


def _line(*parts: str | None) -> str:
    return " · ".join(part for part in parts if part).replace(" · → · ", " → ")
