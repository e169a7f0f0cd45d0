"""Keeping a view of a list under a name. The same name again replaces it."""

from __future__ import annotations

from uuid import UUID

from kam.database.columns import new_id
from kam.database.engine import DB
from kam.errors import Invalid
from kam.language import N_
from kam.people.signed_in import people_changed
from kam.people.viewer import Viewer

MOST = 50
_OTHERS = "SELECT count(*) FROM saved_view WHERE person = $1 AND list_name = $2 AND name <> $3"


async def save(*, list_name: str, name: str, query: str, by: Viewer) -> None:
    async with DB.transaction():
        await DB.execute("SELECT FROM person WHERE id = $1 FOR NO KEY UPDATE", by.id)
        if await DB.fetchval(_OTHERS, by.id, list_name, name) >= MOST:
            raise Invalid({"name": N_("You have fifty views of this list already. Delete one first.")})
        await DB.execute(
            "INSERT INTO saved_view (id, person, list_name, name, query) VALUES ($1, $2, $3, $4, $5)"
            " ON CONFLICT (person, list_name, name) DO UPDATE SET query = excluded.query",
            new_id(), by.id, list_name, name, query,
        )  # fmt: skip
        await people_changed()


async def delete(view: UUID, *, by: Viewer) -> None:
    await DB.execute("DELETE FROM saved_view WHERE id = $1 AND person = $2", view, by.id)
    await people_changed()
