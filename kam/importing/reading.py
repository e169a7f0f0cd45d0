"""Rows out of a file: plain or gzipped CSV in any encoding, or the first sheet of an XLSX workbook."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO, cast

from kam.errors import Invalid
from kam.importing import layout as layouts
from kam.importing.layout import Layout
from kam.language import N_

# The number of the line on which the row begins (from 1), and its cells.
Row = tuple[int, list[str]]

_BLOCK = 1 << 20
LARGEST_CELL = 1 << 20
MOST_COLUMNS = 500
EMPTY = N_("The file is empty. Choose a file with at least a header and one row.")
csv.field_size_limit(LARGEST_CELL)


@dataclass(frozen=True, slots=True)
class Source:
    """A file by its content or its path; opened anew for every pass, so that nothing is held in memory twice."""

    name: str
    content: bytes | None = None
    path: Path | None = None

    def open(self) -> BinaryIO:
        raw: BinaryIO = io.BytesIO(self.content) if self.content is not None else cast(Path, self.path).open("rb")
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        return cast(BinaryIO, gzip.GzipFile(fileobj=raw)) if packed else raw

    def is_spreadsheet(self) -> bool:
        return next(_blocks(self), b"").startswith(b"PK\x03\x04")


@dataclass(slots=True)
class Opened:
    """A file as far as it had to be read to show it: how it is written, its header, its first rows, its length."""

    layout: Layout
    header: list[str]
    first: list[list[str]]
    rows: int


def detect(source: Source) -> Layout:
    """How the file seems to be written. Raises Invalid if it is empty or cannot be opened."""
    if source.is_spreadsheet():
        return Layout(spreadsheet=True)
    encoding = layouts.encoding_of(_blocks(source))
    with source.open() as file:
        codec = _codec(source, Layout(encoding=encoding))
        text = codecs.getincrementaldecoder(codec)("replace").decode(file.read(layouts.SAMPLE))
    if not text.strip():
        raise Invalid({"file": EMPTY})
    if not layouts.is_text(text):
        raise Invalid({"file": N_("This file holds no table that can be read. Save it as CSV or XLSX and try again.")})
    return Layout(encoding=encoding, separator=layouts.separator_of(text))


def peek(source: Source, layout: Layout, *, length: int | None = None, count: int = 2000) -> Opened:
    """The header and the first rows. Without a header the columns are numbered. `length` spares counting the rows."""
    rows = read(source, replace(layout, header=False))
    first = [cells for (_, cells), _ in zip(rows, range(count + 1), strict=False)]
    if len(first) <= layout.header:
        raise Invalid({"file": EMPTY})
    width = max(len(cells) for cells in first)
    if width > MOST_COLUMNS:
        raise Invalid({"file": N_("The file has more than 500 columns. Keep only those that are needed.")})
    header = first.pop(0) if layout.header else [str(number) for number in range(1, width + 1)]
    header = [name.replace("\0", "").strip() for name in header]
    return Opened(layout, header, first[:count], length or _length(source, layout))


def read(source: Source, layout: Layout) -> Iterator[Row]:
    """All rows except the header and blank lines. Raises Invalid where the file cannot be read further."""
    rows = _from_workbook(source) if layout.spreadsheet else _from_text(source, layout)
    filled = ((line, cells) for line, cells in rows if any(cells))
    if layout.header:
        next(filled, None)
    return filled


def _blocks(source: Source) -> Iterator[bytes]:
    try:
        with source.open() as file:
            while block := file.read(_BLOCK):
                yield block
    except (OSError, EOFError, zlib.error) as fault:
        raise Invalid({"file": N_("The file cannot be unpacked; it seems to be damaged.")}) from fault


def _length(source: Source, layout: Layout) -> int:
    """About how many rows there are; exact where no cell holds a line break."""
    if layout.spreadsheet:
        return sum(1 for _ in read(source, layout))
    if layout.encoding == "utf-16":  # half a Chinese character may look like the end of a line
        with source.open() as file:
            breaks = sum(1 for _ in io.TextIOWrapper(file, encoding=_codec(source, layout), errors="replace"))
    else:
        breaks = sum(block.count(b"\n") for block in _blocks(source))
    return max(breaks - layout.header, 1)


def _codec(source: Source, layout: Layout) -> str:
    """Without a mark at its beginning UTF-16 is as Windows writes it."""
    marked = next(_blocks(source), b"").startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return "utf-16-le" if layout.encoding == "utf-16" and not marked else layout.encoding


def _from_text(source: Source, layout: Layout) -> Iterator[Row]:
    with source.open() as file:
        text = io.TextIOWrapper(file, encoding=_codec(source, layout), errors="replace", newline="")
        reader = csv.reader(text, delimiter=layout.separator)
        begins = 1
        try:
            for cells in reader:
                yield begins, cells
                begins = reader.line_num + 1
        except csv.Error as fault:
            raise Invalid(
                {"file": N_("A quotation mark is opened and never closed, or a cell is far too long.")},
                f"{source.name}: {begins}",
            ) from fault


def _from_workbook(source: Source) -> Iterator[Row]:
    try:
        with source.open() as file:
            from openpyxl import load_workbook  # slow to import, and most files are CSV

            book = load_workbook(io.BytesIO(file.read()), read_only=True, data_only=True)
    except Exception as fault:  # openpyxl raises whatever it stumbles over in a damaged workbook
        raise Invalid({"file": N_("The workbook cannot be opened. Save it again as XLSX or CSV.")}) from fault
    for line, cells in enumerate(book.worksheets[0].iter_rows(values_only=True), start=1):
        yield line, _without_empty_end([_as_text(cell) for cell in cells])


def _without_empty_end(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _as_text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime | date):
        return cell.isoformat(" ") if isinstance(cell, datetime) else cell.isoformat()
    if isinstance(cell, float):
        return repr(int(cell)) if cell.is_integer() else repr(cell)
    return str(cell)
