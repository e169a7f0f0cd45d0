"""What an attack is, and running it from a test or the command line."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from tests.attacks.besieging import Kam, Visits, besieged, visited

LONGEST_P99 = 1.0
Course = Callable[[Kam], Iterator[None]]


@dataclass(frozen=True)
class Attack:
    """`course` begins the attack, yields while another visitor is watched for `seconds`, then looks at what is left.

    `usual` ones also run without `--long`.
    """

    course: Course
    seconds: float
    usual: bool

    @property
    def name(self) -> str:
        return f"{Path(self.course.__code__.co_filename).stem}.{self.course.__name__}"


@dataclass(frozen=True)
class Toll:
    before: Visits
    meanwhile: Visits

    def __str__(self) -> str:
        return f"  before     {self.before}\n  meanwhile  {self.meanwhile}"

    def check(self) -> None:
        assert self.meanwhile.failed == 0, self
        assert self.meanwhile.p99 < max(LONGEST_P99, 2 * self.before.p99), self  # a busy machine is slow by itself


ATTACKS: list[Attack] = []


def attack(*, seconds: float = 6, usual: bool = False) -> Callable[[Course], Course]:
    def register(course: Course) -> Course:
        ATTACKS.append(Attack(course, seconds, usual))
        return course

    return register


def endured(kam: Kam, one: Attack) -> Toll:
    """The toll of one attack, which is also printed; raises AssertionError when the attack finds something broken."""
    before = visited(kam, 2)
    with contextmanager(one.course)(kam):
        toll = Toll(before, visited(kam, one.seconds))
        print(f"{one.name}\n{toll}\n  web processes hold {kam.memory():.0f} MB", flush=True)
    return toll


def every() -> list[Attack]:
    """The attacks of all files of this folder."""
    for path in sorted(Path(__file__).parent.glob("*.py")):
        if "@attack(" in path.read_text() and path.name not in ("__init__.py", "attack.py"):
            import_module(f"tests.attacks.{path.stem}")
    return ATTACKS


def main(module: str) -> None:
    """For `python -m`: the attacks of this file whose name has the word that was given."""
    word = sys.argv[1] if len(sys.argv) > 1 else ""
    failed = 0
    with besieged() as kam:
        for one in [one for one in ATTACKS if one.course.__module__ == module and word in one.name]:
            try:
                endured(kam, one).check()
            except AssertionError as error:
                failed += 1
                print(f"  FAILED: {str(error) or repr(error)}", flush=True)
    sys.exit(bool(failed))
