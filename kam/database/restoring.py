"""Bringing a backup into an empty database: of this version or a newer one, on any PostgreSQL that kam runs on."""

from __future__ import annotations

import asyncio
import re
import subprocess
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import IO

from kam import VERSION
from kam.database.archive import DUMP, Manifest, opened
from kam.database.connecting import connected, owning, server_version
from kam.database.engine import DB
from kam.database.migrating import known
from kam.database.preparing import prepare
from kam.database.programs import complaint, programs_for, reaching
from kam.errors import Unavailable
from kam.settings import Settings

Say = Callable[[str], object]
_BLOCK = 1 << 20
# Settings that a newer pg_restore makes at its beginning, and older servers do not know.
_UNKNOWN_BEFORE = {17: (b"SET transaction_timeout = 0;\n",)}


async def restore(settings: Settings, file: Path, *, say: Say = print) -> Manifest:
    """All of it or nothing. Raises Unavailable: if the database is not empty, or the backup is of a newer kam."""
    with opened(file) as (archive, manifest):
        _require_known(manifest)
        async with connected(settings, pool=4):
            async with owning(settings) as url:
                await _require_empty()
                server = await server_version()
                programs = programs_for(settings, max(server, manifest.server))
                with tempfile.NamedTemporaryFile(prefix="kam-", suffix=".dump") as dump:
                    _unpack(archive, dump)
                    commands = [programs.program("pg_restore"), dump.name], [programs.program("psql")]
                    await asyncio.to_thread(_bring_in, *commands, url, server)
            await prepare(settings)
    say(f"Brought in the backup of {manifest.made_at}, made by kam {manifest.version}.")
    return manifest


def _require_known(manifest: Manifest) -> None:
    if set(manifest.migrations) - set(known()):
        raise Unavailable(
            f"The backup was made by kam {manifest.version}; this is kam {VERSION}, which does not know everything in "
            "it. Bring it in with that version or a newer one."
        )


async def _require_empty() -> None:
    if await DB.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()"):
        raise Unavailable(
            "The database is not empty, and a backup is never laid over what is there. Name an empty folder with "
            "KAM_DATA, or an empty database with KAM_DATABASE_URL."
        )


def _unpack(archive: zipfile.ZipFile, to: IO[bytes]) -> None:
    with archive.open(DUMP) as held:
        while block := held.read(_BLOCK):
            to.write(block)
    to.flush()


def _bring_in(reading: list[str], writing: list[str], url: str, server: int) -> None:
    """As SQL from one program into the other, in one transaction, so that a failure leaves the database empty."""
    address, environment = reaching(url)
    with tempfile.NamedTemporaryFile("w", prefix="kam-", suffix=".list") as wanted, tempfile.TemporaryFile() as said:
        wanted.write(_wanted(reading))
        wanted.flush()
        how = ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "--dbname", address]
        with (
            subprocess.Popen(
                [*reading, "--no-owner", "--no-privileges", "-L", wanted.name, "-f", "-"],
                stdout=subprocess.PIPE,
                stderr=said,
            ) as read,
            subprocess.Popen(
                [*writing, *how], env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said
            ) as written,
        ):
            assert read.stdout and written.stdin
            try:
                _pass_on(read.stdout, written.stdin, server)
            except BrokenPipeError:  # why, it has said
                read.kill()
            if read.wait():  # what came so far must not be taken for all
                written.kill()
        if read.returncode or written.returncode:
            said.seek(0)
            raise Unavailable(f"The backup could not be brought in, and nothing was changed: {complaint(said.read())}")


def _wanted(reading: list[str]) -> str:
    """All but the comment on an extension, which only the owner of the extension may set."""
    listed = subprocess.run([*reading, "-l"], capture_output=True, text=True, check=False)
    if listed.returncode:
        raise Unavailable(f"The backup is damaged, and nothing was changed: {complaint(listed.stderr.encode())}")
    return re.sub(r"^.* COMMENT - EXTENSION .*$\n", "", listed.stdout, flags=re.M)


def _pass_on(source: IO[bytes], to: IO[bytes], server: int) -> None:
    unknown = [line for since, lines in _UNKNOWN_BEFORE.items() if server < since for line in lines]
    for line in source:
        if line not in unknown:
            to.write(line)
        if line.startswith(b"-- Name: "):  # what is set, is set before the first object
            break
    while block := source.read(_BLOCK):
        to.write(block)
    to.flush()
