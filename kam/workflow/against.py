"""A file held against the vocabulary: what it names must be there, and each fault goes to its line."""

from __future__ import annotations

from collections.abc import Iterable

from kam.workflow.lines import Place
from kam.workflow.reading import Source
from kam.workflow.sentences import Naming
from kam.workflow.vocabulary import Vocabulary


class Against:
    """`subject` is the kind of what the file's conditions are about."""

    def __init__(self, source: Source, vocabulary: Vocabulary, naming: Naming, subject: str) -> None:
        self.source, self.vocabulary, self.naming, self.subject = source, vocabulary, naming, subject

    def fault(self, place: Place, message: str, remedy: str, near: str = "") -> None:
        self.source.fault(place, message, remedy, near)

    def known(self, place: Place, noun: str, names: Iterable[str], among: Iterable[str]) -> bool:
        """Notes each of `names` that is not `among` the known ones; true if all are."""
        known, fine = sorted(among), True
        for name in names:
            if name not in known:
                self.fault(place, f"There is no {noun} `{name}`", f"use one of {', '.join(known)}", f'"{name}"')
                fine = False
        return fine
