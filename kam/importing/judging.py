"""Every row becomes a line of COPY or a named fault. Clean cells are remembered, so that judging stays cheap."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from kam.importing import values
from kam.importing.fields import CODE, DATE, DECIMAL, INTEGER, KEY, WEB, Field, FileKind
from kam.importing.layout import Layout
from kam.importing.oddities import of_field, refusal, saying
from kam.importing.source import Row
from kam.records import codes
from kam.records.rules import LONGEST_NUMBER, fit, visible, web_address

NULL = "\\N"
ROWS_AT_ONCE = 10_000
CELLS_AT_ONCE = 500_000
_REMEMBERED = 50_000
_LONGEST_REMEMBERED = 300
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_FORMULA = frozenset("=+-@\t\r|")
_CURRENCY = re.compile(r"^[A-Z]{3}$")

# line, kind of oddity, what it is about
Finding = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class Copied:
    """A batch as COPY takes it: its good rows, what was found odd, and how many rows it had."""

    good: bytes
    findings: bytes
    rows: int


@dataclass(slots=True)
class Batch:
    """Up to ROWS_AT_ONCE rows: the good ones as COPY text, and what was found odd."""

    copied: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    rows: int = 0

    def copied_text(self) -> Copied:
        found = (f"{line}\t{kind}\t{_escaped(fit(detail)[:200])}\n" for line, kind, detail in self.findings)
        return Copied("".join(self.copied).encode(), "".join(found).encode(), self.rows)


class _Cells(dict[str, str | None]):
    """The COPY text of each clean cell of one column, remembered; None where the cell needs a closer look."""

    def __init__(self, column: Field, kind: FileKind, layout: Layout) -> None:
        super().__init__()
        self.read = reader_of(column, layout)
        self.column = column
        self.refusal = refusal(kind, column)

    def __missing__(self, cell: str) -> str | None:
        text, oddity = self.judge(cell)
        known = None if oddity or text is None else _escaped(text) or NULL
        if len(cell) <= _LONGEST_REMEMBERED:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[cell] = known
        return known

    def judge(self, cell: str) -> tuple[str | None, str | None]:
        """The text to keep (None: the row cannot be taken) and the kind of oddity, if any."""
        plain = self._plain(cell)
        value = self.read(plain) if plain else ""
        if value is None:
            return None, {DATE: "bad_date", CODE: "bad_currency"}.get(self.column.kind, "bad_number")
        if value == "":
            return ("", None) if not self.column.required else (None, "empty_field")
        if len(text := str(value)) > self.column.longest():
            return None, "too_long"
        if self.column.fault(value):
            return None, of_field(self.column.title) if self.column.judged else self.refusal
        if len(visible(fit(cell).strip())) != len(cell.strip()):
            return text, "cleaned"
        return text, "undecodable" if "\ufffd" in cell else None

    def _plain(self, cell: str) -> str:
        """Of an address nothing is taken away: what hides something in one is refused."""
        text = fit(cell).strip()
        if self.column.kind == WEB:
            return text
        seen = unarmed(visible(text))
        return codes.plain(seen) if self.column.judged and self.column.judged.code else seen

    def detail(self, cell: str, oddity: str) -> str:
        """What the report says of the cell: what it holds, with the sentence of the form where that refuses it."""
        if oddity != of_field(self.column.title):
            return cell or self.column.title
        return saying(self.column.fault(self.read(self._plain(cell))), cell)


class Judge:
    """Judges the rows of one file by its layout and by which column fills which field."""

    def __init__(self, kind: FileKind, layout: Layout, columns: Mapping[str, int], width: int) -> None:
        self.fields = [kind.field(name) for name in columns]
        self.columns = list(columns.values())
        self.cells = [_Cells(column, kind, layout) for column in self.fields]
        self.width = width
        self.whole = kind.whole

    def batches(self, rows: Iterator[Row]) -> Iterator[Batch]:
        at_once = min(ROWS_AT_ONCE, CELLS_AT_ONCE // self.width + 1)
        while chunk := list(islice(rows, at_once)):
            batch = Batch(rows=len(chunk))
            for line, cells in chunk:
                self._judge(line, cells, batch)
            yield batch

    def _judge(self, line: int, cells: list[str], batch: Batch) -> None:
        print_ = hash(tuple(cells))
        if len(cells) < self.width:
            cells = cells + [""] * (self.width - len(cells))
        elif len(cells) > self.width and any(cells[self.width :]):
            batch.findings.append((line, "too_many_cells", ""))
            if not self.whole:
                return
        known = [memory[cells[column]] for memory, column in zip(self.cells, self.columns, strict=True)]
        mended = self._look_closer(line, cells, batch) if None in known else known
        if mended is not None:
            batch.copied.append(f"{line}\t{print_}\t" + "\t".join(mended) + "\n")  # type: ignore[arg-type]

    def _look_closer(self, line: int, cells: Sequence[str], batch: Batch) -> list[str] | None:
        """The cells after mending what can be mended; None if a cell cannot be taken, unless it must be known to which
        record the row belongs. All faults are found at once."""
        mended: list[str] = []
        failed = False
        for memory, place in zip(self.cells, self.columns, strict=True):
            text, oddity = memory.judge(cells[place])
            if oddity:
                batch.findings.append((line, oddity, memory.detail(cells[place], oddity)))
            failed = failed or text is None
            mended.append(_escaped(text or "") or NULL)
        return None if failed and not self.whole else mended


def reader_of(column: Field, layout: Layout) -> Callable[[str], Any]:
    """What turns a filled cell of this column into the value that the form would have; None for one that is wrong."""
    if column.kind == DECIMAL:
        return lambda text: values.decimal(text, layout.decimal_mark) if len(text) <= LONGEST_NUMBER else None
    if column.kind == INTEGER:
        return lambda text: _small(values.integer(text, layout.decimal_mark)) if len(text) <= LONGEST_NUMBER else None
    if column.kind == DATE:
        return lambda text: values.day(text, layout.date_order)
    if column.kind == CODE:
        return lambda text: text.upper() if _CURRENCY.match(text.upper()) else None
    return {KEY: values.key, WEB: web_address}.get(column.kind, str)


def unarmed(text: str) -> str:
    """Without the apostrophe that keeps spreadsheets from running a text of ours as a formula."""
    return text[1:] if text[:1] == "'" and text[1:2] in _FORMULA else text


def _small(number: int | None) -> int | None:
    return number if number is not None and abs(number) < 2**31 else None


def _escaped(text: str) -> str:
    return text.translate(_ESCAPES) if "\\" in text or "\n" in text or "\t" in text or "\r" in text else text
