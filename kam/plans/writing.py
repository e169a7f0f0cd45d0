"""Writing one section of a plan. Each section has its own revision, so two people can write two sections at once."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from kam.database.columns import new_id
from kam.database.engine import DB
from kam.errors import Invalid, Stale
from kam.language import N_
from kam.people.viewer import Viewer
from kam.plans.queries import Row, find
from kam.plans.sections import section
from kam.plans.writable import draft
from kam.records.recording import CHANGED, record

LONGEST = 50_000


class Overtaken(Stale):
    """Somebody else saved the section first; `theirs` is the section as it stands now."""

    def __init__(self, theirs: Row) -> None:
        super().__init__(N_("This section was saved elsewhere while you were writing. Both texts are below."))
        self.theirs = theirs


async def write_section(plan: UUID, key: str, text: str, *, by: Viewer, now: datetime, revision: int) -> int:
    """Saves the text and answers the section's new revision; `revision` is the one that was read, 0 if there was none.

    Raises Overtaken when another text was saved in between; saving the text that already stands there is no conflict.
    """
    section(key)
    text = _clean(text)
    async with DB.transaction():
        stands = await _standing(by, plan, key)
        if _clean(stands["text"] if stands else "") == text:
            return int(stands["revision"]) if stands else 0
        row = await draft(by, plan, now=now)
        before = await _locked(plan, key)
        if (before["text"] if before else "") == text:
            return int(before["revision"]) if before else 0
        if before and before["revision"] != revision:
            raise Overtaken(before)
        written = await _write(plan, key, text, by=by.id, now=now)
        changes = {key: [before["text"] if before else "", text]}
        await record("plan", plan, CHANGED, by=by.id, at=now, customer=row["customer"], changes=changes)
        return written


def _clean(text: str) -> str:
    """Line ends as one kind, and without the one character that the database cannot hold."""
    text = text.replace("\r\n", "\n").replace("\x00", "").strip()
    if len(text) > LONGEST:
        message = N_("The section is too long. Shorten it to 50,000 characters, or move a part elsewhere.")
        raise Invalid({"text": message})
    return text


async def _standing(by: Viewer, plan: UUID, key: str) -> Row | None:
    """Looked at before anything is held: who saves what stands there has written nothing, and is no editor."""
    await find(by, plan)
    return await DB.fetchrow("SELECT text, revision FROM plan_section WHERE plan = $1 AND key = $2", plan, key)


async def _locked(plan: UUID, key: str) -> Row | None:
    return await DB.fetchrow(
        """
        SELECT section.*, person.name AS editor_name FROM plan_section section
        LEFT JOIN person ON person.id = section.edited_by
        WHERE section.plan = $1 AND section.key = $2 FOR UPDATE OF section
        """,
        plan,
        key,
    )


async def _write(plan: UUID, key: str, text: str, *, by: UUID, now: datetime) -> int:
    return int(
        await DB.fetchval(
            """
            INSERT INTO plan_section (id, plan, key, text, edited_by, edited_at, revision)
            VALUES ($1, $2, $3, $4, $5, $6, 1)
            ON CONFLICT (plan, key) DO UPDATE SET text = excluded.text, edited_by = excluded.edited_by,
                edited_at = excluded.edited_at, revision = plan_section.revision + 1
            RETURNING revision
            """,
            new_id(),
            plan,
            key,
            text,
            by,
            now,
        )
    )
