"""Rows without a life of their own, such as the lines of an order: one set under the revision of their owner."""

from __future__ import annotations

from dataclasses import dataclass

from piccolo.table import Table

from kam.language import N_, gettext
from kam.records.fields import Field


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """`name` is how forms, files and the history call the set, `one` a single row; `owner` is the column that names the
    record. There are at least `least` rows, or `too_few` is said. They keep their order in the column `position`.

    Where the set is `ticked`, each row names one thing in one of its fields, chosen among those that are likely."""

    name: str
    title: str
    one: str
    table: type[Table]
    owner: str
    fields: tuple[Field, ...]
    least: int = 0
    most: int = 500
    ticked: bool = False
    too_few: str = N_("Please give at least one row.")

    def column(self, one: Field) -> str:
        """What the field of a row is called among those of the record, in forms and files."""
        return f"{self.name}_{one.name}"

    @property
    def sql_table(self) -> str:
        name: str = self.table._meta.tablename
        return name


def heading(parts: Parts, one: Field, language: str) -> str:
    """What a column of a file is called whose field another of the record has the name of."""
    what, which = gettext(language, parts.one), gettext(language, one.title)
    return gettext(language, N_("%(what)s: %(which)s"), what=what, which=which)
