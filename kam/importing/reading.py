"""Rows out of a file: plain or gzipped CSV in any encoding, or the first sheet of an XLSX workbook.

Whatever is read here was made by somebody else; only a child reads it (see `apart`).
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from kam.errors import Invalid
from kam.importing import layout as layouts
from kam.importing import text, workbook
from kam.importing.layout import Layout
from kam.importing.limits import Limits, beyond
from kam.importing.source import Row, Source
from kam.language import N_

EMPTY = N_("The file is empty. Choose a file with at least a header and one row.")
NO_TABLE = N_("This file holds no table that can be read. Save it as CSV or XLSX and try again.")
# What is kept of the first rows is shown and guessed from; it crosses from the child that reads.
_CHARACTERS_KEPT = 4_000_000
_LONGEST_NAME = 300  # of a column


@dataclass(slots=True)
class Opened:
    """A file as far as it had to be read to show it: how it is written, its header, its first rows, its length."""

    layout: Layout
    header: list[str]
    first: list[list[str]]
    rows: int


def detect(source: Source) -> Layout:
    """How the file seems to be written. Raises Invalid if it is empty or cannot be opened."""
    workbook.refuse_others(source)
    if workbook.is_one(source.beginning()):
        return Layout(spreadsheet=True)
    encoding = layouts.encoding_of(source.blocks())
    codec = text.codec(source, Layout(encoding=encoding))
    with source.open() as file:
        sample = codecs.getincrementaldecoder(codec)("replace").decode(file.read(layouts.SAMPLE))
    if not sample.strip():
        raise Invalid({"file": EMPTY})
    if not layouts.is_text(sample):
        raise Invalid({"file": NO_TABLE})
    return Layout(encoding=encoding, separator=layouts.separator_of(sample))


def peek(source: Source, layout: Layout, *, length: int | None = None, count: int = 2000) -> Opened:
    """The header and the first rows. Without a header the columns are numbered. `length` spares counting the rows."""
    rows = read(source, replace(layout, header=False))
    first = _first(rows, count + layout.header)
    if len(first) <= layout.header:
        raise Invalid({"file": EMPTY})
    width = max(len(cells) for cells in first)
    if width > source.limits.columns:
        raise beyond("columns", source.limits)
    if length is None:
        length = _length(source, layout, rows, len(first) - layout.header)
    header = first.pop(0) if layout.header else [str(number) for number in range(1, width + 1)]
    return Opened(layout, [name.replace("\0", "").strip()[:_LONGEST_NAME] for name in header], first, length)


def _first(rows: Iterator[Row], count: int) -> list[list[str]]:
    """Fewer than asked for if their cells are long."""
    first: list[list[str]] = []
    kept = 0
    for _, cells in rows:
        first.append(cells)
        kept += sum(map(len, cells))
        if len(first) == count or kept > _CHARACTERS_KEPT:
            break
    return first


def read(source: Source, layout: Layout) -> Iterator[Row]:
    """All rows except the header and blank lines. Raises Invalid where the file cannot be read further."""
    rows = workbook.rows(source) if layout.spreadsheet else text.rows(source, layout)
    filled = _filled(rows, source.limits)
    if layout.header:
        next(filled, None)
    return filled


def _filled(rows: Iterable[Row], limits: Limits) -> Iterator[Row]:
    """Of a row that is too wide no more is kept than shows that it is."""
    widest, count = limits.columns, 0
    for line, cells in rows:
        if any(cells):
            if len(cells) > widest:
                del _without_empty_end(cells)[widest + 1 :]
            count += 1
            if count > limits.rows:
                raise beyond("rows", limits)
            yield line, cells


def _without_empty_end(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _length(source: Source, layout: Layout, rows: Iterator[Row], read: int) -> int:
    """How many rows there are, of which so many were `read`; of a long text about, as a cell may hold a line break."""
    if next(rows, None) is None:
        return read
    if layout.spreadsheet:
        return read + 1 + sum(1 for _ in rows)
    with source.open() as file:
        if layout.encoding == "utf-16":  # half a Chinese character may look like the end of a line
            lines = io.TextIOWrapper(file, text.codec(source, layout), errors="replace")
            filled = sum(1 for line in lines if line.strip(_blank(layout)))
        else:
            filled = sum(1 for line in file if line.strip(_blank(layout).encode()))
    return max(filled - layout.header, read + 1)


def _blank(layout: Layout) -> str:
    """What a line without any cell may hold."""
    return layout.separator + ' \t\r\n"'
