"""A condition as a sentence, and a value that is missing as what is, what is needed and who can change it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from kam.language import N_, Titles
from kam.workflow.conditions import All, Condition, Test
from kam.workflow.phrases import Amount, Listed, Phrase
from kam.workflow.vocabulary import KnownFact

Naming = Mapping[str, Mapping[object, Titles]]  # unit -> value -> title: the names of stages and levels

_NEEDS = {
    "above": N_("above %(value)s"),
    "at_least": N_("at least %(value)s"),
    "below": N_("below %(value)s"),
    "at_most": N_("at most %(value)s"),
    "equals": N_("%(value)s"),
    "not": N_("not %(value)s"),
    "one_of": N_("%(value)s"),
    "none_of": N_("none of %(value)s"),
}
NOT_SHOWN = N_("not shown to you")
_IS_SO = N_("%(fact)s: %(need)s")
_COMPARED = N_("%(fact)s %(need)s")
_TOGETHER = N_("(%(parts)s)")


@dataclass(frozen=True)
class Wording:
    """Puts conditions on one kind of subject into words."""

    facts: Mapping[str, KnownFact]
    naming: Naming = field(default_factory=dict)

    def now(self, fact: str, value: object, hidden: Collection[str]) -> Amount | Phrase:
        """A value as it is, to somebody who is not told those that are `hidden`."""
        return Phrase(NOT_SHOWN) if fact in hidden else self.amount(fact, value)

    def sentence(self, condition: Condition, *, inner: bool = False) -> Phrase | Listed:
        if isinstance(condition, Test):
            return self._test(condition)
        if len(condition.parts) == 1:
            return self.sentence(condition.parts[0], inner=inner)
        parts = tuple(self.sentence(part, inner=True) for part in condition.parts)
        listed = Listed(parts) if isinstance(condition, All) else Listed(parts, "or")
        return Phrase(_TOGETHER, {"parts": listed}) if inner else listed

    def _test(self, test: Test) -> Phrase:
        plain = test.operator in ("equals", "one_of")
        return Phrase(_IS_SO if plain else _COMPARED, {"fact": self.title(test.fact), "need": self.need(test)})

    def title(self, fact: str) -> Phrase:
        return Phrase(self.facts[fact].title)

    def need(self, test: Test) -> Phrase:
        if test.operator == "known":
            return Phrase(N_("known") if test.value else N_("not known"))
        if isinstance(test.value, tuple):
            value: object = Listed(tuple(self.amount(test.fact, one) for one in test.value), "or")
        else:
            value = self.amount(test.fact, test.value)
        return Phrase(_NEEDS[test.operator], {"value": value})

    def amount(self, fact: str, value: object) -> Amount:
        unit = self.facts[fact].unit
        return Amount(value, unit, self.naming.get(unit, {}))
