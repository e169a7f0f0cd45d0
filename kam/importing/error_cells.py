"""The cells of the first sheet in which a formula ended in an error, such as #REF!, which calamine reads as empty.

An empty cell says nothing, a failed formula says that a value is missing; the line must fail by it.
"""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from typing import TYPE_CHECKING
from xml.etree import ElementTree

if TYPE_CHECKING:
    from zipfile import ZipFile

_BLOCK, _OVERLAP = 1 << 20, 4_096
_IS_ERROR = re.compile(rb"""\bt=["']e["']""")
_CELL = re.compile(
    rb"""<(?:\w+:)?c\s([^<>]*\bt=["']e["'][^<>]*)>"""  # of such a type,
    rb"""(?:(?!</?(?:\w+:)?c[\s>]).){0,2000}?"""  # perhaps with a formula,
    rb"""<(?:\w+:)?v>([^<]{1,40})<""",  # and its value
    re.DOTALL,
)
_PLACE = re.compile(rb"""(?:^|\s)r=["']([A-Z]{1,3})(\d{1,7})["']""")


def error_cells(archive: ZipFile) -> dict[int, dict[int, str]]:
    """What stands in them by row, from 1, and column, from 0."""
    found: dict[int, dict[int, str]] = defaultdict(dict)
    sheet, end = _first_sheet(archive), b""
    if sheet not in archive.namelist():
        return found
    with archive.open(sheet) as file:
        while block := file.read(_BLOCK):
            seen = end + block
            if _IS_ERROR.search(seen):
                _note(seen, found)
            end = seen[-_OVERLAP:]
    return found


def _note(seen: bytes, found: dict[int, dict[int, str]]) -> None:
    for cell in _CELL.finditer(seen):
        if place := _PLACE.search(cell[1]):
            found[int(place[2])][_column(place[1])] = cell[2].decode("utf-8", "replace")


def _column(letters: bytes) -> int:
    """
    >>> _column(b"A"), _column(b"AB")
    (0, 27)
    """
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1


def _first_sheet(archive: ZipFile) -> str:
    """The name of its part: the workbook names its sheets in order, and another part says where each is."""
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    parts = {
        relation.get("Id"): relation.get("Target", "")
        for relation in relations
        if relation.get("Type", "").endswith("/worksheet")
    }
    for sheet in ElementTree.fromstring(archive.read("xl/workbook.xml")).iterfind("{*}sheets/{*}sheet"):
        named = next((value for name, value in sheet.attrib.items() if name.endswith("}id")), None)
        if named in parts:
            return posixpath.normpath(posixpath.join("/xl", parts[named]))[1:]
    return ""
