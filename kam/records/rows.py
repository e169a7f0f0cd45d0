"""The one row that every record has in `record`, by which it is found, named and listed beside all others."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from uuid import UUID

from kam.database.engine import DB
from kam.records import fields as f
from kam.records.kind import Kind

_COLUMNS = ("customer", "number", "title", "owner", "state", "deleted_at", "words")


async def keep(kind: Kind, records: Collection[UUID]) -> None:
    """Brings the rows of these records up to date, in the transaction that changed them."""
    await DB.execute(f"{statement(kind)} WHERE t.id = ANY($1) {_conflict()}", list(records))


async def keep_where(kind: Kind, where: str) -> None:
    """Of those that a set changed; `where` is SQL over the kind's table `t`."""
    await DB.execute(f"{statement(kind)} WHERE {where} {_conflict()}")


async def keep_all(kind: Kind) -> None:
    """Of every record there is, as when a kind comes under this roof."""
    await DB.execute(f"{statement(kind)} {_conflict()}")


@cache
def statement(kind: Kind, source: str = "") -> str:
    """`source` is a relation with the columns of the kind's table, where it is not that table itself."""
    has = {column._meta.name for column in kind.table._meta.columns}
    owner = next((f"t.{one.name}" for one in kind.fields if one.type == f.PERSON and one.name == "owner"), "NULL::uuid")
    number = f"t.{kind.known_by}" if kind.known_by else "t.number" if kind.number else "''"
    state = "t.state" if "state" in has else "''"
    words = ", ".join((number, *(f"t.{name}" for name in _found_by(kind)))) if not kind.is_itself else "''"
    customer = f"t.{kind.belongs.column}" if kind.belongs else "NULL::uuid"
    return (
        f"INSERT INTO record (id, kind, {', '.join(_COLUMNS)})"
        f" SELECT t.id, '{kind.name}', {customer}, {number}, t.{kind.titled}, {owner}, {state}, t.deleted_at,"
        f" concat_ws(' ', {words}) FROM {source or kind.sql_table} t"
    )


@cache
def kept(kind: Kind) -> frozenset[str]:
    """The columns of its records of which their rows tell."""
    belongs = {kind.belongs.column} if kind.belongs else set()
    return frozenset({kind.known_by, kind.titled, "number", "owner", "state", "deleted_at", *belongs, *_found_by(kind)})


def _found_by(kind: Kind) -> list[str]:
    """The texts whose words find one; customers are found by columns of their own, wherever others are too."""
    texts = (one for one in kind.fields if one.type == f.TEXT or one.sought)
    return [one.name for one in texts if not (one.protect or kind.is_itself or one.name == kind.known_by)]


def _conflict() -> str:
    return "ON CONFLICT (id) DO UPDATE SET " + ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS)
