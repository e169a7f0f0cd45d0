"""What is said about a plan beside its text: comments on its sections with their answers, open or resolved.

Comments belong to the plan and the section, not to a version: they stay while the plan is written, submitted, sent
back and approved, and neither a document nor a version's hash knows of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kam.database.engine import DB
from kam.database.sql import Params
from kam.people.viewer import Viewer
from kam.people.visibility import sees_customer
from kam.plans.sections import BY_KEY

SAID, RESOLVED, REOPENED, WITHDRAWN = "said", "resolved", "reopened", "withdrawn"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was said or done; the text of what was withdrawn is gone, its trace is not."""

    id: UUID
    event: str
    by: UUID
    who: str
    at: datetime
    text: str
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody said about a section, and what followed: answers, resolving and reopening, in order."""

    section: str
    first: Entry
    then: tuple[Entry, ...]

    @property
    def id(self) -> UUID:
        return self.first.id

    @property
    def title(self) -> str:
        return BY_KEY[self.section].title

    @property
    def open(self) -> bool:
        turns = [entry.event for entry in self.then if entry.event in (RESOLVED, REOPENED)]
        return not self.first.withdrawn and (not turns or turns[-1] == REOPENED)


async def of_plan(plan: UUID) -> list[Comment]:
    """Every comment on the plan, the oldest first. Permission is that of the plan, which the caller has found."""
    rows = await DB.fetch(
        """
        SELECT entry.id, entry.section, entry.about, entry.event, entry.text, entry.by, entry.at, person.name AS who
        FROM plan_comment entry JOIN person ON person.id = entry.by
        WHERE entry.plan = $1 ORDER BY entry.at, entry.id
        """,
        plan,
    )
    return _comments(rows)


async def of_plans(plans: Iterable[UUID]) -> dict[UUID, list[Comment]]:
    """The open comments of several plans that the caller has found."""
    return {plan: [one for one in await of_plan(plan) if one.open] for plan in plans}


def open_by_section(comments: Iterable[Comment]) -> Mapping[str, int]:
    return Counter(one.section for one in comments if one.open)


def _comments(rows: Iterable[Mapping[str, Any]]) -> list[Comment]:
    every = list(rows)
    gone = {row["about"] for row in every if row["event"] == WITHDRAWN}
    followed: dict[UUID, list[Entry]] = {}
    for row in every:
        if row["about"] is not None and row["event"] != WITHDRAWN:
            followed.setdefault(row["about"], []).append(_entry(row, gone))
    return [
        Comment(row["section"], _entry(row, gone), tuple(followed.get(row["id"], ())))
        for row in every
        if row["about"] is None and row["section"] in BY_KEY
    ]


def _entry(row: Mapping[str, Any], gone: set[UUID]) -> Entry:
    withdrawn = row["id"] in gone
    text = "" if withdrawn else row["text"]
    return Entry(row["id"], row["event"], row["by"], row["who"], row["at"], text, withdrawn)


async def waiting_on(viewer: Viewer, *, limit: int = 12) -> list[Mapping[str, Any]]:
    """Open comments that concern the viewer and in which somebody else had the last word, the oldest first.

    They concern the plan's author, whoever wrote the section last, and whoever took part. Each row has comment, plan,
    plan_title, customer, customer_name, customer_name_zh, section, text, who and at (of the last word), and total.
    """
    params = Params(viewer.id, limit)
    sees = sees_customer(viewer, params)
    return await DB.fetch(
        f"""
        SELECT comment.id AS comment, plan.id AS plan, plan.title AS plan_title, customer.id AS customer,
               customer.name AS customer_name, customer.name_zh AS customer_name_zh, comment.section,
               word.text, person.name AS who, word.at, count(*) OVER () AS total
        FROM plan_comment comment
        JOIN plan ON plan.id = comment.plan
        JOIN customer ON customer.id = plan.customer
        LEFT JOIN plan_section section ON section.plan = plan.id AND section.key = comment.section
        JOIN LATERAL (
            SELECT said.text, said.by, said.at FROM plan_comment said
            WHERE (said.id = comment.id OR said.about = comment.id) AND said.event = '{SAID}' AND {_kept("said")}
            ORDER BY said.at DESC, said.id DESC LIMIT 1
        ) word ON TRUE
        JOIN person ON person.id = word.by
        WHERE comment.about IS NULL AND {_kept("comment")} AND {_LAST_TURN} IS DISTINCT FROM '{RESOLVED}'
          AND word.by <> $1 AND plan.deleted_at IS NULL AND customer.deleted_at IS NULL AND {sees}
          AND (plan.author = $1 OR section.edited_by = $1 OR comment.by = $1 OR EXISTS (
              SELECT FROM plan_comment mine WHERE mine.about = comment.id AND mine.by = $1 AND mine.event = '{SAID}'))
        ORDER BY word.at LIMIT $2
        """,
        *params.values,
    )


def _kept(entry: str) -> str:
    return f"NOT EXISTS (SELECT FROM plan_comment w WHERE w.about = {entry}.id AND w.event = '{WITHDRAWN}')"


_LAST_TURN = f"""(
    SELECT turn.event FROM plan_comment turn
    WHERE turn.about = comment.id AND turn.event IN ('{RESOLVED}', '{REOPENED}')
    ORDER BY turn.at DESC, turn.id DESC LIMIT 1
)"""
