"""What stands in the way of a step: one value for each reason, with all that a person needs to remove it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kam.workflow.phrases import Phrase, say


@dataclass(frozen=True)
class Blocker:
    """`code`: fact, alternatives, role, own_work, comment, field, state, automatic, rule.

    `message` is a marked text with `params`. `now`, `need` and `who` are phrases: the value now, the value needed,
    who or what can change it; `link` is where. `said(language)` gives all of them as texts.
    """

    code: str
    message: str
    params: Mapping[str, object] = field(default_factory=dict)
    fact: str | None = None
    now: object = ""
    need: object = ""
    who: object = ""
    link: str = ""

    def text(self, language: str) -> str:
        return Phrase(self.message, self.params).text(language)

    def hint(self, language: str) -> str:
        """Who or what can change it."""
        return say(self.who, language)

    def said(self, language: str) -> dict[str, str]:
        words = {name: say(getattr(self, name), language) for name in ("now", "need", "who")}
        return {"code": self.code, "text": self.text(language), "fact": self.fact or "", "link": self.link, **words}

    def __str__(self) -> str:
        return self.text("en")
