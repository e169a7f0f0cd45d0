"""What every page of one plan shows around its content: the sections with their state, and what may be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request

from kam.documents.prose import blocks
from kam.language import N_
from kam.people.viewer import Viewer
from kam.plans import discussion, measuring, queries, reading, versions
from kam.plans.commenting import ABILITY as COMMENTING
from kam.plans.queries import DRAFT, Row
from kam.plans.sections import ALL, SWOT, SWOT_BOXES, written
from kam.plans.writable import IN_USE, may_write
from kam.web.zones import facts_day


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the list of sections. `filled` of `parts` texts are written, or `count` entries listed; `who` and
    `when` wrote last; `comments` are open."""

    key: str
    title: str
    parts: int
    filled: int
    required: bool
    who: str
    when: datetime | None
    count: int = 0
    comments: int = 0

    @property
    def state(self) -> str:
        if self.filled == self.parts or self.count:
            return "written"
        return "begun" if self.filled else "empty"


async def frame(request: Request[Any, Any, Any], plan: UUID, key: str = "") -> dict[str, Any]:
    """The plan, found on behalf of the viewer, and what `plans/_frame.html` shows; `fixed` is the version that is read
    once it is no draft."""
    row = await queries.find(request.user, plan)
    fixed = await versions.fixed(row)
    texts = await reading.sections(plan, fixed)
    comments = await discussion.of_plan(plan)
    return {
        "plan": reading.head(row, fixed),
        "fixed": fixed,
        "texts": texts,
        "comments": comments,
        "may_comment": request.user.may(COMMENTING),
        "entries": entries(texts, await reading.listed(plan, fixed), discussion.open_by_section(comments)),
        "key": key,
        "blocks": blocks,
        **permissions(request.user, row),
    }


async def measured(plan: Row, fixed: reading.Version) -> list[measuring.Measured]:
    """The objectives with how far they have come today."""
    day = facts_day()
    facts, known = await measuring.values(plan["customer"], as_of=day), measuring.measures()
    return [
        measuring.measure(one, facts, known, start=plan["period_start"], as_of=day)
        for one in await reading.objectives(plan["id"], fixed)
    ]


def permissions(viewer: Viewer, plan: Row) -> dict[str, bool]:
    writes = may_write(viewer, plan)
    return {"writable": writes and plan["state"] == DRAFT, "completable": writes and plan["state"] in IN_USE}


def entries(texts: Mapping[str, Row], listed: Mapping[str, int], commented: Mapping[str, int]) -> list[Entry]:
    """The four boxes of the SWOT are one line."""
    found: list[Entry] = []
    for section in ALL:
        if section.kind != SWOT:
            found.append(_entry(section.key, section.title, (section.key,), section.required, texts, listed, commented))
        elif section.key == SWOT_BOXES[0]:
            found.append(_entry(section.key, N_("SWOT"), SWOT_BOXES, True, texts, listed, commented))
    return found


def _entry(
    key: str, title: str, keys: tuple[str, ...], required: bool, texts: Mapping[str, Row], listed: Mapping[str, int],
    commented: Mapping[str, int],
) -> Entry:  # fmt: skip
    there = [texts[one] for one in keys if one in texts and written(texts[one]["text"])]
    last = max((row for row in there if row["edited_at"]), key=lambda row: row["edited_at"], default=None)
    return Entry(
        key, title, len(keys), len(there), required, (last["editor_name"] or "") if last else "",
        last["edited_at"] if last else None, listed.get(key, 0), sum(commented.get(one, 0) for one in keys),
    )  # fmt: skip
