"""How a person wants to be answered."""

from __future__ import annotations

from kam.database.engine import DB
from kam.people.signed_in import people_changed
from kam.people.viewer import Viewer


async def choose_language(by: Viewer, language: str) -> None:
    await DB.execute("UPDATE person SET language = $2 WHERE id = $1", by.id, language)
    await people_changed()


async def choose_theme(by: Viewer, theme: str) -> None:
    await DB.execute("UPDATE person SET theme = $2 WHERE id = $1", by.id, theme)
    await people_changed()
