"""How a person wants to be answered, and by which clock they live."""

from __future__ import annotations

import time
from uuid import UUID

from kam.database.engine import DB
from kam.people.signed_in import people_changed
from kam.people.viewer import Viewer


async def choose_language(by: Viewer, language: str) -> None:
    await DB.execute("UPDATE person SET language = $2 WHERE id = $1", by.id, language)
    await people_changed()


async def choose_theme(by: Viewer, theme: str) -> None:
    await DB.execute("UPDATE person SET theme = $2 WHERE id = $1", by.id, theme)
    await people_changed()


_OFTEN_ENOUGH = 900.0  # seconds; somebody with two browsers in two zones changes it with every click
_noted: dict[UUID, float] = {}


async def note_zone(by: Viewer, name: str) -> None:
    """The time zone that their browser names, for what is done for them without a browser."""
    moment = time.monotonic()
    if moment - _noted.get(by.id, -_OFTEN_ENOUGH) < _OFTEN_ENOUGH:
        return
    _noted[by.id] = moment
    await DB.execute("UPDATE person SET seen_zone = $2 WHERE id = $1 AND seen_zone <> $2", by.id, name)
