"""What can go wrong in the domain. Pages and the API map each kind to HTTP once, in `kam/web/errors.py`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kam.workflow.blockers import Blocker


class DomainError(Exception):
    """A refusal that a person can act on; its text is a sentence."""


class NotFound(DomainError):
    """There is no such record, or the viewer may not know that there is."""


class NoLongerKept(DomainError):
    """There was such a thing, which the viewer may see, and it was deleted or kept for its time."""


class NotAllowed(DomainError):
    """The viewer may see the record but not do this with it."""


class Stale(DomainError):
    """Somebody changed the record since the page was drawn; `link` leads to what has changed, where a page tells it."""

    def __init__(self, message: str = "", link: str = "") -> None:
        super().__init__(message)
        self.link = link


class Invalid(DomainError):
    """What was typed cannot be taken; `fields` maps a field's name to a sentence that says what to do."""

    def __init__(self, fields: Mapping[str, str], message: str = "") -> None:
        super().__init__(message or " ".join(fields.values()))
        self.fields = dict(fields)


class Refused(DomainError):
    """A workflow step that cannot be taken now, with everything that stands in its way."""

    def __init__(self, blockers: Sequence[Blocker]) -> None:
        super().__init__("; ".join(str(blocker) for blocker in blockers))
        self.blockers = tuple(blockers)


class Unavailable(DomainError):
    """Something the application stands on (a database, a font) is missing; the text says what to do."""


class Busy(DomainError):
    """More is asked at this moment than can be done; it may be tried again in `seconds`."""

    def __init__(self, message: str, *, seconds: int) -> None:
        super().__init__(message)
        self.seconds = seconds
