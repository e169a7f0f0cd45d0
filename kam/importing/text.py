"""The rows of a text file with separators."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TextIO

from kam.errors import Invalid
from kam.importing.layout import Layout
from kam.importing.limits import PAGE, beyond
from kam.importing.source import Row, Source
from kam.language import N_, Filled

UNCLOSED = N_(
    "The quotation mark that is opened on line %(line)s is never closed. Close it or take it away and try again."
)
_LONGEST_LINE = 8_000_000  # characters
_END = "\0end of the file\0"
csv.field_size_limit(PAGE.cell)


def codec(source: Source, layout: Layout) -> str:
    """Without a mark at its beginning UTF-16 is as Windows writes it."""
    marked = source.beginning().startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return "utf-16-le" if layout.encoding == "utf-16" and not marked else layout.encoding


def rows(source: Source, layout: Layout) -> Iterator[Row]:
    """Each with the line on which it begins. Raises Invalid for a quotation mark without its end."""
    with _opened(source, layout) as file:
        reader = csv.reader(_lines(file, source), delimiter=layout.separator)
        begins = 1
        try:
            for cells in reader:
                if cells and cells[-1].endswith(_END):
                    break
                yield begins, cells
                begins = reader.line_num + 1
        except csv.Error as fault:
            raise _endless(source, layout, begins, reader.line_num) from fault
    if cells != [_END]:
        raise _endless(source, layout, begins, reader.line_num)


def _opened(source: Source, layout: Layout) -> TextIO:
    return io.TextIOWrapper(source.open(), encoding=codec(source, layout), errors="replace", newline="")


def _lines(file: TextIO, source: Source) -> Iterator[str]:
    """At last a line of our own: if it is not a row of its own, it stands within a quotation that was never closed."""
    for number, line in enumerate(iter(lambda: file.readline(_LONGEST_LINE), ""), start=1):
        if len(line) == _LONGEST_LINE:
            raise beyond("cell", source.limits, line=number)
        yield line
    yield _END


def _endless(source: Source, layout: Layout, begins: int, ends: int) -> Invalid:
    """What is wrong with the row on these lines: it never ends, or has too long a cell."""
    with _opened(source, layout) as file:
        line = _opening(islice(file, begins - 1, ends), begins, layout.separator)
    if line is None:
        return beyond("cell", source.limits, line=begins)
    return Invalid({"file": Filled(UNCLOSED, line=line)})


def _opening(lines: Iterable[str], begins: int, separator: str) -> int | None:
    """The line of the quotation mark that is still open at the end. It opens only where a cell begins."""
    opens = re.compile(f'(?:^|{re.escape(separator)})"')
    closes = re.compile('[^"]*+(?:""[^"]*+)*+"')
    opened: int | None = None
    for number, line in enumerate(lines, start=begins):
        place = 0
        while found := opens.search(line, place) if opened is None else closes.match(line, place):
            opened, place = (number if opened is None else None), found.end()
    return opened
