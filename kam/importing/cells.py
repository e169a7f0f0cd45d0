"""What the cells of a row say of a record: read as a form is read, with who is meant looked up before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kam.errors import Invalid
from kam.importing import parted, references
from kam.importing.settings import Settings
from kam.importing.staging import Stage
from kam.language import LANGUAGES, gettext
from kam.records import fields as f
from kam.records import reading
from kam.records.fields import Field
from kam.records.kind import Kind
from kam.records.visibility import seen_of

Row = Mapping[str, Any]
Values = dict[str, Any]
Columns = list[tuple[str, Field]]


@dataclass(frozen=True, slots=True)
class Cells:
    kind: Kind
    stage: Stage
    settings: Settings
    named: references.References

    def said(self, row: Row, whose: UUID | None, fields: Sequence[Field] | None = None) -> Values:
        """What the filled cells say. Raises Invalid with every cell that cannot be read."""
        faults = dict.fromkeys(parted.contradictions(self.stage, self.kind, row), parted.DIFFERS)
        columns = [(one.name, one) for one in fields or self.kind.fields]
        said = self._cells(row, columns, whose, faults)
        for part in () if fields else self.kind.parts:
            columns = [(part.column(one), one) for one in seen_of(part.fields, self.settings.by)]
            rows = [
                self._cells(each, columns, whose, faults, f"{part.name}_{place}_")
                for place, each in enumerate(parted.rows_of(self.stage, part, row))
            ]
            said |= {part.name: rows} if rows else {}
        if faults:
            raise Invalid(faults)
        return said

    def _cells(self, row: Row, columns: Columns, whose: UUID | None, faults: dict[str, str], place: str = "") -> Values:
        said: Values = {}
        for column, one in columns:
            if column in self.stage.mapped and row[column] is not None:
                try:
                    said[one.name] = self._read(column, one, row[column], whose)
                except reading.Unfit as unfit:
                    faults[f"{place}{one.name}"] = unfit.args[0]
        return said

    def _read(self, column: str, one: Field, cell: Any, whose: UUID | None) -> Any:
        if one.type in (f.PERSON, f.RECORD):
            meant = (column, cell, whose if one.within else None)
            if meant not in self.named:
                raise reading.Unfit(references.fault(one))
            return self.named[meant]
        text = f"{cell:f}" if one.type in f.NUMBERS and not isinstance(cell, str | int) else str(cell)
        value = reading.read(one, [_key_of(one, text) if one.choices else text])
        if isinstance(value, datetime) and value.tzinfo is None:
            return value.replace(tzinfo=self.settings.by.clock)
        return value


def _key_of(one: Field, text: str) -> str:
    """A file may say what people see, in any language."""
    said = text.strip().lower()
    titles = ((key, gettext(language, title)) for key, title in one.choices.items() for language in LANGUAGES)
    return next((str(key) for key, title in titles if title.lower() == said), text.strip())
