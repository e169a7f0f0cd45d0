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


def _with_overdue(made: ListOf) -> ListOf:
    unsolved = ",".join(open_states(CASE))
    late = f"t.due_at < now() AND t.state = ANY('{{{unsolved}}}')"
    return replace(made, filters=(*made.filters, Filter("overdue", N_("Overdue"), late, kind="yes_no")))


def _overdue(row: Mapping[str, Any]) -> Mapping[str, Any]:
    due = row["due_at"]
    return {"overdue": due is not None and due < now() and row["state"] in open_states(CASE)}


own.use(CASE, Own(listed=_with_overdue, page="service/case.html", more=_overdue))
