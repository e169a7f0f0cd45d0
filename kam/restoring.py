"""Bringing a backup in, and saying what of it is not the database: the workflow files it was made with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kam.database import restoring
from kam.database.archive import differing_workflows, opened
from kam.settings import Settings
from kam.starting import WORKFLOWS


async def restore(settings: Settings, file: Path, *, say: Callable[[str], object]) -> None:
    """Raises Unavailable. The workflow files here stay as they are; those of the backup that differ are laid beside."""
    await restoring.restore(settings, file, say=say)
    with opened(file) as (archive, _):
        differing = differing_workflows(archive, WORKFLOWS)
    if not differing:
        return
    beside = settings.data / "workflows-of-the-backup"
    beside.mkdir(parents=True, exist_ok=True)
    for name, text in differing.items():
        (beside / name).write_bytes(text)
    names = ", ".join(sorted(differing))
    say(f"The backup was made with other workflow files ({names}), which were laid into {beside}.")
    say(f"Put those that are to hold into {WORKFLOWS}.")
