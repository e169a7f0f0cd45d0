"""Clocks that a test sets, of processes and of a database, while they run: by libfaketime (Debian's `faketime`).

Only what tells the date is faked: the clock that counts since the machine was switched on goes on, as it does where
somebody sets the date.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kam.database.binaries import Binaries

LIBRARY = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
needs_faketime = pytest.mark.skipif(LIBRARY is None, reason="Debian's package faketime is not installed.")


class Clock:
    def __init__(self, folder: Path, name: str, now: datetime) -> None:
        self.file = folder / f"{name}.clock"
        self.set(now)

    def set(self, now: datetime) -> None:
        self.ahead = now - datetime.now(UTC)
        unfinished = self.file.with_suffix(".unfinished")
        unfinished.write_text(f"{self.ahead.total_seconds():+.0f}\n")
        unfinished.rename(self.file)

    def move(self, by: timedelta) -> None:
        self.set(self() + by)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    @property
    def environment(self) -> dict[str, str]:
        return {
            "LD_PRELOAD": str(LIBRARY),
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "NO_FAKE_STAT": "1",
        }

    def programs(self, real: Binaries) -> Path:
        """A folder like that of PostgreSQL's programs, of which the server lives by this clock."""
        folder = self.file.with_suffix(".programs")
        folder.mkdir(mode=0o755)
        for program in real.folder.iterdir():
            (folder / program.name).symlink_to(program)
        server = folder / "postgres"
        server.unlink()
        settings = " ".join(f"{name}='{value}'" for name, value in self.environment.items())
        server.write_text(f'#!/bin/sh\nexec env {settings} "{real.program("postgres")}" "$@"\n')
        server.chmod(0o755)
        return folder
