"""Records from a file that several customers have: a line says one, and what it is at the customer that it names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from kam.database.columns import new_id
from kam.database.engine import DB
from kam.errors import Invalid
from kam.importing.cells import Row, Values
from kam.importing.coming import Coming
from kam.importing.guarded import Guarded
from kam.importing.kinds import of_link
from kam.importing.oddities import ODDITIES
from kam.language import N_
from kam.records import adding, beginning, editing, guarding, sharing
from kam.records.guards import Guard
from kam.records.kind import Kind
from kam.records.usual import written

SEVERAL = N_("This customer has several of this name. Change the one that is meant on its page.")
LINK = "link"  # beside the values of a record, those of its link

# Of the same name at the same customer, whom the importer sees: they are held until the end.
_KNOWN = """
SELECT l.id AS link, l.customer, t.* FROM {table} t JOIN {link} l ON l.{column} = t.id
WHERE l.customer = ANY($1) AND lower(t.{title}) = ANY($2) AND l.deleted_at IS NULL AND t.deleted_at IS NULL
ORDER BY t.id FOR NO KEY UPDATE
"""


class Shared(Coming):
    """One of the same name at the same customer is the same."""

    async def _known(self, rows: list[Row]) -> dict[tuple[str, str], Values]:
        found: dict[tuple[str, str], Values] = {}
        titled = self.kind.titled
        customers = list({row["whose"] for row in rows if row["whose"]})
        called = list({row[titled].lower() for row in rows if row[titled]})
        for row in await DB.fetch(self._sql(), customers, called):
            place = str(row["customer"]), row[titled].lower()
            found[place] = {**row, "several": place in found}
        return found

    def _sql(self) -> str:
        assert self.kind.shared
        link = sharing.link_of(self.kind).sql_table
        return _KNOWN.format(
            table=self.kind.sql_table, link=link, column=self.kind.shared.column, title=self.kind.titled
        )

    def _before(self, row: Row, known: Mapping[tuple[str, str], Values]) -> Values | None:
        before = known.get((str(row["whose"]), (row[self.kind.titled] or "").lower()))
        if before and before["several"]:
            raise Invalid({self.kind.titled: SEVERAL})
        return before

    async def _change(self, row: Row, before: Values) -> None:
        by, now, link = self.settings.by, self.settings.now, sharing.link_of(self.kind)
        said, there = self.cells.said(row, row["whose"]), self.cells.said(row, row["whose"], of_link(self.kind))
        stood = await self._link(before)
        sides = ((self.kind, before, said), (link, stood, there))
        changes = [
            (kind, stands, {**values, **await kind.completes({**stands, **values, "updated_at": now}, stands)})
            for kind, stands, spoken in sides
            if (values := editing.judged(kind, stands, spoken, by=by))
        ]
        if not changes:
            self.unchanged += 1
            return
        await self._write(before["id"], changes)
        self.changed += 1
        self.touched.add(row["whose"])

    async def _link(self, before: Values) -> Values:
        table: Any = sharing.link_of(self.kind).table
        found: Values = await table.select(*table._meta.columns).where(table.id == before["link"]).first().run()
        return found

    async def _begun(self, row: Row) -> Values:
        if row["whose"] is None:
            raise Invalid({"customer": ODDITIES["no_customer"].reason})
        values = await super()._begun(row)
        there = self.cells.said(row, row["whose"], of_link(self.kind))
        link = adding.first_link(self.kind, values["id"], there, by=self.settings.by, now=self.settings.now)
        begun = written(self.settings.by, self.settings.now)
        return values | {LINK: {**link, **begun, "customer": row["whose"], "id": new_id()}}

    async def _begin_guarded(self, fresh: list[Values]) -> list[tuple[UUID, Guard]]:
        """With its links, of which a guard can refuse one, too: then the record stays out with it."""
        over = await super()._begin_guarded([{name: row[name] for name in row.keys() - {LINK}} for row in fresh])
        link, by, now = sharing.link_of(self.kind), self.settings.by, self.settings.now
        await beginning.begin(link, [await _completed(link, row[LINK]) for row in fresh], by=by, now=now)
        records = {row[LINK]["id"]: row["id"] for row in fresh}
        if refused := await guarding.against(link, list(records), by=by, now=now):
            raise Guarded({records[id]: guards for id, guards in refused.items()})
        return over + [(records[id], guard) for id, guard in await guarding.past(link, list(records), by=by, now=now)]

    def _known_taken(self) -> Mapping[str, tuple[str, str]]:
        return {**sharing.link_of(self.kind).taken, **self.kind.taken}


async def _completed(link: Kind, values: Values) -> Values:
    return {**values, **await link.completes(values, {})}
