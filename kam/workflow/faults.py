"""What is wrong with a definition file, where, and what to write instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kam.errors import DomainError


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    file: str
    line: int
    message: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}; {self.remedy}."


class Faults(DomainError):
    """Every fault of all files at once, so that nobody mends them one run at a time."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__("\n".join(str(fault) for fault in self.faults))
