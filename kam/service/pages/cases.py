"""What the pages of cases have of their own: which are overdue, and how many wait for whoever looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from kam.clock import now
from kam.language import N_
from kam.people.viewer import Viewer
from kam.records.going_on import open_states
from kam.records.pages import own
from kam.records.pages.own import Own
from kam.service import queries
from kam.service.kind import CASE
from kam.web.lists import Filter, ListOf
from kam.web.waiting import counts


@counts(CASE.path)
async def waiting(viewer: Viewer) -> int:
    return await queries.mine_unsolved(viewer)


def _listed(made: ListOf) -> ListOf:
    """With the number below the subject, which leaves room for the rest, and what is overdue to filter by."""
    columns = (
        replace(one, under="number" if one.main else "", shown=one.shown and one.name != "satisfaction")
        for one in made.columns if one.name != "number"
    )  # fmt: skip
    unsolved = ",".join(open_states(CASE))
    late = f"t.due_at < now() AND t.state = ANY('{{{unsolved}}}')"
    overdue = Filter("overdue", N_("Overdue"), late, kind="yes_no")
    return replace(
        made, columns=tuple(columns), extras={**made.extras, "number": "t.number"}, filters=(*made.filters, overdue)
    )


async def _overdue(row: Mapping[str, Any]) -> Mapping[str, Any]:
    due = row["due_at"]
    return {"overdue": due is not None and due < now() and row["state"] in open_states(CASE)}


own.use(CASE, Own(listed=_listed, page="service/case.html", more=_overdue))
