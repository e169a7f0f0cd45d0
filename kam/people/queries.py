"""Looking up people and teams."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Any
from uuid import UUID

from kam import trees
from kam.clock import zone
from kam.database.engine import DB
from kam.errors import NotFound
from kam.language import N_
from kam.people.viewer import Viewer


async def people_choices(viewer: Viewer) -> Sequence[tuple[str, str]]:
    """Active people for a select or a person filter: (id, name). Colleagues are no secret within the company."""
    rows = await DB.fetch("SELECT id::text, name FROM person WHERE active ORDER BY lower(name) LIMIT 500")
    return [(row["id"], row["name"]) for row in rows]


async def clock_of(person: UUID | None) -> tzinfo:
    """The clock that they live by, for what is done for them without a browser; UTC for nobody."""
    return zone(
        await DB.fetchval("SELECT coalesce(nullif(zone, ''), seen_zone) FROM person WHERE id = $1", person) or ""
    )


async def team_choices(viewer: Viewer) -> Sequence[tuple[str, str]]:
    """Teams the viewer may put a customer into: all for administrators, otherwise their own and those below."""
    rows = await DB.fetch(
        "SELECT id::text, name FROM team WHERE $1 OR id = ANY($2) ORDER BY lower(name)",
        viewer.sees_all,
        list(viewer.teams),
    )
    return [(row["id"], row["name"]) for row in rows]


async def find_person(person: UUID) -> Mapping[str, Any]:
    """A colleague without the password hash; `teams` as (id, name, leads)."""
    row = await DB.fetchrow(
        "SELECT id, name, email, role, job, phone, language, theme, zone, active, created_at, revision"
        " FROM person WHERE id = $1",
        person,
    )
    if row is None:
        raise NotFound(N_("There is no such person."))
    belongs = await DB.fetch(
        "SELECT team.id, team.name, membership.leads FROM membership JOIN team ON team.id = membership.team"
        " WHERE membership.person = $1 ORDER BY lower(team.name)",
        person,
    )
    return {**row, "teams": belongs}


async def sessions_of(person: UUID) -> Sequence[Mapping[str, Any]]:
    """Where somebody is signed in, the latest first."""
    return await DB.fetch(
        "SELECT token_hash, created_at, seen_at, agent, address FROM session WHERE person = $1 ORDER BY seen_at DESC",
        person,
    )


async def find_team(team: UUID) -> Mapping[str, Any]:
    row = await DB.fetchrow("SELECT id, name, parent, region FROM team WHERE id = $1", team)
    if row is None:
        raise NotFound(N_("There is no such team."))
    return dict(row)


async def members(team: UUID) -> Sequence[Mapping[str, Any]]:
    return await DB.fetch(
        "SELECT person.id, person.name, person.role, person.job, membership.leads FROM membership"
        " JOIN person ON person.id = membership.person WHERE membership.team = $1 AND person.active"
        " ORDER BY membership.leads DESC, lower(person.name)",
        team,
    )


_TEAMS = """
SELECT tree.id, tree.name, tree.region, tree.parent,
       (SELECT count(*) FROM membership JOIN person ON person.id = person AND active WHERE team = tree.id) AS members,
       (SELECT string_agg(person.name, ', ' ORDER BY person.name) FROM membership
          JOIN person ON person.id = membership.person AND active WHERE team = tree.id AND leads) AS leads,
       (SELECT count(*) FROM customer WHERE customer.team = tree.id AND deleted_at IS NULL) AS customers
  FROM team tree ORDER BY lower(tree.name), tree.id
"""


async def team_tree() -> Sequence[Mapping[str, Any]]:
    """All teams in the order of the tree, each with its depth, size and leaders."""
    teams = await DB.fetch(_TEAMS)
    return [{**team, "depth": depth} for depth, team in trees.in_order(trees.below(teams, "parent"))]
