"""The sections of a key-account plan, in the order in which they are written and read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kam.errors import NotFound
from kam.language import N_

TEXT = "text"
SWOT = "swot"  # one of the four boxes
OBJECTIVES = "objectives"
ACTIONS = "actions"
TEAM = "team"
RISKS = "risks"


@dataclass(frozen=True, slots=True)
class Section:
    """`kind` says what stands in it beside the text; `questions` guide the writer; `required` before submission."""

    key: str
    title: str
    questions: tuple[str, ...]
    required: bool = False
    kind: str = TEXT
    group: str = ""


ALL = (
    Section(
        "situation",
        N_("Situation"),
        (
            N_("Where do we stand with this customer today, and how did we get here?"),
            N_("What went well in the last period, what did not, and why?"),
        ),
        required=True,
    ),
    Section(
        "business",
        N_("Their business and market"),
        (
            N_("What does the customer sell, to whom, and what makes them win or lose?"),
            N_("Which pressures and changes do they face in the next two years?"),
            N_("How do they decide to buy, and who takes part?"),
        ),
        required=True,
    ),
    Section(
        "value",
        N_("Our value to them"),
        (
            N_("Which of their problems do we solve better than anyone else?"),
            N_("What is that worth to them, in money or time, and would they agree?"),
        ),
        required=True,
    ),
    Section(
        "competitors",
        N_("Competitors"),
        (
            N_("Who else supplies them, with what share, and who supports whom?"),
            N_("Where are we ahead, where behind, and what could they try next?"),
        ),
    ),
    Section(
        "strengths", N_("Strengths"), (N_("What do we do here that others cannot easily copy?"),), True, SWOT, "swot"
    ),
    Section("weaknesses", N_("Weaknesses"), (N_("What does this customer miss in us?"),), True, SWOT, "swot"),
    Section(
        "opportunities",
        N_("Opportunities to seize"),
        (N_("Which needs are open that we could meet?"),),
        True,
        SWOT,
        "swot",
    ),
    Section("threats", N_("Threats"), (N_("What could take business away from us?"),), True, SWOT, "swot"),
    Section(
        "vision",
        N_("Vision and direction"),
        (
            N_("What should this relationship be in three years, in one sentence?"),
            N_("What will we do more of, less of, and no longer?"),
        ),
        required=True,
    ),
    Section(
        "objectives",
        N_("Objectives"),
        (
            N_("What will be different at the end of the period, and how is it measured?"),
            N_("Which assumptions must hold for these objectives?"),
        ),
        kind=OBJECTIVES,
    ),
    Section(
        "actions",
        N_("Initiatives and actions"),
        (
            N_("Which few initiatives move the objectives most?"),
            N_("Who does what by when?"),
        ),
        kind=ACTIONS,
    ),
    Section(
        "resources",
        N_("Team, resources and budget"),
        (
            N_("Who is needed, for how much of their time, and what does it cost?"),
            N_("What do we need from other departments or partners?"),
        ),
        kind=TEAM,
    ),
    Section(
        "risks",
        N_("Risks"),
        (
            N_("What could go wrong, how likely is it, and what would it cost us?"),
            N_("How would we notice early, and what would we do?"),
        ),
        kind=RISKS,
    ),
    Section(
        "review",
        N_("Review"),
        (
            N_("When do we look at this plan again, with whom, and against which figures?"),
            N_("What would make us change the plan before then?"),
        ),
    ),
)

BY_KEY: Mapping[str, Section] = {section.key: section for section in ALL}
REQUIRED = tuple(section.key for section in ALL if section.required)
SWOT_BOXES = tuple(section.key for section in ALL if section.kind == SWOT)


def section(key: str) -> Section:
    try:
        return BY_KEY[key]
    except KeyError:
        raise NotFound(N_("A plan has no such section.")) from None


def shown_together(key: str) -> tuple[Section, ...]:
    """The sections that one page shows: the four boxes of the SWOT stand side by side, all others alone."""
    chosen = section(key)
    if not chosen.group:
        return (chosen,)
    return tuple(other for other in ALL if other.group == chosen.group)


def written(text: str) -> bool:
    return bool(text.strip())


def missing(texts: Mapping[str, Any]) -> list[Section]:
    """The required sections that nobody has written yet, given the texts by key."""
    return [BY_KEY[key] for key in REQUIRED if not written(texts.get(key, ""))]
