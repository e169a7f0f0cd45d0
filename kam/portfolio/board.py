"""The board by stage: which cards stand in which column, and by which steps a card can be moved from there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kam.language import Titles
from kam.portfolio.queries import Card
from kam.workflow.definition import Definition, Field


@dataclass(frozen=True, slots=True)
class Move:
    """A step that people take from a stage; whether it is possible for this person is decided when it is taken."""

    transition: str
    title: Titles
    to: str
    to_title: Titles
    needs_comment: bool
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    name: str
    title: Titles
    description: Titles
    cards: tuple[Card, ...]
    count: int


def columns(definition: Definition, cards: Sequence[Card]) -> list[Stage]:
    """Every stage in the order of the file, also the empty ones; then those that the file no longer has."""
    found = []
    for name in dict.fromkeys([*definition.states, *(card.stage for card in cards)]):
        state = definition.state(name)
        mine = tuple(card for card in cards if card.stage == name)
        count = mine[0].in_stage if mine else 0
        found.append(Stage(name, state.title, state.description, mine, count))
    return found


def moves(definition: Definition) -> dict[str, list[Move]]:
    """The steps for people by the stage from which they are taken."""
    return {
        state: [
            Move(
                step.name, step.title, step.target, definition.states[step.target].title, step.comment == "required",
                step.fields,
            )
            for step in definition.leaving(state)
            if step.for_people
        ]
        for state in definition.states
    }  # fmt: skip
