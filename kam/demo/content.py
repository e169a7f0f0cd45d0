"""The written half of the demo: companies, people, products, words and plans, as they stand in `content/`."""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "content"


@dataclass(frozen=True, slots=True)
class Company:
    """One customer of the demo; `pattern` says how it buys and feels, `volume` what it buys in a year (1000 EUR)."""

    name: str
    name_zh: str
    kind: str
    industry: str
    industry_stage: str
    employees: int
    country: str
    city: str
    region: str
    team: str
    pattern: str
    volume: int
    parent: str
    tags: tuple[str, ...]

    @property
    def speaks_chinese(self) -> bool:
        return self.team == "china"

    @property
    def size(self) -> str:
        bounds = {"micro": 10, "small": 50, "medium": 250, "large": 5000}
        return next((name for name, bound in bounds.items() if self.employees < bound), "enterprise")

    @property
    def domain(self) -> str:
        """A web domain that belongs to nobody (RFC 6761 reserves `.example`)."""
        first = self.name.split()[0].lower()
        return "".join(letter for letter in first if letter.isascii() and letter.isalnum()) + ".example"


@cache
def companies() -> tuple[Company, ...]:
    return tuple(_company(row) for row in rows("companies"))


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """The rows of one CSV file of the demo."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def words() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "words.toml").read_text(encoding="utf-8"))


@cache
def plans() -> dict[str, Any]:
    """What the plans say, by the name of the customer; `common` holds what all of them say alike."""
    return tomllib.loads((FOLDER / "plans.toml").read_text(encoding="utf-8"))


def _company(row: dict[str, str]) -> Company:
    fields: dict[str, Any] = dict(row)
    fields["employees"] = int(row["employees"])
    fields["volume"] = int(row["volume"])
    fields["tags"] = tuple(tag for tag in row["tags"].split(";") if tag)
    return Company(**fields)
