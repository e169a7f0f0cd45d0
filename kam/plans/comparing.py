"""What changed between two contents of a plan, section by section, word by word (Chinese: character by character).

Contents hold dates in ISO form, numbers as text and keys; here they are put as the reader writes them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from kam.documents.environment import Words
from kam.language import DEFAULT, N_
from kam.plans.sections import ALL, BY_KEY
from kam.plans.terms import IMPACTS, LIKELIHOODS
from kam.relationships.positions import POSITIONS

SAME, GONE, NEW = "same", "gone", "new"

# What the plan is about comes before its sections.
HEAD = "plan"
PARTS = (HEAD, *(section.key for section in ALL))
TITLES = {HEAD: N_("Title and period"), **{key: section.title for key, section in BY_KEY.items()}}

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
    """What differs, in the order of the plan; everything is new when there was nothing before."""
    old, found = before or {}, []
    for key in PARTS:
        texts = [side.get("sections", {}).get(key, "") for side in (old, after)]
        tables = [listed(key, side, language) for side in (old, after)]
        pieces = words(texts[0], texts[1]) if texts[0] != texts[1] else []
        rows = _lines(tables[0], tables[1]) if tables[0] != tables[1] else []
        if pieces or rows:
            found.append(Difference(key, TITLES[key], tuple(pieces), tuple(rows)))
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


def listed(key: str, content: Mapping[str, Any], language: str = DEFAULT) -> list[str]:
    """The entries of a section's table as lines; what only the passing of time changes is left out."""
    lister = _LISTERS.get(key)
    return list(lister(content, Words(language))) if lister and content else []


def _head(content: Mapping[str, Any], say: Words) -> Iterable[str]:
    plan = content["plan"]
    yield plan["title"]
    yield f"{say.day(plan['period_start'])} – {say.day(plan['period_end'])}"


def _objectives(content: Mapping[str, Any], say: Words) -> Iterable[str]:
    currency = content["plan"]["currency"]
    for one in content.get("objectives", ()):
        first, last = (say.measured(one[end], one["unit"], currency, exact=True) for end in ("baseline", "target"))
        way = "" if one["baseline"] is None and one["target"] is None else f"{first} → {last}"
        yield _line(one["title"], say.text(one["fact_title"] or ""), way, _by(one["due_on"], say))


def _initiatives(content: Mapping[str, Any], say: Words) -> Iterable[str]:
    for initiative in content.get("initiatives", ()):
        yield _line(initiative["title"], initiative["objective_title"], initiative["strategy"])
        for action in initiative["actions"]:
            yield _line("–", action["title"], action["owner_name"], _by(action["due_on"], say))


def _risks(content: Mapping[str, Any], say: Words) -> Iterable[str]:
    for risk in content.get("risks", ()):
        likelihood = say.text(LIKELIHOODS.get(risk["likelihood"], str(risk["likelihood"])))
        impact = say.text(IMPACTS.get(risk["impact"], str(risk["impact"])))
        yield _line(risk["title"], f"{likelihood} × {impact}", risk["response"], risk["owner_name"])


def _resources(content: Mapping[str, Any], say: Words) -> Iterable[str]:
    for member in content.get("team", ()):
        yield _line(member["name"], say.text(POSITIONS.get(member["position"], member["position"])))
    plan = content["plan"]
    if plan.get("budget"):
        budget = say.money(plan["budget"], plan["currency"], exact=True)
        yield say.filled(N_("Budget: %(amount)s"), amount=budget)


_LISTERS = {
    HEAD: _head, "objectives": _objectives, "actions": _initiatives, "risks": _risks, "resources": _resources,
}  # fmt: skip


def _by(due_on: str | None, say: Words) -> str:
    return say.day(due_on) if due_on else ""


def _line(*parts: str | None) -> str:
    return " · ".join(part for part in parts if part).replace("– · ", "– ", 1)
