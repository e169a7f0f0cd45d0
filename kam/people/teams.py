"""Teams: a tree of units; members see the customers of their team and of those below it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from kam.database.columns import new_id
from kam.database.engine import DB
from kam.errors import Invalid, NotFound
from kam.language import N_
from kam.people.signed_in import people_changed
from kam.people.viewer import Viewer
from kam.records import recording
from kam.workflow.actors import System

By = Viewer | System
NO_SUCH_TEAM = N_("There is no such team.")


async def add_team(*, name: str, by: By, now: datetime, parent: UUID | None = None, region: str = "") -> UUID:
    _require(by)
    team = new_id()
    async with DB.transaction():
        await _hold_tree()
        await _check(None, name.strip(), parent)
        await DB.execute(
            "INSERT INTO team (id, name, parent, region) VALUES ($1, $2, $3, $4)", team, name.strip(), parent, region
        )
        await recording.record("team", team, recording.CREATED, by=by.id, at=now)
        await people_changed()
    return team


async def change_team(team: UUID, *, name: str, parent: UUID | None, region: str, by: By, now: datetime) -> None:
    """Raises Invalid when the team would stand below itself."""
    _require(by)
    async with DB.transaction():
        await _hold_tree()
        record = await DB.fetchrow("SELECT * FROM team WHERE id = $1 FOR UPDATE", team)
        if record is None:
            raise NotFound(NO_SUCH_TEAM)
        await _check(team, name.strip(), parent)
        changes = recording.differences(record, {"name": name.strip(), "parent": parent, "region": region})
        await DB.execute(
            "UPDATE team SET name = $2, parent = $3, region = $4 WHERE id = $1", team, name.strip(), parent, region
        )
        if changes:
            await recording.record("team", team, recording.CHANGED, by=by.id, at=now, changes=changes)
        await people_changed()


async def join(team: UUID, person: UUID, *, by: By, now: datetime, leads: bool = False) -> None:
    """Makes somebody a member, or changes whether they lead; doing it twice changes nothing."""
    _require(by)
    async with DB.transaction():
        if not await _is(team):
            raise NotFound(NO_SUCH_TEAM)
        if not await DB.fetchval("SELECT 1 FROM person WHERE id = $1", person):
            raise Invalid({"person": N_("Choose one of our people.")})
        await DB.execute(
            "INSERT INTO membership (id, person, team, leads) VALUES ($1, $2, $3, $4)"
            " ON CONFLICT (person, team) DO UPDATE SET leads = excluded.leads",
            new_id(), person, team, leads,
        )  # fmt: skip
        await recording.record("person", person, "joined_team", by=by.id, at=now, changes={"team": [None, str(team)]})
        await people_changed()


async def leave(team: UUID, person: UUID, *, by: By, now: datetime) -> None:
    _require(by)
    async with DB.transaction():
        if not await DB.fetchval("DELETE FROM membership WHERE team = $1 AND person = $2 RETURNING 1", team, person):
            raise NotFound(N_("This person is not a member of the team."))
        await recording.record("person", person, "left_team", by=by.id, at=now, changes={"team": [str(team), None]})
        await people_changed()


async def _is(team: UUID) -> bool:
    return bool(await DB.fetchval("SELECT 1 FROM team WHERE id = $1", team))


def _require(by: By) -> None:
    if isinstance(by, Viewer):
        by.require("manage_people")


_BELOW = """
WITH RECURSIVE below AS (
    SELECT id FROM team WHERE id = $1 UNION SELECT team.id FROM team JOIN below ON team.parent = below.id
) SELECT 1 FROM below WHERE id = $2
"""


async def _hold_tree() -> None:
    """One change of the tree after the other, from before the first team is held: two could close a circle."""
    await DB.fetch("SELECT pg_advisory_xact_lock(7304)")


async def _check(team: UUID | None, name: str, parent: UUID | None) -> None:
    if not name:
        raise Invalid({"name": N_("Please enter a name.")})
    if await DB.fetchval("SELECT 1 FROM team WHERE lower(name) = lower($1) AND id IS DISTINCT FROM $2", name, team):
        raise Invalid({"name": N_("There is a team of this name already.")})
    if parent and not await _is(parent):
        raise Invalid({"parent": N_("Choose one of the teams.")})
    if team and parent and await DB.fetchval(_BELOW, team, parent):
        raise Invalid({"parent": N_("A team cannot stand below itself. Choose another team.")})
