"""What keeps a condition from holding, as blockers: the value now, what is needed, and who can change it where."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any as Anything
from uuid import UUID

from kam.language import N_
from kam.workflow.blockers import Blocker
from kam.workflow.conditions import Any, Condition, Test, unmet
from kam.workflow.phrases import Listed, Phrase
from kam.workflow.sentences import Wording


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody goes to change a fact: the page of the subject, or one of its customer. Who only looks on is led
    to the page itself."""

    link: str
    customer: UUID | None
    looks_on: bool = False

    def of(self, link: str) -> str:
        asked = "{page}" if self.looks_on or not link else link
        return asked.replace("{page}", self.link).replace("{customer}", str(self.customer))


def reasons(
    wording: Wording,
    condition: Condition | None,
    facts: Mapping[str, Anything],
    place: Place,
    hidden: Collection[str] = frozenset(),
) -> Iterator[Blocker]:
    """The values of `hidden` facts are not told."""
    now = partial(_now, wording, facts, hidden)
    for missing in unmet(condition, facts) if condition else ():
        if isinstance(missing, Test):
            yield _fact(wording, missing, now, place)
        else:
            yield _alternatives(wording, missing, now, place)


def _now(wording: Wording, facts: Mapping[str, Anything], hidden: Collection[str], fact: str) -> object:
    return wording.now(fact, facts.get(fact), hidden)


def _fact(wording: Wording, test: Test, now: Callable[[str], object], place: Place) -> Blocker:
    fact = wording.facts[test.fact]
    parts = {
        "fact": wording.title(test.fact),
        "need": wording.need(test),
        "now": now(test.fact),
    }
    message = N_("%(fact)s – needed: %(need)s; now: %(now)s.")
    who = Phrase(fact.change_by)
    return Blocker("fact", message, parts, test.fact, parts["now"], parts["need"], who, place.of(fact.link))


def _alternatives(wording: Wording, choice: Any, told: Callable[[str], object], place: Place) -> Blocker:
    names = sorted(set(_named(choice)))
    need = wording.sentence(choice)
    each = N_("%(fact)s: %(now)s")
    now = Listed(tuple(Phrase(each, {"fact": wording.title(n), "now": told(n)}) for n in names))
    who = Listed(tuple(Phrase(m) for m in dict.fromkeys(wording.facts[n].change_by for n in names)), "or")
    message = N_("One of these is needed: %(need)s. Now: %(now)s.")
    params = {"need": need, "now": now}
    return Blocker("alternatives", message, params, now=now, need=need, who=who, link=place.link)


def _named(choice: Any) -> Iterator[str]:
    for part in choice.parts:
        yield from (part.fact,) if isinstance(part, Test) else _named(part)  # type: ignore[arg-type]
