"""What the embedded server says, `postgres.log` in the data folder: kept over starts, cut when it has grown."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import BinaryIO

LARGEST = 10 * 1024 * 1024  # bytes; one older file of that size is kept beside it


class ServerLog:
    def __init__(self, folder: Path) -> None:
        self.path = folder / "postgres.log"
        self._from = 0

    def begin(self) -> None:
        """To be called before each start: what is said from here on is of this start."""
        self.rotate()
        self._from = self._size()

    def opened(self) -> BinaryIO:
        """Written to at its end, also after it was cut."""
        return os.fdopen(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")

    def since_the_start(self) -> str:
        with self.path.open("rb") as said:
            said.seek(min(self._from, self._size()))
            return said.read().decode("utf-8", "replace")

    def rotate(self) -> None:
        """The server goes on writing into the same file, so what it said is copied away and the file emptied."""
        if self._size() > LARGEST:
            shutil.copyfile(self.path, self.path.with_suffix(".log.1"))
            self.path.with_suffix(".log.1").chmod(0o600)
            os.truncate(self.path, 0)

    def _size(self) -> int:
        return self.path.stat().st_size if self.path.exists() else 0
