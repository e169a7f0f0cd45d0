"""Taking a step of a record of any kind, whatever its workflow file says."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from kam.kinds import KINDS
from kam.people.viewer import Viewer
from kam.web.steps import outlooks_of
from kam.workflow.options import Option

# A plan is written otherwise than in one form; its steps race with what writes it in its own tests.
MOVED = [kind for kind in KINDS if kind.workflow and kind.shares_pages]
COMMENT = "Because of the rain"


async def first_step(record: UUID, *, by: Viewer, now: datetime) -> tuple[Option, dict[str, Any]]:
    """The first step that `by` can take with nothing more than a comment, and what is said with it."""
    standings = await outlooks_of(by, record, now=now)
    every = [option for one in standings for option in one.options]
    option = next(one for one in every if one.possible and not any(field.required for field in one.fields))
    return option, {"by": by, "now": now, "comment": COMMENT, "revision": option.revision}
