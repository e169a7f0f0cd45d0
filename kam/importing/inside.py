"""What is done in the child with a file: looking at it, judging its rows, copying out those that failed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping

from kam.importing import mapping
from kam.importing.fields import FileKind, known
from kam.importing.judging import Copied, Judge
from kam.importing.layout import Layout, with_values_seen
from kam.importing.reading import Opened, detect, peek, read
from kam.importing.source import Source

LARGEST_FILE = 64 * 1024 * 1024


def guess(source: Source, kind: str | FileKind) -> tuple[Opened, dict[str, int]]:
    """The file opened by the likeliest layout, and the likeliest columns."""
    layout = detect(source)
    opened = peek(source, layout)
    columns = mapping.guess(known(kind), opened.header)
    opened.layout = with_values_seen(layout, known(kind), opened.first, columns)
    return opened, columns


def judged(
    source: Source, layout: Layout, kind: str | FileKind, columns: Mapping[str, int], width: int
) -> Iterator[Copied]:
    """All rows, judged, batch by batch, as they go into the staging tables."""
    judge = Judge(known(kind), layout, columns, width)
    for batch in judge.batches(read(source, layout)):
        yield batch.copied_text()


def rows_with_reasons(
    source: Source, layout: Layout, header: list[str], titles: tuple[str, str], reasons: Mapping[int, str]
) -> bytes:
    """CSV in UTF-8 with a byte order mark, which every spreadsheet opens rightly, of the lines that have a reason."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([*header, *titles])
    for line, cells in read(source, layout):
        if line in reasons:
            writer.writerow([*cells, *[""] * (len(header) - len(cells)), line, reasons[line]])
        if out.tell() > LARGEST_FILE:
            break
    return out.getvalue().encode("utf-8-sig")
