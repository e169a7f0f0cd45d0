"""Records on their way in from a file: known ones are changed, new ones begin together; what is refused is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from asyncpg import UniqueViolationError

from kam.database.columns import new_id
from kam.database.engine import DB
from kam.errors import Invalid
from kam.facts.storing import postponed
from kam.importing import parted
from kam.importing.cells import Cells, Row, Values
from kam.importing.guarded import Guarded
from kam.importing.kinds import EXTERNAL_KEY, NUMBER
from kam.importing.oddities import ODDITIES, of_field, of_past, saying
from kam.importing.settings import Settings
from kam.importing.staging import Stage
from kam.language import N_
from kam.records import adding, beginning, editing, guarding, sets
from kam.records import fields as f
from kam.records.guards import Guard
from kam.records.kind import Kind
from kam.records.usual import written
from kam.records.visibility import visible

NOT_KNOWN = N_("You see no record of this number. Leave the number empty for a new record.")
OF_ANOTHER = N_("This record belongs to another customer.")


@dataclass(slots=True)
class Coming:
    """The records on their way in, portion by portion; what a line was refused for stands in `import_finding`."""

    kind: Kind
    stage: Stage
    settings: Settings
    cells: Cells
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    touched: set[UUID] = field(default_factory=set)
    found: list[parted.Finding] = field(default_factory=list)

    async def take(self, rows: list[Row]) -> None:
        known = await self._known(rows)
        fresh: list[tuple[Row, Values]] = []
        for row in rows:
            before = None
            try:
                before = self._before(row, known)
                if before and before["deleted_at"]:
                    self._out(row, [(row["line"], "deleted_record", before[self.kind.titled])])
                elif before:
                    await self._change(row, before)
                else:
                    fresh.append((row, await self._begun(row)))
            except Invalid as refused:
                self._refused(row, refused)
            except Guarded as guarded:
                assert before
                self._is_refused(row, before, guarded)
        await self._begin(fresh)

    async def done(self) -> None:
        into = self.stage.connection
        await into.copy_records_to_table("import_finding", records=self.found)
        await into.copy_records_to_table("import_touched", records=[(id,) for id in self.touched])
        self.stage.count(self.kind.path, new=self.new, changed=self.changed, unchanged=self.unchanged)

    async def _known(self, rows: list[Row]) -> dict[tuple[str, str], Values]:
        """The records that the portion names by number or key, as far as they are seen, held until the end."""
        table: Any = self.kind.table
        found: dict[tuple[str, str], Values] = {}
        for name in (NUMBER, EXTERNAL_KEY):
            keys = [row[name] for row in rows if row[name]] if name in self.stage.mapped else []
            if keys:
                asked = table.select(*table._meta.columns).where(getattr(table, name).is_in(keys))
                held = asked.where(*visible(self.kind, self.settings.by)).order_by(table.id)
                for one in await held.lock_rows(lock_strength="NO KEY UPDATE", of=(table,)):
                    found[name, one[name]] = one
        for part in self.kind.parts:
            parts = await sets.read(part, [one["id"] for one in found.values()])
            for one in found.values():
                one[part.name] = parts[one["id"]]
        return found

    def _before(self, row: Row, known: Mapping[tuple[str, str], Values]) -> Values | None:
        mapped = [name for name in (NUMBER, EXTERNAL_KEY) if name in self.stage.mapped and row[name]]
        before = next((known[name, row[name]] for name in mapped if (name, row[name]) in known), None)
        if before is None and NUMBER in mapped:
            raise Invalid({NUMBER: NOT_KNOWN})
        if before and row["whose"] and self.kind.belongs and before[self.kind.belongs.column] != row["whose"]:
            raise Invalid({mapped[0]: OF_ANOTHER})
        return before

    async def _change(self, row: Row, before: Values) -> None:
        whose = before[self.kind.belongs.column] if self.kind.belongs else None
        new = editing.judged(self.kind, before, self.cells.said(row, whose), by=self.settings.by)
        if not new:
            self.unchanged += 1
            return
        new |= await self.kind.completes({**before, **new, "updated_at": self.settings.now}, before)
        await self._write(before["id"], [(self.kind, before, new)])
        self.changed += 1
        if self.kind.belongs:
            self.touched.add(before[self.kind.belongs.column])

    async def _write(self, record: UUID, changes: Sequence[tuple[Kind, Values, Values]]) -> None:
        """What a line changes of a record, and of what hangs on it, is written whole or not at all. Raises Guarded for
        the record, and Invalid."""
        by, now = self.settings.by, self.settings.now
        with postponed():
            async with DB.attempt():
                try:
                    for kind, before, new in changes:
                        await guarding.hold(kind, before["id"])
                        await editing.change(kind, before, new, by=by, now=now)
                        if refused := await guarding.against(kind, [before["id"]], by=by, now=now, changed=new):
                            raise Guarded({record: refused[before["id"]]})
                except UniqueViolationError as taken:
                    raise self._taken(taken) from taken

    async def _begun(self, row: Row) -> Values:
        spoken = self.cells.said(row, row["whose"])
        if row["currency_of_customer"]:
            open_ones = (one.name for one in self.kind.fields if one.type == f.CURRENCY)
            spoken = dict.fromkeys(open_ones, row["currency_of_customer"]) | spoken
        said = adding.judged(self.kind, spoken, by=self.settings.by, now=self.settings.now)
        belongs = {self.kind.belongs.column: row["whose"]} if self.kind.belongs else {}
        if self.kind.belongs and row["whose"] is None:
            raise Invalid({"customer": ODDITIES["no_customer"].reason})
        whole = said | belongs | written(self.settings.by, self.settings.now)
        return {**said, **await self.kind.completes(whole, {}), **belongs, "id": new_id()}

    async def _begin(self, fresh: list[tuple[Row, Values]]) -> None:
        """All at once; where one meets a unique index, by halves, until that one is found and told."""
        if not fresh:
            return
        try:
            async with DB.attempt():
                over = await self._begin_guarded([values for _, values in fresh])
        except Guarded as guarded:
            await self._begin([(row, values) for row, values in fresh if not self._is_refused(row, values, guarded)])
        except UniqueViolationError as taken:
            refused = self._taken(taken)
            if len(fresh) == 1:
                self._refused(fresh[0][0], refused)
                return
            middle = len(fresh) // 2
            await self._begin(fresh[:middle])
            await self._begin(fresh[middle:])
        else:
            self.new += len(fresh)
            lines = {values["id"]: (row["line"], str(values[self.kind.titled])) for row, values in fresh}
            self.found += [(lines[id][0], of_past(guard.name), lines[id][1]) for id, guard in over]
            self.touched |= {row["whose"] for row, _ in fresh if row["whose"]}

    async def _begin_guarded(self, fresh: list[Values]) -> list[tuple[UUID, Guard]]:
        """What is over and so was let in. Raises Guarded for all that a guard refuses."""
        by, now = self.settings.by, self.settings.now
        await beginning.begin(self.kind, fresh, by=by, now=now)
        ids = [values["id"] for values in fresh]
        if refused := await guarding.against(self.kind, ids, by=by, now=now):
            raise Guarded(refused)
        return await guarding.past(self.kind, ids, by=by, now=now)

    def _is_refused(self, row: Row, values: Values, guarded: Guarded) -> bool:
        against = guarded.findings(values["id"], row["line"])
        if against:
            self._out(row, against)
        return bool(against)

    def _taken(self, taken: UniqueViolationError) -> Invalid:
        """Raises it where the kind has no word for it."""
        known = self._known_taken()
        if taken.constraint_name not in known:
            raise taken
        name, sentence = known[taken.constraint_name]
        return Invalid({name: sentence})

    def _known_taken(self) -> Mapping[str, tuple[str, str]]:
        return self.kind.taken

    def _refused(self, row: Row, refused: Invalid) -> None:
        found = []
        for name, sentence in refused.fields.items():
            at, column = parted.place_of(self.stage, self.kind, row, name)
            cell = at[column] if column in self.stage.mapped else None
            told = saying(sentence, "" if cell is None else str(cell))
            found.append((at["line"], of_field(self._title(column)), told))
        self._out(row, found)

    def _title(self, column: str) -> str:
        """Of what the file cannot hold, such as a set of parts or the state, what is told stands at the record."""
        titles = {part.name: part.title for part in self.kind.parts}
        titles |= {one.name: one.title for one in self.kind.fields}
        titles |= {one.name: one.title for one in self.stage.kind.fields}
        return titles.get(column, self.kind.title)

    def _out(self, row: Row, found: Sequence[parted.Finding]) -> None:
        self.found += [*found, *parted.others(row, (line for line, _, _ in found))]
