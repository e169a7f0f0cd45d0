"""The rows of the first sheet of an XLSX workbook, by the reader calamine."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from kam.errors import Invalid
from kam.importing.error_cells import error_cells
from kam.importing.limits import Limits, beyond
from kam.importing.source import Row, Source
from kam.language import N_

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

DAMAGED = N_("The workbook is damaged and cannot be opened. Save it again as XLSX or CSV.")
ENCRYPTED = N_("The workbook is protected by a password. Take the password away, or save it as CSV.")
OLD = N_("This is a workbook of an old format (XLS). Save it as XLSX or CSV and try again.")
OTHER = N_("This is no XLSX workbook. Save it as XLSX or CSV and try again.")

_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the container of old and of encrypted workbooks
_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_SHEETS = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
# What the standard library says of damaged archives and of parts that are missing or no XML.
_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    ElementTree.ParseError,
    OSError,
    EOFError,
    KeyError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)


def is_one(beginning: bytes) -> bool:
    return beginning.startswith(b"PK\x03\x04")


def refuse_others(source: Source) -> None:
    if source.beginning().startswith(_COMPOUND):
        is_encrypted = any(_PACKAGE in block for block in source.blocks())
        raise Invalid({"file": ENCRYPTED if is_encrypted else OLD})


def rows(source: Source) -> Iterator[Row]:
    """With the number of each in the sheet, from the first column on in which something stands."""
    with source.open() as file:
        content = file.read()
    errors = _examined(content, source.limits)
    sheet = _sheet(content)
    _, left = sheet.start or (0, 0)
    for line, cells in enumerate(sheet.iter_rows(), start=1):
        texts = [_as_text(cell) for cell in cells]
        for column, error in errors[line].items() if line in errors else ():
            if 0 <= column - left < len(texts):
                texts[column - left] = error
        yield line, texts


def _examined(content: bytes, limits: Limits) -> dict[int, dict[int, str]]:
    """What calamine does not tell: a file of another program, one that unpacks to too much, a sheet cut off; and the
    cells of the first sheet in which a formula failed."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if not any(name.lower().startswith("xl/") for name in archive.namelist()):
                raise Invalid({"file": OTHER})
            if sum(part.file_size for part in archive.infolist()) > limits.unpacked * 1_000_000:
                raise beyond("unpacked", limits)
            whole = all(_is_whole(archive, part) for part in archive.infolist() if _SHEETS.fullmatch(part.filename))
            errors = error_cells(archive)
    except _FAULTS as fault:
        raise Invalid({"file": DAMAGED}) from fault
    if not whole:
        raise Invalid({"file": DAMAGED})
    return errors


def _is_whole(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Whether the sheet is unpacked without a fault, and ended."""
    end = b""
    with archive.open(part) as file:
        while block := file.read(1 << 20):
            end = (end + block)[-1000:]
    return b"sheet>" in end


def _sheet(content: bytes) -> CalamineSheet:
    from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        tables = [sheet.name for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
        return book.get_sheet_by_name(tables[0])
    except PasswordError as fault:
        raise Invalid({"file": ENCRYPTED}) from fault
    except MemoryError:
        raise
    except BaseException as fault:  # whatever it stumbles over; a panic of the Rust code is no Exception
        raise Invalid({"file": DAMAGED}) from fault


def _as_text(cell: Any) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float):
        return repr(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime | date):
        return cell.isoformat(" ") if isinstance(cell, datetime) else cell.isoformat()
    return str(cell)
