"""Writing down who changed what from what to what, in the transaction that changes it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from kam.database.columns import new_id
from kam.database.engine import DB

CREATED = "created"
CHANGED = "changed"
DELETED = "deleted"
RESTORED = "restored"

Changes = Mapping[str, Any]  # field -> [old, new]

INSERT = """
INSERT INTO record_change (id, record_kind, record, customer, event, changes, by, at)
VALUES ($1, $2, $3, $4, $5, $6::text::jsonb, $7, $8)
"""


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """The fields of `after` that differ from `before`, each with its old and its new value, ready for JSON."""
    return {
        name: [plain(before.get(name)), plain(value)]
        for name, value in after.items()
        if before.get(name) != value and not _only_tidier(before.get(name), value)
    }


def _only_tidier(before: Any, after: Any) -> bool:
    """Space around a text, which every form takes away, is nothing that anybody changed."""
    return isinstance(before, str) and isinstance(after, str) and before.strip() == after


def plain(value: Any) -> Any:
    """A column's value as JSON can hold it; money keeps its decimals as text."""
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, Mapping):
        return {name: plain(item) for name, item in value.items()}
    return value


def as_json(changes: Changes) -> str:
    return json.dumps({name: plain(value) for name, value in changes.items()}, ensure_ascii=False)


async def record(
    kind: str, subject: UUID, event: str, *, by: UUID | None, at: datetime,
    customer: UUID | None = None, changes: Changes | None = None,
) -> None:  # fmt: skip
    """Adds one entry to the history of a record; `customer` puts it on that customer's timeline too."""
    await DB.execute(INSERT, new_id(), kind, subject, customer, event, as_json(changes or {}), by, at)


async def record_all(
    kind: str, subjects: Iterable[tuple[UUID, Changes]], event: str, *, by: UUID | None, at: datetime,
    customer: UUID | None = None,
) -> None:  # fmt: skip
    """The same for several records that changed together."""
    for subject, changes in subjects:
        await record(kind, subject, event, by=by, at=at, customer=customer, changes=changes)
