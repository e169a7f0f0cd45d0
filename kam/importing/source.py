"""A file by its content or its path, unpacked while it is read."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from kam.errors import Invalid
from kam.importing.limits import PAGE, Limits, beyond
from kam.language import N_

# The number of the line on which the row begins (from 1), and its cells.
Row = tuple[int, list[str]]

_BLOCK = 1 << 20
DAMAGED = N_("The file cannot be unpacked; it seems to be damaged.")


@dataclass(frozen=True, slots=True)
class Source:
    """Opened anew for every pass, so that nothing is held in memory twice."""

    name: str
    content: bytes | None = None
    path: Path | None = None
    limits: Limits = PAGE

    def open(self) -> io.BufferedReader:
        raw: BinaryIO = io.BytesIO(self.content) if self.content is not None else cast(Path, self.path).open("rb")
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        return io.BufferedReader(_Unpacked(raw, self.limits) if packed else cast(Any, raw), _BLOCK)

    def blocks(self) -> Iterator[bytes]:
        with self.open() as file:
            while block := file.read(_BLOCK):
                yield block

    def beginning(self) -> bytes:
        with self.open() as file:
            return file.read(4096)


class _Unpacked(io.RawIOBase):
    """What gzip gives back, up to the limit: a megabyte may hold a thousand."""

    def __init__(self, raw: BinaryIO, limits: Limits) -> None:
        self._file, self._limits = gzip.GzipFile(fileobj=raw), limits
        self._left = limits.unpacked * 1_000_000

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            count = self._file.readinto(buffer)
        except (OSError, EOFError, zlib.error) as fault:
            raise Invalid({"file": DAMAGED}) from fault
        self._left -= count
        if self._left < 0:
            raise beyond("unpacked", self._limits)
        return count
