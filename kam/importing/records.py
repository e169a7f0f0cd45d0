"""Records of any kind from a file: read and judged as a form would be, begun by the statement that begins them all."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from asyncpg import UniqueViolationError

from kam.database.columns import new_id
from kam.database.engine import DB
from kam.errors import Invalid
from kam.facts.storing import postponed
from kam.importing import parted, references
from kam.importing.customer_keys import find_customers
from kam.importing.guarded import Guarded
from kam.importing.kinds import EXTERNAL_KEY, NUMBER, TOGETHER
from kam.importing.oddities import ODDITIES, of_field, of_past, saying
from kam.importing.settings import Settings
from kam.importing.staging import Progress, Stage
from kam.importing.upserting import leave_out_repeated
from kam.language import LANGUAGES, N_, gettext
from kam.records import adding, editing, guarding, reading, sets
from kam.records import fields as f
from kam.records.fields import Field
from kam.records.guards import Guard
from kam.records.kind import Kind
from kam.records.usual import written
from kam.records.visibility import seen_of, visible

AT_ONCE = 2_000
NOT_KNOWN = N_("You see no record of this number. Leave the number empty for a new record.")
OF_ANOTHER = N_("This record belongs to another customer.")

# Named after the kind: whose columns a prepared statement gives, it gives for good.
_ROWS = """
SELECT /* {kind} */ s.*, {whose} AS whose, {currency} AS currency_of_customer FROM import_stage s {joined}
WHERE s.line > $1 ORDER BY s.line LIMIT $2
"""
_ROWS_OF_PARTED = """
SELECT /* {kind} */ s.*, r.record, {whose} AS whose, {currency} AS currency_of_customer
FROM import_record r JOIN import_stage s ON s.line = r.line {joined}
WHERE r.record IN (SELECT DISTINCT record FROM import_record WHERE record > $1 ORDER BY record LIMIT $2)
ORDER BY r.record, s.line
"""
_NAMED = "coalesce(s.customer, s.customer_name)"
_JOINED = f"LEFT JOIN import_customer c ON c.key = {_NAMED} LEFT JOIN customer owner_of ON owner_of.id = c.customer"
_HOLD = """
SELECT 1 FROM customer WHERE id IN (SELECT customer FROM import_customer) ORDER BY id FOR NO KEY UPDATE
"""
_GONE = f"""
EXISTS (SELECT FROM import_customer i JOIN customer c ON c.id = i.customer WHERE i.key = {_NAMED}
        AND c.deleted_at IS NOT NULL)
"""

Row = Mapping[str, Any]
Values = dict[str, Any]
Columns = list[tuple[str, Field]]


def import_records(kind: Kind) -> Callable[[Stage, Settings, Progress], Awaitable[None]]:
    async def bring_in(stage: Stage, settings: Settings, progress: Progress) -> None:
        settings.by.require(kind.ability)
        await _leave_out(stage, kind)
        if kind.of_customers:
            await find_customers(stage, settings)
            await stage.run(_HOLD)
            await stage.leave_out("deleted_customer", _GONE, _NAMED)
        if kind.parts:
            await parted.leave_out_broken(stage)
        await progress(-1, "matching")
        named = await references.find_references(stage, kind, settings.by)
        coming = coming_of(kind)(kind, stage, settings, named)
        async for rows in _portions(stage, kind):
            await progress(-1, "writing")
            await coming.take(rows)
        await coming.done()

    return bring_in


def coming_of(kind: Kind) -> type[Coming]:
    from kam.importing.shared import Shared  # which adds to what is here

    return Shared if kind.shared else Coming


async def _leave_out(stage: Stage, kind: Kind) -> None:
    keys = [name for name in (NUMBER, EXTERNAL_KEY, TOGETHER) if name in stage.mapped]
    if kind.parts:
        await parted.find_records(stage, kind)
    else:
        for key in keys:
            await leave_out_repeated(stage, f"s.{key}")
    if kind.shared and kind.titled in stage.mapped:
        await leave_out_repeated(stage, f"{_NAMED} || ' ' || lower(s.{kind.titled})")
    if kind.of_customers:
        nobody = " AND ".join(f"s.{name} IS NULL" for name in ("customer", "customer_name", *keys))
        await stage.leave_out("no_customer", nobody)


async def _portions(stage: Stage, kind: Kind) -> AsyncIterator[list[Row]]:
    sql = _ROWS_OF_PARTED if kind.parts else _ROWS
    if kind.of_customers:
        sql = sql.format(kind=kind.name, whose="c.customer", currency="owner_of.currency", joined=_JOINED)
    else:
        sql = sql.format(kind=kind.name, whose="NULL::uuid", currency="NULL::text", joined="")
    if kind.parts:
        async for records in parted.portions(stage, kind, sql):
            yield records
        return
    await stage.run("CREATE INDEX ON import_stage (line)")
    last = -1
    while rows := await stage.connection.fetch(sql, last, AT_ONCE):
        yield rows
        last = rows[-1]["line"]


@dataclass(slots=True)
class Coming:
    """The records on their way in, portion by portion; what a line was refused for stands in `import_finding`."""

    kind: Kind
    stage: Stage
    settings: Settings
    named: references.References
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
        new = editing.judged(self.kind, before, self._said(row, whose), by=self.settings.by)
        if not new:
            self.unchanged += 1
            return
        new |= await self.kind.completes({**before, **new, "updated_at": self.settings.now}, before)
        with postponed():
            async with DB.attempt():
                try:
                    await guarding.hold(self.kind, before["id"])
                    await editing.change(self.kind, before, new, by=self.settings.by, now=self.settings.now)
                    refused = await guarding.against(
                        self.kind, [before["id"]], by=self.settings.by, now=self.settings.now, changed=new
                    )
                    if refused:
                        raise Guarded(refused)
                except UniqueViolationError as taken:
                    raise self._taken(taken) from taken
        self.changed += 1
        if self.kind.belongs:
            self.touched.add(before[self.kind.belongs.column])

    async def _begun(self, row: Row) -> Values:
        spoken = self._said(row, row["whose"])
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
        await adding.begin(self.kind, fresh, by=by, now=now)
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
        if taken.constraint_name not in self.kind.taken:
            raise taken
        name, sentence = self.kind.taken[taken.constraint_name]
        return Invalid({name: sentence})

    def _said(self, row: Row, whose: UUID | None, fields: Sequence[Field] | None = None) -> Values:
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


def _key_of(one: Field, text: str) -> str:
    """A file may say what people see, in any language."""
    said = text.strip().lower()
    titles = ((key, gettext(language, title)) for key, title in one.choices.items() for language in LANGUAGES)
    return next((str(key) for key, title in titles if title.lower() == said), text.strip())
