"""What the shared pages of interactions have of their own: who wrote one down, and whether its next step is open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from kam.interactions.kind import INTERACTION
from kam.language import N_
from kam.people.queries import people_choices
from kam.records.pages import own
from kam.records.pages.own import Own
from kam.web.lists import Column, Filter, ListOf

_OPEN = "t.next_step <> '' AND t.next_step_done_at IS NULL"


def _listed(made: ListOf) -> ListOf:
    """When it was first, as people read it."""
    at = next(one for one in made.columns if one.name == "at")
    others = [one for one in made.columns if one.name not in ("at", "added")]
    written = Column("by", N_("Logged by"), "author.name", sort=False)
    return replace(
        made,
        source=f"{made.source} LEFT JOIN person author ON author.id = t.created_by",
        columns=(replace(at, kind="ago"), *others, written),
        filters=(
            *(one for one in made.filters if one.name not in ("outcome", "next_step")),
            Filter("by", N_("Logged by"), "t.created_by", kind="person", choices=people_choices),
            Filter("open", N_("Next step open"), _OPEN, kind="yes_no"),
        ),
    )


async def _next_step(row: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"agreed": bool(row["next_step"]), "done_at": row["next_step_done_at"]}


own.use(INTERACTION, Own(listed=_listed, page="interactions/show.html", more=_next_step))
