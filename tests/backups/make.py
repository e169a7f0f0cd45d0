"""Makes the backup that is kept of the demo as this version fills it, packed so that it stays small:

    python -m tests.backups.make tests/backups/2026-11-28.kam

One is made whenever the tables have changed for good; none is ever made anew, since what was written then is the point.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from kam import VERSION, clock
from kam.database import archive, embedded
from kam.database.connecting import server_version
from kam.database.migrating import applied
from kam.database.programs import programs_for, reaching
from kam.demo import filling
from kam.settings import Settings
from kam.starting import WORKFLOWS, started


def make(file: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="kam-made-") as parent:
        Path(parent).chmod(0o755)
        settings = Settings(data=Path(parent) / "data")
        with embedded.joined(settings.data) as server:
            manifest = asyncio.run(filled(settings))
            address, environment = reaching(server.url)
            command = [programs_for(settings, manifest.server).program("pg_dump"), "-Fc", "-O", "-x", "--compress=none"]
            dump = subprocess.run([*command, address], env=environment, capture_output=True, check=True).stdout
    with zipfile.ZipFile(file, "x", zipfile.ZIP_LZMA) as packed:
        archive.put(packed, manifest, WORKFLOWS)
        packed.writestr(archive.DUMP, dump)


async def filled(settings: Settings) -> archive.Manifest:
    async with started(settings, pool=4, prepare=True):
        now = clock.now()
        await filling.fill(now=now, say=str)
        migrations = sorted(await applied())
        return archive.Manifest(VERSION, await server_version(), now.isoformat(timespec="seconds"), migrations)


if __name__ == "__main__":
    make(Path(sys.argv[1]))
