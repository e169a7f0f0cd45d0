"""Writing the whole database to one file, while it is used: as it stood at one moment."""

from __future__ import annotations

import asyncio
import subprocess
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import IO

from kam import VERSION
from kam.database.archive import DUMP, Manifest, put, written
from kam.database.connecting import connected, server_version
from kam.database.migrating import applied
from kam.database.programs import complaint, programs_for, reaching
from kam.errors import Unavailable
from kam.settings import Settings

_BLOCK = 1 << 20
_EVERY = 100 << 20  # bytes after which it is said how far we are

Say = Callable[[str], object]


async def back_up(settings: Settings, file: Path, *, workflows: Path, now: datetime, say: Say = print) -> None:
    """Raises Unavailable, and leaves no half of a file."""
    async with connected(settings, pool=1) as url:
        server, migrations = await server_version(), await applied()
        if not migrations:
            raise Unavailable("There is nothing to back up: the database is empty.")
        program = programs_for(settings, server).program("pg_dump")
        manifest = Manifest(VERSION, server, now.isoformat(timespec="seconds"), sorted(migrations))
        await asyncio.to_thread(_write, file, manifest, workflows, [program, *_HOW], url, say)


# Which machines act on the database is of the moment: elsewhere they would be taken for machines that act beside it.
_OF_THE_MOMENT = ("--exclude-table-data=scratch.*", "--exclude-table-data=public.machine")
_HOW = ("--format=custom", "--no-owner", "--no-privileges", *_OF_THE_MOMENT, "--lock-wait-timeout=60s")


def _write(file: Path, manifest: Manifest, workflows: Path, command: list[str], url: str, say: Say) -> None:
    with written(file) as archive:
        put(archive, manifest, workflows)
        size = _dump(archive, command, url, say)
    say(f"{file} holds everything as of {manifest.made_at} ({size / 1e6:.1f} MB). Keep it where only you can read it.")


def _dump(archive: zipfile.ZipFile, command: list[str], url: str, say: Say) -> int:
    address, environment = reaching(url)
    with (
        subprocess.Popen(
            [*command, "--dbname", address], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as dumping,
        archive.open(DUMP, "w", force_zip64=True) as to,
    ):
        assert dumping.stdout and dumping.stderr
        size = _copy(dumping.stdout, to, say)
        said = dumping.stderr.read()
    if dumping.returncode:
        raise Unavailable(f"The database could not be written down: {complaint(said)}")
    return size


def _copy(source: IO[bytes], to: IO[bytes], say: Say) -> int:
    size = 0
    while block := source.read(_BLOCK):
        to.write(block)
        if size // _EVERY != (size + len(block)) // _EVERY:
            say(f"… {(size + len(block)) / 1e6:.0f} MB")
        size += len(block)
    return size
