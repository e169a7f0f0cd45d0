"""Commenting on a section of a plan, answering, resolving and reopening: talk about the plan, in any of its states.

Whoever comments does not become an editor, so an approver can ask and still decide.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from kam.database.columns import new_id
from kam.database.engine import DB
from kam.errors import Invalid, NotAllowed, NotFound
from kam.language import N_
from kam.people.viewer import Viewer
from kam.plans.discussion import REOPENED, RESOLVED, SAID, WITHDRAWN
from kam.plans.queries import Row, find
from kam.plans.sections import section
from kam.records.recording import record

ABILITY = "comment_plans"
LONGEST = 4_000
# The same words again so soon are a double click, not a second thought.
ONCE_WITHIN = timedelta(minutes=1)

NOT_A_COMMENTER = N_("Your role only reads plans; it does not comment on them.")
NO_SUCH_COMMENT = N_("There is no such comment on this plan.")
ONLY_ONES_OWN = N_("Only whoever wrote a comment can withdraw it.")


async def comment(plan: UUID, key: str, text: str, *, by: Viewer, now: datetime) -> UUID:
    """Opens a matter about a section. Raises Invalid without words, NotAllowed for those who only read."""
    section(key)
    async with DB.transaction():
        row = await _found(plan, by)
        return await _say(row, key, None, _checked(text), by=by, now=now)


async def answer(plan: UUID, about: UUID, text: str, *, by: Viewer, now: datetime) -> UUID:
    """Answers a comment; an answer to an answer stands in the same row."""
    async with DB.transaction():
        row = await _found(plan, by)
        first = await matter(plan, about)
        return await _say(row, first["section"], first["id"], _checked(text), by=by, now=now)


async def resolve(plan: UUID, about: UUID, *, by: Viewer, now: datetime) -> Row:
    """Settles the matter; resolving what is resolved changes nothing. Gives the comment."""
    return await _turn(plan, about, RESOLVED, by=by, now=now)


async def reopen(plan: UUID, about: UUID, *, by: Viewer, now: datetime) -> Row:
    return await _turn(plan, about, REOPENED, by=by, now=now)


async def withdraw(plan: UUID, entry: UUID, *, by: Viewer, now: datetime) -> Row:
    """Takes one's own words back: they are no longer shown, but that there were some is. Gives the comment."""
    async with DB.transaction():
        row = await _found(plan, by)
        said = await _entry(plan, entry)
        if said["by"] != by.id:
            raise NotAllowed(ONLY_ONES_OWN)
        if not await _withdrawn(entry):
            await _add(row, said["section"], entry, WITHDRAWN, "", by=by, now=now)
        return said if said["about"] is None else await _entry(plan, said["about"])


async def matter(plan: UUID, entry: UUID) -> Row:
    """The comment itself, also when an answer to it is named. Permission is that of the plan."""
    row = await _entry(plan, entry)
    return row if row["about"] is None else await _entry(plan, row["about"])


async def _turn(plan: UUID, about: UUID, event: str, *, by: Viewer, now: datetime) -> Row:
    async with DB.transaction():
        row = await _found(plan, by)
        first = await matter(plan, about)
        if await _last_turn(first["id"]) != event:
            await _add(row, first["section"], first["id"], event, "", by=by, now=now)
        return first


async def _found(plan: UUID, by: Viewer) -> Row:
    """The plan, held so that two clicks come one after the other."""
    row = await find(by, plan, lock=True)
    if not by.may(ABILITY):
        raise NotAllowed(NOT_A_COMMENTER)
    return row


def _checked(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\x00", "").strip()
    if not text:
        raise Invalid({"comment": N_("Write what you want to say.")})
    if len(text) > LONGEST:
        raise Invalid({"comment": N_("The comment is too long. Shorten it to 4,000 characters.")})
    return text


async def _entry(plan: UUID, entry: UUID) -> Row:
    row: Row | None = await DB.fetchrow(
        "SELECT * FROM plan_comment WHERE plan = $1 AND id = $2 AND event = $3", plan, entry, SAID
    )
    if row is None:
        raise NotFound(NO_SUCH_COMMENT)
    return row


async def _withdrawn(entry: UUID) -> bool:
    return bool(
        await DB.fetchval("SELECT TRUE FROM plan_comment WHERE about = $1 AND event = $2 LIMIT 1", entry, WITHDRAWN)
    )


async def _last_turn(matter: UUID) -> str:
    """A comment that nobody has resolved yet is as good as reopened."""
    last = await DB.fetchval(
        "SELECT event FROM plan_comment WHERE about = $1 AND event = ANY($2) ORDER BY at DESC, id DESC LIMIT 1",
        matter, [RESOLVED, REOPENED],
    )  # fmt: skip
    return last or REOPENED


async def _say(plan: Row, key: str, about: UUID | None, text: str, *, by: Viewer, now: datetime) -> UUID:
    twin: UUID | None = await DB.fetchval(
        """
        SELECT id FROM plan_comment WHERE plan = $1 AND section = $2 AND about IS NOT DISTINCT FROM $3::uuid
          AND event = $4 AND text = $5 AND by = $6 AND at > $7
        """,
        plan["id"], key, about, SAID, text, by.id, now - ONCE_WITHIN,
    )  # fmt: skip
    return twin or await _add(plan, key, about, SAID, text, by=by, now=now)


async def _add(plan: Row, key: str, about: UUID | None, event: str, text: str, *, by: Viewer, now: datetime) -> UUID:
    """The history of the plan tells that something was said, not what: words can be taken back, history cannot."""
    entry = new_id()
    await DB.execute(
        "INSERT INTO plan_comment (id, plan, section, about, event, text, by, at) VALUES ($1,$2,$3,$4,$5,$6,$7,$8)",
        entry, plan["id"], key, about, event, text, by.id, now,
    )  # fmt: skip
    changes = {"plan_section": [None, key]}
    await record("plan_comment", plan["id"], event, by=by.id, at=now, customer=plan["customer"], changes=changes)
    return entry
