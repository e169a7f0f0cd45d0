"""Files that harm whoever reads them, in a few kilobytes each."""

from __future__ import annotations

import gzip
import io
import zipfile

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT = ("http://purl.oclc.org/ooxml/spreadsheetml/main", "http://purl.oclc.org/ooxml/officeDocument/relationships")
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/"
_MEDIA = "application/vnd.openxmlformats-officedocument.spreadsheetml."
# Each part by its name below xl/, with its kind.
_PARTS = {"worksheets/sheet1.xml": "worksheet", "styles.xml": "styles", "sharedStrings.xml": "sharedStrings"}

HEADER = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
ACME = '<row r="2"><c r="A2" t="inlineStr"><is><t>Acme</t></is></c><c r="B2" s="1"><v>46086</v></c></row>'
_STYLES = '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
_STRINGS = "<si><t>name</t></si><si><t>since</t></si>"
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {name} "{f"&{before};" * 20}">' for before, name in zip("abcdefg", "bcdefgh", strict=True))
    + "]>"
)


def workbook(
    rows: str,
    *,
    names: tuple[str, str] = (_MAIN, _LINKS),
    before: str = "",
    whole: bool = True,
    strings: int = 0,
    megabytes: int = 0,
) -> bytes:
    """A workbook of one sheet with these rows, written by hand as no program writes it; with so many more shared
    `strings`, and a second sheet of so many `megabytes` of spaces."""
    main, links = names
    book = '<sheets><sheet name="S" sheetId="1" r:id="part0"/></sheets>'
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}content-types">{_types()}</Types>',
        "_rels/.rels": _relations([("xl/workbook.xml", "officeDocument")], links),
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{links}">{book}</workbook>',
        "xl/_rels/workbook.xml.rels": _relations(list(_PARTS.items()), links),
        "xl/styles.xml": f'<styleSheet xmlns="{main}">{_STYLES}</styleSheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{main}">{_STRINGS}{"<si><t>x</t></si>" * strings}</sst>',
        "xl/worksheets/sheet1.xml": f'{before}<worksheet xmlns="{main}"><sheetData>{rows}'
        + "</sheetData></worksheet>" * whole,
    }
    return zipped(parts, megabytes=megabytes)


def _types() -> str:
    kinds = {"workbook.xml": "sheet.main", **_PARTS}.items()
    return "".join(f'<Override PartName="/xl/{part}" ContentType="{_MEDIA}{kind}+xml"/>' for part, kind in kinds)


def _relations(parts: list[tuple[str, str]], links: str) -> str:
    to = "".join(
        f'<Relationship Id="part{number}" Type="{links}/{kind}" Target="{part}"/>'
        for number, (part, kind) in enumerate(parts)
    )
    return f'<Relationships xmlns="{_PACKAGE}relationships">{to}</Relationships>'


def zipped(parts: dict[str, str], *, megabytes: int = 0) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
        if megabytes:
            with archive.open("xl/worksheets/sheet2.xml", "w") as sheet:
                for _ in range(megabytes):
                    sheet.write(b" " * 1_000_000)
    return out.getvalue()


def text_cell(place: str, text: str = "x") -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def packed_to_much(megabytes: int) -> bytes:
    """As many megabytes of rows out of a few thousand bytes for each."""
    return gzip.compress(b"name,since\n") + gzip.compress(b"Acme,2026\n" * 1_000_000) * (megabytes // 10)


def wide(rows: int, columns: int) -> bytes:
    return b"\n".join(b",".join([b"x"] * columns) for _ in range(rows))
