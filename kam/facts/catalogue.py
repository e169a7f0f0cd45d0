"""All facts that there are: the slices declare them, `kam.vocabulary` puts them in force, everything looks here."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property

from kam.facts.currencies import Currencies
from kam.facts.declare import DerivedFact, Fact, FactGroup, Subject

CUSTOMER = "customer"

# What one unit of the base is worth in the customer's currency; derived facts may name it beside other facts.
PER_BASE = "per_base"
CURRENCY = "currency"

_WORD = re.compile(r"\b[a-z_][a-z0-9_]*\b")


class Catalogue:
    """The facts by subject, and which facts a fact is computed from.

    Raises `ValueError` for a name declared twice or a circle, which are mistakes of the programmer.
    """

    def __init__(
        self,
        groups: Iterable[FactGroup],
        derived: Iterable[DerivedFact],
        subjects: Iterable[Subject],
        currencies: Currencies,
    ) -> None:
        self.groups = tuple(groups)
        self.derived = {fact.name: fact for fact in derived}
        self.subjects = {subject.name: subject for subject in subjects}
        self.currencies = currencies
        self._refuse_doubles()
        self.uses = {name: self._words(fact.expression) for name, fact in self.derived.items()}
        self.levels = self._levels()

    @cached_property
    def customer_facts(self) -> dict[str, Fact]:
        gathered: dict[str, Fact] = {fact.name: fact for group in self.groups for fact in group.facts}
        return gathered | {name: self.derived[name] for name in sorted(self.derived, key=lambda n: self.levels[n])}

    def facts(self, subject: str) -> Mapping[str, Fact]:
        """Facts by name; a plan also has those of its customer."""
        if subject == CUSTOMER:
            return self.customer_facts
        own = {fact.name: fact for group in self.subjects[subject].groups for fact in group.facts}
        return own | self.customer_facts

    def needed(self, names: Iterable[str]) -> frozenset[str]:
        """`names` and every fact that they are computed from."""
        found: set[str] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting.extend(self.uses.get(name, ()))
        return frozenset(found)

    def following(self, names: Iterable[str]) -> list[str]:
        """Those of a customer and every fact that is computed from them."""
        changed = set(names)
        return [name for name in self.customer_facts if changed & self.needed([name])]

    def groups_for(self, subject: str, names: Iterable[str]) -> list[FactGroup]:
        wanted = frozenset(names)
        own = () if subject == CUSTOMER else self.subjects[subject].groups
        return [group for group in (*own, *self.groups) if wanted & {fact.name for fact in group.facts}]

    def _refuse_doubles(self) -> None:
        every = Counter([*(fact.name for group in self.groups for fact in group.facts), *self.derived])
        doubles = [name for name, times in every.items() if times > 1]
        for subject in self.subjects.values():  # what two kinds have may be called alike: a subject has its own and its
            own = Counter(fact.name for group in subject.groups for fact in group.facts)  # customer's
            doubles += [name for name, times in own.items() if times > 1 or name in every]
        if doubles:
            raise ValueError(f"These facts are declared twice: {', '.join(doubles)}")

    def _words(self, expression: str) -> frozenset[str]:
        known = {fact.name for group in self.groups for fact in group.facts} | set(self.derived)
        words = set(_WORD.findall(expression))
        return frozenset(known & (words | {CURRENCY} if PER_BASE in words else words))

    def _levels(self) -> Mapping[str, int]:
        """How many steps a derived fact stands above the facts that come from records."""
        levels: dict[str, int] = {}
        waiting = dict(self.uses)
        while waiting:
            ready = [name for name, used in waiting.items() if not used & waiting.keys()]
            if not ready:
                raise ValueError(f"These facts are computed from each other: {', '.join(waiting)}")
            for name in ready:
                levels[name] = 1 + max((levels.get(used, 0) for used in waiting[name]), default=0)
            waiting = {name: used for name, used in waiting.items() if name not in ready}
        return levels


_current: list[Catalogue] = []


def use(catalogue: Catalogue) -> None:
    _current[:] = [catalogue]


def current() -> Catalogue:
    """The catalogue in force; `kam.vocabulary` puts it there when it is imported."""
    if not _current:
        raise RuntimeError("No facts are declared yet: import kam.vocabulary first")
    return _current[0]
