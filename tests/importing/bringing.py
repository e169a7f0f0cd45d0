"""Importing a text in one line of a test."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from kam.importing import kinds, mapping
from kam.importing.inside import guess
from kam.importing.running import Report, run
from kam.importing.source import Source
from kam.importing.starting import settings_of
from kam.people.viewer import Viewer

NOW = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)


async def quiet(done: int, doing: str) -> None:
    pass


async def keep(report: Report) -> None:
    pass


async def bring(
    kind: str, content: str | bytes, by: Viewer, *, progress: Any = quiet, columns: Any = None, **chosen: Any
) -> Report:
    raw = content.encode() if isinstance(content, str) else content
    source = Source("file.csv", raw)
    known = kinds.every()[kind]
    opened, guessed = guess(source, known)
    used = mapping.check(known, columns or guessed, len(opened.header))
    dry_run = chosen.pop("dry_run", False)
    return await run(source, opened, kind, used, settings_of(chosen, by, NOW, dry_run=dry_run), progress, keep)
