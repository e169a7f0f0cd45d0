"""Running the programs of PostgreSQL as the user of the server, and reading what they say."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence

from kam.database.identity import Identity


def run_as(identity: Identity, command: Sequence[str], said: str | None = None) -> subprocess.CompletedProcess[str]:
    """`said` is what the program reads."""
    return subprocess.run(
        command, input=said, capture_output=True, text=True, errors="replace", cwd="/", env=environment(), check=False,
        **identity.process_options(),
    )  # fmt: skip


def environment() -> dict[str, str]:
    """No PGDATA, PGHOST and the like of the person's own PostgreSQL; messages in English, since we read them."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return kept | {"LC_ALL": "C"}


def last_words(log: str) -> str:
    """The most telling line of what PostgreSQL said: a full disk, else the last FATAL or error, else the last line."""
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    marks = ("FATAL:", "error:", "PANIC:")
    full = [line for line in lines if "No space left on device" in line]
    if not full and any("Check free disk space" in line for line in lines):  # a page of which half could be written
        return "No space left on device."
    telling = full or [line for line in lines if any(mark in line for mark in marks)]
    line = (telling or lines or ["it gave no reason"])[-1]
    for mark in marks:
        line = line.split(mark)[-1].strip()
    return line.rstrip(".") + "."
