"""Bringing a backup into an empty database: of this version or a newer one, on any PostgreSQL that kam runs on."""

from __future__ import annotations

import asyncio
import re
import subprocess
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import suppress
from io import BufferedReader
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
                pg_restore, psql = programs.program("pg_restore"), programs.program("psql")
                with tempfile.TemporaryFile() as dump:  # it has no name, so that nothing is left of it if we are killed
                    _unpack(archive, dump)
                    await asyncio.to_thread(_bring_in, pg_restore, psql, dump, url, server)
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


def _bring_in(pg_restore: str, psql: str, dump: IO[bytes], url: str, server: int) -> None:
    """As SQL from one program into the other, in one transaction, so that a failure leaves the database empty."""
    address, environment = reaching(url)
    quiet = [psql, "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--dbname", address]
    with tempfile.TemporaryFile() as wanted, tempfile.TemporaryFile() as said:
        wanted.write(_wanted(pg_restore, dump))
        how = ["--no-owner", "--no-privileges", "-L", _from_its_beginning(wanted), "-f", "-", _from_its_beginning(dump)]
        with (
            subprocess.Popen(
                [pg_restore, *how], stdout=subprocess.PIPE, stderr=said, pass_fds=(wanted.fileno(), dump.fileno())
            ) as read,
            subprocess.Popen(
                quiet, env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said
            ) as written,
        ):
            _hand_over(read, written, server)
        if read.returncode or written.returncode:
            said.seek(0)
            raise Unavailable(f"The backup could not be brought in, and nothing was changed: {complaint(said.read())}")


def _wanted(pg_restore: str, dump: IO[bytes]) -> bytes:
    """All but the comment on an extension, which only the owner of the extension may set."""
    asked = [pg_restore, "-l", _from_its_beginning(dump)]
    listed = subprocess.run(asked, capture_output=True, check=False, pass_fds=(dump.fileno(),))
    if listed.returncode:
        raise Unavailable(f"The backup is damaged, and nothing was changed: {complaint(listed.stderr)}")
    return re.sub(rb"^.* COMMENT - EXTENSION .*$\n", b"", listed.stdout, flags=re.M)


def _from_its_beginning(file: IO[bytes]) -> str:
    """The path by which a program to which the file is passed on reads it, as it has no name."""
    file.flush()
    file.seek(0)
    return f"/dev/fd/{file.fileno()}"


def _hand_over(read: subprocess.Popen[bytes], written: subprocess.Popen[bytes], server: int) -> None:
    """The transaction is ours and not one that psql makes around all it hears: when we are killed it hears no more, and
    would take what has come for all."""
    assert isinstance(read.stdout, BufferedReader) and written.stdin
    try:
        written.stdin.write(b"BEGIN;\n")
        _pass_on(read.stdout, written.stdin, server)
        if read.wait() == 0:
            written.stdin.write(b"COMMIT;\n")
        written.stdin.close()
    except BrokenPipeError:  # why, it has said
        read.kill()
        with suppress(BrokenPipeError):
            written.stdin.close()


def _pass_on(source: BufferedReader, to: IO[bytes], server: int) -> None:
    unknown = [line for since, lines in _UNKNOWN_BEFORE.items() if server < since for line in lines]
    for line in source:
        if line not in unknown:
            to.write(line)
        if line.startswith(b"-- Name: "):  # what is set, is set before the first object
            break
    to.flush()
    while block := source.read1(_BLOCK):
        to.write(block)
        to.flush()
