"""Reading files in a child: an uploaded file may hang, swell or crash whatever reads it, and must not be us."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager

from kam.children.keeping import MEMORY, TIME, Busy, Children, Ended, Fault
from kam.errors import Invalid
from kam.importing import inside, reading
from kam.importing.fields import FileKind
from kam.importing.judging import Copied
from kam.importing.layout import Layout
from kam.importing.limits import Limits, beyond
from kam.importing.reading import Opened
from kam.importing.source import Source
from kam.language import N_

log = logging.getLogger(__name__)

BROKE_OFF = N_("Reading the file broke off. Save it again as XLSX or CSV and try again.")

READERS = Children("kam.importing.inside", "python_calamine", most=2)
# A file named by its path is its caller's own, and perhaps only the caller may read it.
_OF_THE_CALLER = Children("kam.importing.inside", as_ourselves=True)


async def guess(source: Source, kind: str | FileKind) -> tuple[Opened, dict[str, int]]:
    """The file opened by the likeliest layout, and the likeliest columns. Raises Invalid if it cannot be read."""
    with _told(source.limits) as limits:
        return await _readers(source).call(inside.guess, source, kind, **limits)


async def peek(source: Source, layout: Layout, *, length: int) -> Opened:
    with _told(source.limits) as limits:
        return await _readers(source).call(reading.peek, source, layout, length=length, **limits)


@asynccontextmanager
async def judged(
    source: Source, layout: Layout, kind: str | FileKind, columns: Mapping[str, int], width: int
) -> AsyncIterator[AsyncIterator[Copied]]:
    """All rows as they go into the staging tables, batch by batch, while the block lasts."""
    with _told(source.limits) as limits:
        async with _readers(source).stream(inside.judged, source, layout, kind, columns, width, **limits) as batches:
            yield batches


async def rows_with_reasons(
    source: Source, opened: Opened, titles: tuple[str, str], reasons: Mapping[int, str]
) -> bytes:
    with _told(source.limits) as limits:
        return await _readers(source).call(
            inside.rows_with_reasons, source, opened.layout, opened.header, titles, reasons, **limits
        )


def _readers(source: Source) -> Children:
    return _OF_THE_CALLER if source.path else READERS


@contextmanager
def _told(limits: Limits) -> Iterator[dict[str, int]]:
    """The limits of the child; going beyond one is told like any other fault of the file."""
    try:
        yield {"seconds": limits.seconds, "memory": limits.memory}
    except Ended as ended:
        known = {TIME: "seconds", MEMORY: "memory"}.get(ended.reason)
        raise beyond(known, limits) if known else Invalid({"file": BROKE_OFF}) from ended
    except Fault as fault:  # no program reads everything; what it stumbled over is ours to mend
        log.exception("A file could not be read", exc_info=fault)
        raise Invalid({"file": BROKE_OFF}) from fault
    except Busy as busy:
        raise Invalid({"file": str(busy)}) from busy
