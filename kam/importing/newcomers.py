"""Customers that a file brings for the first time, begun as a set by what begins any other."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from kam.customers.kind import CUSTOMER
from kam.customers.terms import ORGANISATION
from kam.importing.guarded import begin_guarded
from kam.importing.settings import Settings
from kam.importing.staging import Stage
from kam.records import beginning
from kam.records.fields import Field

# The rule of the kind; a code that somebody gave by hand is passed over.
_CODE = f"'{CUSTOMER.number}' || lpad(nextval('{CUSTOMER.sql_table}_number')::text, 6, '0')"

# A name that serves as the key and is longer than a key may be: the customer is found by its name then.
_KEY = "CASE WHEN length(n.key) <= 120 THEN n.key END"

# What a file that names none gets; the places are those of the settings.
_USUAL = {
    "kind": f"'{ORGANISATION}'",
    "source": "'import'",
    "currency": "$3",
    "owner": "$4::uuid",
    "team": "$5::uuid",
}
_NOTHING = f"(SELECT (NULL::{CUSTOMER.sql_table}).*) t"  # each column with its type
_COMING = "SELECT id, line, name AS called FROM import_newcomer"


async def begin(stage: Stage, settings: Settings, columns: Collection[str]) -> int:
    """Begins the rows of `import_newcomer` (id, line, key, name and the `columns`), in the order of their codes; how
    many there are. Those that a guard refuses are taken out of it."""
    await _give_codes(stage)
    given = f"SELECT {_selected(columns)} FROM import_newcomer n, {_NOTHING} ORDER BY n.code"
    usual = (settings.currency, settings.owner, settings.team)
    begun = partial(beginning.begin_set, CUSTOMER, given, *usual, by=settings.by, now=settings.now)
    return await begin_guarded(stage, CUSTOMER, _COMING, begun, settings, rows="import_newcomer")


def _selected(columns: Collection[str]) -> str:
    own = {"id": "n.id", "code": "n.code", "external_key": _KEY, "name": "n.name"}
    own |= {one.name: _value(one, columns) for one in CUSTOMER.fields if one.name not in own}
    return ", ".join(f"{value} AS {name}" for name, value in own.items())


def _value(one: Field, columns: Collection[str]) -> str:
    empty = "'{}'" if one.empty == [] else "''"
    nothing = f"t.{one.name}" if one.empty is None else f"coalesce(t.{one.name}, {empty})"
    usual = _USUAL.get(one.name, nothing)
    return f"coalesce(n.{one.name}, {usual})" if one.name in columns else usual


async def _give_codes(stage: Stage) -> None:
    await stage.run("ALTER TABLE import_newcomer ADD COLUMN code text, ADD COLUMN IF NOT EXISTS known uuid")
    await stage.run(f"UPDATE import_newcomer SET code = {_CODE}")
    taken = "code IN (SELECT code FROM customer)"
    while await stage.run(f"UPDATE import_newcomer SET code = {_CODE} WHERE {taken}"):
        pass
