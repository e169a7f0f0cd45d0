"""Rows without a life of their own, such as the lines of an order: one set under the revision of their owner."""

from __future__ import annotations

from dataclasses import dataclass

from piccolo.table import Table

from kam.records.fields import Field


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """`name` is how forms, files and the history call the set; `owner` the column that names the record; `least` how
    many there must be. The rows keep their order in the column `position`."""

    name: str
    title: str
    table: type[Table]
    owner: str
    fields: tuple[Field, ...]
    least: int = 0
    most: int = 500
