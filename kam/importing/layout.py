"""How a file is written: encoding, separator, header, order of dates, decimal mark. Guessed, shown, and changeable."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import chain
from typing import Any

from kam.importing import values
from kam.importing.fields import FileKind

ENCODINGS = {
    "utf-8-sig": "UTF-8",
    "gb18030": "GBK / GB18030",
    "big5hkscs": "Big5",
    "cp1252": "Windows-1252 / Latin-1",
    "utf-16": "UTF-16",
}
SEPARATORS = {",": ",", ";": ";", "\t": "Tab", "|": "|"}
DATE_ORDERS = ("dmy", "mdy")
DECIMAL_MARKS = (".", ",")

SAMPLE = 200_000
_ROWS_LOOKED_AT = 2_000


@dataclass(frozen=True, slots=True)
class Layout:
    encoding: str = "utf-8-sig"
    separator: str = ","
    header: bool = True
    date_order: str = "dmy"
    decimal_mark: str = "."
    spreadsheet: bool = False

    def stored(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_stored(cls, options: Mapping[str, Any]) -> Layout:
        return cls(**{name: options[name] for name in cls.__slots__ if name in options})


def encoding_of(blocks: Iterable[bytes]) -> str:
    """UTF-8 if the whole of it is; otherwise the likeliest of the encodings that real files come in.

    Chinese is told from accented letters, and GBK from Big5, by how common the characters are that come out.
    """
    remaining = iter(blocks)
    first = next(remaining, b"")
    if _is_utf16(first):
        return "utf-16"
    sample, is_utf8 = _first_foreign(chain([first], remaining))
    if is_utf8:
        return "utf-8-sig"
    chinese = {name: _commonness(sample, name) for name in ("gb18030", "big5hkscs") if _decodes(sample, name)}
    likeliest = max(chinese, key=lambda name: chinese[name], default="cp1252")
    return likeliest if chinese.get(likeliest, 0) >= 0.5 else "cp1252"


def _is_utf16(first: bytes) -> bool:
    """By its mark, or because commas and ends of lines have a zero after them and nothing has one before."""
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return not first.startswith(codecs.BOM_UTF32_LE)
    low, high = first[:SAMPLE:2].count(0), first[1:SAMPLE:2].count(0)
    return high * 50 > len(first[:SAMPLE]) and low * 20 < high


def is_text(text: str) -> bool:
    """Whether this was written to be read; pictures, PDF and old workbooks are full of signs that are no letters."""
    strange = sum(1 for letter in text if (letter < " " and letter not in "\t\n\r\v\f\x1a") or letter == "\ufffd")
    return strange <= max(len(text) / 100, 8)


def _first_foreign(blocks: Iterable[bytes]) -> tuple[bytes, bool]:
    """The first block that is more than ASCII, and whether everything can be read as UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    sample = b""
    try:
        for block in blocks:
            if not sample and not block.isascii():
                sample = block
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return sample, False
    return sample, True


def _decodes(sample: bytes, encoding: str) -> bool:
    """Whether the sample can be read so; its last character may be cut off."""
    try:
        codecs.getincrementaldecoder(encoding)().decode(sample)
    except UnicodeDecodeError:
        return False
    return True


def _commonness(content: bytes, encoding: str) -> float:
    """The share of the non-ASCII characters that people often write, if the file is in this encoding."""
    start = next((place for place, byte in enumerate(content) if byte > 0x7F), 0)
    text = [letter for letter in content[start : start + SAMPLE].decode(encoding, "ignore") if ord(letter) > 0x7F]
    return sum(1 for letter in text if _is_common(letter, encoding)) / (len(text) or 1)


def _is_common(letter: str, encoding: str) -> bool:
    """The first level of the Chinese national sets holds the common characters; its codes are one range."""
    if not "\u4e00" <= letter <= "\u9fff":
        return letter in "，。、；：（）《》“”！？　·—…"
    code = letter.encode(encoding, "ignore")
    if encoding == "gb18030":
        return len(code) == 2 and 0xB0 <= code[0] <= 0xD7 and code[1] >= 0xA1
    return len(code) == 2 and 0xA4 <= code[0] <= 0xC6


def separator_of(text: str) -> str:
    """The separator that cuts the first lines into the same number of cells, and into most of them."""
    counts = {mark: _cells(text, mark) for mark in SEPARATORS}
    return max(counts, key=lambda mark: counts[mark])


def _cells(text: str, mark: str) -> tuple[float, int]:
    try:
        widths = [
            len(row)
            for row, _ in zip(csv.reader(io.StringIO(text, newline=""), delimiter=mark), range(100), strict=False)
            if row
        ]
    except csv.Error:
        return 0.0, 0
    if not widths or max(widths) < 2:
        return 0.0, 0
    usual = max(set(widths), key=widths.count)
    return (widths.count(usual) / len(widths) if usual > 1 else 0.0), usual


def with_values_seen(
    layout: Layout, kind: FileKind, rows: Sequence[Sequence[str]], columns: Mapping[str, int]
) -> Layout:
    """The layout with the order of dates and the decimal mark that the mapped columns show."""
    cells: dict[str, list[str]] = {"date": [], "decimal": [], "integer": []}
    for name, column in columns.items():
        bucket = cells.get(kind.field(name).kind)
        if bucket is not None:
            bucket.extend(row[column] for row in rows[:_ROWS_LOOKED_AT] if column < len(row) and row[column])
    return replace(
        layout, date_order=_date_order(cells["date"]), decimal_mark=_decimal_mark(cells["decimal"] + cells["integer"])
    )


def _date_order(cells: Iterable[str]) -> str:
    return _best(DATE_ORDERS, list(cells), lambda cell, order: values.day(cell, order) is not None)


def _decimal_mark(cells: Iterable[str]) -> str:
    return _best(DECIMAL_MARKS, list(cells), lambda cell, mark: values.decimal(cell, mark) is not None)


def _best(choices: Sequence[str], cells: Sequence[str], reads: Any) -> str:
    """The first choice by which most cells can be read."""
    return max(choices, key=lambda choice: sum(1 for cell in cells if reads(cell, choice)))
