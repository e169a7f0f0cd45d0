"""Who there is to choose from."""

from __future__ import annotations

from collections.abc import Sequence

from kam.database.engine import DB
from kam.people.viewer import Viewer


async def people_choices(viewer: Viewer) -> Sequence[tuple[str, str]]:
    """Active people for a select or a person filter: (id, name). Colleagues are no secret within the company."""
    rows = await DB.fetch("SELECT id::text, name FROM person WHERE active ORDER BY lower(name) LIMIT 500")
    return [(row["id"], row["name"]) for row in rows]


async def team_choices(viewer: Viewer) -> Sequence[tuple[str, str]]:
    """Teams the viewer may put a customer into: all for administrators, otherwise their own and those below."""
    rows = await DB.fetch(
        "SELECT id::text, name FROM team WHERE $1 OR id = ANY($2) ORDER BY lower(name)", viewer.sees_all, list(viewer.teams)
    )
    return [(row["id"], row["name"]) for row in rows]
