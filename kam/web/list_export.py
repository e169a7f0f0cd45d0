"""What a list shows, as a file: all pages of it, by the same permission, in the columns chosen."""

from __future__ import annotations

import asyncio
import csv
import io
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from kam.language import N_, gettext
from kam.web import formats
from kam.web.badges import LEVEL_NAMES, LEVELS, STAGES
from kam.web.zones import local

if TYPE_CHECKING:
    from kam.web.list_columns import Column

CURRENCY = N_("Currency")
BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes UTF-8 for the local code page
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "|")


def harmless(text: str) -> str:
    """Text that a spreadsheet would run as a formula gets an apostrophe in front; a plain negative number does not."""
    if text.startswith(_FORMULA) and not text.lstrip("+-").replace(".", "", 1).replace(",", "").isdigit():
        return "'" + text
    return text


def value_of(column: Column, value: Any, language: str) -> Any:
    if value is None:
        return ""
    if column.kind == "level" and isinstance(value, int):
        value = LEVEL_NAMES[value] if 0 <= value <= 3 else value
    badges = {"level": LEVELS, "stage": STAGES}.get(column.kind, {} if column.badges is None else column.badges)
    if str(value) in badges:
        return badges[str(value)].words(language)
    if column.kind in ("choice", "grade") and column.choices:
        return gettext(language, column.choices.get(value, str(value)))
    if column.kind == "currency":
        return formats.currency(str(value), language)
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return gettext(language, "Yes" if value else "No")
    return local(value) if isinstance(value, (int, float, Decimal, date, datetime)) else str(value)


def with_currencies(columns: Sequence[Column], known: Mapping[str, str]) -> list[Column]:
    """After the amounts in a currency a column that says which it is, unless there is one: in a file they are plain
    numbers. `known` is the SQL of what the rows have beside their columns."""
    amounts = [one for one in columns if one.kind == "money" and one.currency in known]
    first = {known[one.currency]: one for one in reversed(amounts)}
    there = {one.sql for one in columns}
    found: list[Column] = []
    for one in columns:
        found.append(replace(one, kind="currency") if one.sql in first else one)
        source = known.get(one.currency, "")
        if first.get(source) is one and source not in there:
            found.append(replace(one, name=one.currency, title=CURRENCY, sql=source, kind="currency"))
    return found


async def csv_lines(heads: list[str], columns: list[Column], batches: AsyncIterator[list[Any]], language: str) -> Any:
    yield (BYTE_ORDER_MARK + _csv([[harmless(head) for head in heads]])).encode()

    def write(rows: list[Any]) -> bytes:
        return _csv(
            [_csv_cell(value_of(column, row[column.name], language)) for column in columns] for row in _by_and_by(rows)
        ).encode()

    async for rows in batches:
        yield await _aside(write, rows)


def _csv_cell(value: Any) -> str:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    return str(value) if isinstance(value, (int, float, Decimal, date)) else harmless(value)


def _csv(rows: Iterable[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


async def workbook(heads: list[str], columns: list[Column], batches: AsyncIterator[list[Any]], language: str) -> bytes:
    """Made beside the pages that are served meanwhile: a large one takes seconds."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("kam")
    sheet.append([_cell(sheet, head) for head in heads])

    def write(rows: list[Any]) -> None:
        for row in _by_and_by(rows):
            sheet.append([_cell(sheet, value_of(column, row[column.name], language)) for column in columns])

    async for rows in batches:
        await _aside(write, rows)
    out = io.BytesIO()
    await _aside(book.save, out)
    return out.getvalue()


_IN_ONE_GO = 10  # rows, in a millisecond
_THREAD = ThreadPoolExecutor(1, thread_name_prefix="exports")


async def _aside(do: Callable[..., Any], *given: Any) -> Any:
    """In a thread for all files, one after the other, with the language and the clock of who asks."""
    return await asyncio.get_running_loop().run_in_executor(_THREAD, partial(copy_context().run, do, *given))


def _by_and_by(rows: list[Any]) -> Iterator[Any]:
    """Lets go of the interpreter now and then, which whoever serves a page would wait for otherwise."""
    for number, row in enumerate(rows):
        if number % _IN_ONE_GO == 0:
            time.sleep(0)
        yield row


def _cell(sheet: Any, value: Any) -> Any:
    from openpyxl.cell import WriteOnlyCell

    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if not isinstance(value, str):
        return value
    made = WriteOnlyCell(sheet, value="")
    made.value, made.data_type = "".join(c for c in value if c >= " " or c in "\n\t"), "s"  # never a formula
    return made
