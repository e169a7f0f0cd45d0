"""Changing one record that others may be changing too: lock it, see that nobody was faster, write, and record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from kam.database.engine import DB
from kam.database.sql import Params
from kam.errors import Stale
from kam.language import N_
from kam.records import recording

SOMEBODY_WAS_FASTER = N_(
    "Somebody else changed this since you opened it. Compare with what stands there now and save again."
)


def check_revision(record: Mapping[str, Any], revision: int | None) -> None:
    """Raises Stale unless `record` is still the one the form was drawn from; None skips the question."""
    if revision is not None and record["revision"] != revision:
        raise Stale(SOMEBODY_WAS_FASTER)


async def change(
    table: str, record: Mapping[str, Any], values: Mapping[str, Any], *, by: UUID | None, at: datetime,
    kind: str = "", event: str = recording.CHANGED, customer: UUID | None = None,
) -> dict[str, list[Any]]:  # fmt: skip
    """Sets those of `values` that differ from the locked `record`; answers and records what differed.

    `table` and the names of `values` come from code, never from a request.
    """
    differences = recording.differences(record, values)
    if not differences:
        return differences
    params = Params(record["id"], at)
    columns = ", ".join(f"{name} = {params(values[name])}" for name in differences)
    await DB.execute(
        f"UPDATE {table} SET {columns}, updated_at = $2, revision = revision + 1 WHERE id = $1", *params.values
    )
    await recording.record(kind or table, record["id"], event, by=by, at=at, customer=customer, changes=differences)
    return differences
