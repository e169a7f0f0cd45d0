"""The person on whose behalf something is read or done; passed in everywhere as `viewer` or `by`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from uuid import UUID

from kam.clock import day, zone
from kam.errors import NotAllowed
from kam.facts.declare import Fact
from kam.language import N_
from kam.people.roles import ABILITIES, ADMINISTRATOR


@dataclass(frozen=True, slots=True)
class Viewer:
    """`teams` are the viewer's teams and all below them; `accounts` the customers on whose account team they serve.

    The customers a viewer owns are not listed: there may be thousands, and `visibility.py` asks the column.
    """

    id: UUID
    name: str
    role: str
    language: str = "en"
    theme: str = "auto"
    zone: str = ""
    seen_zone: str = ""
    teams: tuple[UUID, ...] = ()
    accounts: tuple[UUID, ...] = ()

    @property
    def clock(self) -> tzinfo:
        """The time zone they chose, or else that of their browser."""
        return zone(self.zone or self.seen_zone)

    def today(self, now: datetime) -> date:
        """The date that whatever they do at `now` has."""
        return day(now, self.clock)

    def as_of(self, now: datetime) -> date:
        """The day whose facts decide what they do; see `kam.workflow.actors`."""
        return max(day(now), self.today(now))

    @property
    def sees_all(self) -> bool:
        return self.role == ADMINISTRATOR

    def may(self, ability: str) -> bool:
        return self.role in ABILITIES[ability]

    def is_told(self, fact: Fact) -> bool:
        """Whether they may know the value of a fact."""
        return not fact.protect or self.may(fact.protect)

    def require(self, ability: str) -> None:
        if not self.may(ability):
            raise NotAllowed(N_("Your role does not allow this. An administrator can change your role."))
