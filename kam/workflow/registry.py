"""The workflows in force: compiled once at start, shared by every page, job and command."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import ParamSpec, TypeVar, cast

from transitions import Machine

from kam.errors import NotFound, Unavailable
from kam.workflow.deciding import Rules
from kam.workflow.definition import Definition, absent
from kam.workflow.sentences import Naming, Wording
from kam.workflow.vocabulary import Vocabulary


@dataclass(frozen=True)
class Workflows:
    """Definitions by name, with the machine of each, and the words of each subject kind."""

    definitions: Mapping[str, Definition]
    machines: Mapping[str, Machine]
    rules: Mapping[str, Rules]
    vocabulary: Vocabulary
    naming: Naming

    def definition(self, name: str) -> Definition:
        try:
            return self.definitions[name]
        except KeyError:
            raise NotFound(f"There is no workflow “{name}”.") from None

    def known_or_absent(self, name: str, subject: str = "customer") -> Definition:
        """For pages that show what stands in a workflow, whether its file is still there or not."""
        return self.definitions.get(name) or absent(name, subject)

    def of_subject(self, kind: str) -> list[Definition]:
        return [definition for definition in self.definitions.values() if definition.subject == kind]

    def of_subject_marks(self, kind: str) -> tuple[str, ...]:
        """What changes when another version of one of these workflows comes into force."""
        return tuple(definition.hash for definition in self.of_subject(kind))

    def own_table(self, workflow: str) -> str:
        """The table whose rows keep the state of this workflow beside their revision; empty where the record has none
        of its own, or keeps that of another workflow."""
        kind = self.vocabulary.subjects[self.definition(workflow).subject]
        return kind.table if kind.workflow == workflow else ""

    def table(self, workflow: str) -> str:
        """Where the rows of what it moves stand, if they are known to stand anywhere."""
        return self.vocabulary.subjects[self.definition(workflow).subject].table

    def wording(self, workflow: str) -> Wording:
        return self.rules[workflow].wording

    def place(self, workflow: str, subject: object, customer: object) -> str:
        """The page of what a workflow moves; of its customer where the file of the workflow is gone."""
        known = self.definitions.get(workflow)
        return self.link(known.subject, subject) if known else self.link("customer", customer)

    def link(self, kind: str, subject: object) -> str:
        return self.vocabulary.subjects[kind].link.replace("{subject}", str(subject))


_current: Workflows | None = None
_kept: list[Callable[[], None]] = []
P = ParamSpec("P")
R = TypeVar("R")


def kept_while_in_force(maxsize: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """For functions whose answers rest on the workflows in force: kept until others are installed."""

    def keep(function: Callable[P, R]) -> Callable[P, R]:
        kept = lru_cache(maxsize=maxsize)(function)
        _kept.append(kept.cache_clear)
        return cast(Callable[P, R], kept)

    return keep


def install(workflows: Workflows) -> None:
    """Puts workflows in force for this process."""
    global _current
    _current = workflows
    for forget in _kept:
        forget()


def in_force() -> Workflows | None:
    """None before any were installed in this process or in the one it was forked from."""
    return _current


def current() -> Workflows:
    if _current is None:
        raise Unavailable("No workflows are loaded: the application was not started through kam.app or kam.cli.")
    return _current
