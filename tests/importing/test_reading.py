"""Files as they really come: encodings, separators, quotes, line ends, numbers and dates of every habit."""

from __future__ import annotations

import gzip
import io
from datetime import date
from decimal import Decimal

import pytest
from openpyxl import Workbook

from kam.errors import Invalid
from kam.importing import values
from kam.importing.inside import guess
from kam.importing.layout import encoding_of
from kam.importing.reading import detect, peek, read
from kam.importing.source import Source


def rows(content: bytes) -> list[list[str]]:
    source = Source("a.csv", content)
    return [cells for _, cells in read(source, detect(source))]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b'first,last,zip\nJohn,"Anytown, WW",08123\n', [["John", "Anytown, WW", "08123"]]),
        (b'a,b\n1,"ha ""ha"" ha"\n3,4\n', [["1", 'ha "ha" ha'], ["3", "4"]]),
        (b'a,b,c\r\n1,"",""\r\n2,3,4', [["1", "", ""], ["2", "3", "4"]]),
        (b'a,b,c\n"Once upon\na time",5,6\n7,8,9\n', [["Once upon\na time", "5", "6"], ["7", "8", "9"]]),
        (b'a,b\n1,"{""type"": ""Point"", ""at"": [1, 2]}"\n', [["1", '{"type": "Point", "at": [1, 2]}']]),
        ("a,b\n1,ʤ\n".encode(), [["1", "ʤ"]]),
        ("\ufeffa;b\n1;2\n".encode(), [["1", "2"]]),
        (b"a\tb\n1\t2\n", [["1", "2"]]),
        (b"a|b\r1|2\r", [["1", "2"]]),
        (b"a,b\n1,2\n\n\n3,4\n", [["1", "2"], ["3", "4"]]),
    ],
)  # fmt: skip
def test_every_habit_of_writing_csv_is_read(content, expected):
    assert rows(content) == expected


def test_lines_are_numbered_as_an_editor_numbers_them():
    source = Source("a.csv", b'a,b\n"two\nlines",1\nx,2\n')
    assert [line for line, _ in read(source, detect(source))] == [2, 4]


@pytest.mark.parametrize(
    ("text", "encoding", "expected"),
    [
        ("name,city\n华东电子,上海\n", "utf-8", "utf-8-sig"),
        ("name,city\n华东电子,上海\n", "gbk", "gb18030"),
        ("客戶名稱,城市\n臺北電子,高雄\n", "big5", "big5hkscs"),
        ("name,city\nMüller,Köln\n", "cp1252", "cp1252"),
        ("name,city\n华东,上海\n", "utf-16", "utf-16"),
        ("name,city\n华东,上海\n", "utf-16-le", "utf-16"),
        ("name,city\nplain,ascii\n", "utf-16-le", "utf-16"),
        ("name,city\nplain,ascii\n", "ascii", "utf-8-sig"),
    ],
)
def test_the_encoding_is_found_out(text, encoding, expected):
    assert encoding_of([text.encode(encoding)]) == expected


def test_utf_16_without_its_mark_is_read_too():
    assert rows("name,city\n上海,北京\n".encode("utf-16-le")) == [["上海", "北京"]]


def test_rows_in_utf_16_are_counted_by_line_ends_and_not_by_halves_of_characters():
    opened, _ = guess(Source("a.csv", "name,city\n上海,上海\n北京,上海\n".encode("utf-16")), "customers")
    assert (opened.rows, opened.first) == (2, [["上海", "上海"], ["北京", "上海"]])


def test_a_compressed_file_is_opened_and_a_damaged_one_explained():
    packed = gzip.compress(b"a,b\n1,2\n")
    assert rows(packed) == [["1", "2"]]
    with pytest.raises(Invalid, match="damaged"):
        rows(packed[:-6] + b"broken")


def test_a_workbook_gives_its_first_sheet():
    book = Workbook()
    book.active.append(["name", "since", "amount", "key"])
    book.active.append(["华东", date(2026, 3, 5), 12.5, 17850.0])
    content = io.BytesIO()
    book.save(content)
    assert rows(content.getvalue()) == [["华东", "2026-03-05", "12.5", "17850"]]


def test_a_quote_that_is_never_closed_is_explained():
    with pytest.raises(Invalid, match="opened on line 2 is never closed"):
        rows(b'a,b\n1,"' + b"x" * 2_000_000)


@pytest.mark.parametrize(
    ("cell", "mark", "expected"),
    [
        ("1,234.50", ".", Decimal("1234.50")), ("1.234,50", ",", Decimal("1234.50")), ("(12)", ".", Decimal(-12)),
        ("12-", ".", Decimal(-12)), ("￥1,000", ".", Decimal(1000)), ("１２", ".", Decimal(12)), ("€ 5", ".", Decimal(5)),  # noqa: E501
        ("1 234,5", ",", Decimal("1234.5")), ("12,34,567.8", ".", Decimal("1234567.8")), ("1.2E+05", ".", Decimal(120000)),  # noqa: E501
        ("12,5", ".", None), ("NaN", ".", None), ("Infinity", ".", None), ("0x10", ".", None), ("--1", ".", None),
        ("1/2", ".", None), ("٣", ".", None), ("9" * 40, ".", None), ("", ".", None), ("-", ".", None), (".", ".", None),  # noqa: E501
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_write_them_and_nothing_else_is(cell, mark, expected):
    assert values.decimal(cell, mark) == expected


@pytest.mark.parametrize(
    ("cell", "order", "expected"),
    [
        ("2010-12-01 08:26:00", "dmy", date(2010, 12, 1)), ("13/01/19", "dmy", date(2019, 1, 13)),
        ("01/13/2019", "mdy", date(2019, 1, 13)), ("5.3.2026", "dmy", date(2026, 3, 5)), ("20260305", "dmy", date(2026, 3, 5)),  # noqa: E501
        ("2026年3月5日", "dmy", date(2026, 3, 5)), ("5 Mar 2026", "dmy", date(2026, 3, 5)), ("Mar 5, 2026", "mdy", date(2026, 3, 5)),  # noqa: E501
        ("31/02/2020", "dmy", None), ("yesterday", "dmy", None), ("0000-00-00", "dmy", None), ("", "dmy", None),
    ],
)  # fmt: skip
def test_dates_are_read_in_every_order(cell, order, expected):
    assert values.day(cell, order) == expected


def test_the_order_of_dates_and_the_decimal_mark_are_seen_from_the_cells():
    text = "订单号;日期;客户;单价\n1;03/04/2026;A;1.234,50\n2;25/04/2026;A;2,00\n"
    opened, columns = guess(Source("a.csv", text.encode("gb18030")), "orders")
    assert (opened.layout.separator, opened.layout.date_order, opened.layout.decimal_mark) == (";", "dmy", ",")
    assert columns == {"number": 0, "ordered_on": 1, "customer": 2, "unit_price": 3}
    american = text.replace("25/04", "04/25")
    assert guess(Source("a.csv", american.encode()), "orders")[0].layout.date_order == "mdy"


def test_without_a_header_the_columns_are_numbered():
    source = Source("a.csv", b"1,One\n2,Two\n")
    layout = detect(source)
    layout = type(layout)(**{**layout.stored(), "header": False})
    opened = peek(source, layout)
    assert (opened.header, len(opened.first)) == (["1", "2"], 2)
