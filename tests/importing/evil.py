"""Files that harm whoever reads them, in a few kilobytes each."""

from __future__ import annotations

import gzip
import io
import zipfile

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT = ("http://purl.oclc.org/ooxml/spreadsheetml/main", "http://purl.oclc.org/ooxml/officeDocument/relationships")
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
HEADER = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
ACME = '<row r="2"><c r="A2" t="inlineStr"><is><t>Acme</t></is></c><c r="B2" s="1"><v>46086</v></c></row>'
STYLES = '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {name} "{f"&{before};" * 20}">' for before, name in zip("abcdefg", "bcdefgh", strict=True))
    + "]>"
)


def workbook(
    rows: str, *, names: tuple[str, str] = (_MAIN, _LINKS), before: str = "", megabytes: int = 0, whole: bool = True
) -> bytes:
    """A workbook of one sheet with these rows, written by hand as no program writes it."""
    main, links = names
    sheet = f'{before}<worksheet xmlns="{main}"><sheetData>{rows}' + "</sheetData></worksheet>" * whole
    kinds = {"rId1": "worksheets/sheet1.xml", "rId2": "styles.xml", "rId3": "sharedStrings.xml"}
    types = {"rId1": "worksheet", "rId2": "styles", "rId3": "sharedStrings"}
    to = "".join(f'<Relationship Id="{key}" Type="{links}/{types[key]}" Target="{kinds[key]}"/>' for key in kinds)
    book = f'<workbook xmlns="{main}" xmlns:r="{links}"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets>'
    start = f'<Relationship Id="rId1" Type="{links}/officeDocument" Target="xl/workbook.xml"/>'
    return zipped(
        {
            "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}">{start}</Relationships>',
            "xl/workbook.xml": f"{book}</workbook>",
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}">{to}</Relationships>',
            "xl/styles.xml": f'<styleSheet xmlns="{main}">{STYLES}</styleSheet>',
            "xl/sharedStrings.xml": f'<sst xmlns="{main}"><si><t>name</t></si><si><t>since</t></si></sst>',
            "xl/worksheets/sheet1.xml": sheet,
        },
        megabytes=megabytes,
    )


def zipped(parts: dict[str, str], *, megabytes: int = 0) -> bytes:
    """With a sheet of so many megabytes of spaces besides."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
        if megabytes:
            with archive.open("xl/worksheets/spaces.xml", "w") as sheet:
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
