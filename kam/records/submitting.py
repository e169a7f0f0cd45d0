"""The key that a form carries is the id of the record it makes, so that a form sent twice makes one record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kam.database.engine import DB
from kam.errors import Invalid
from kam.language import N_
from kam.records.recording import CREATED, as_json

USED = N_(
    "This form has already made another entry. What you typed is kept: see whether it is there already, "
    "and save again to add it as well."
)

# How the record began says who sent what; what became of it later does not matter.
_BEFORE = """
SELECT coalesce(bool_or(event = $2 AND record_kind = $3 AND customer = $4 AND by = $5 AND changes = $6::text::jsonb),
                FALSE) AS same, count(*) > 0 AS known
FROM record_change WHERE record = $1
"""


@dataclass(frozen=True, slots=True)
class Submission:
    """`said` is what the history will hold of the new record, and so all of what was sent."""

    key: UUID
    kind: str
    said: Mapping[str, Any]
    customer: UUID
    by: UUID

    async def is_repeated(self) -> bool:
        """Whether the same person has said exactly this under this key before, as by a second click.

        False for a new key; raises Invalid for that of any other record, or of other words.
        """
        before = await DB.fetchrow(
            _BEFORE, self.key, CREATED, self.kind, self.customer, self.by, as_json(self.said)
        )  # fmt: skip
        assert before is not None
        if before["known"] and not before["same"]:
            raise Invalid({"key": USED})
        return bool(before["same"])

    async def made_meanwhile(self) -> UUID:
        """The record that stood in the way of ours, if it is the same one. Raises Invalid."""
        if not await self.is_repeated():
            raise Invalid({"key": USED})
        return self.key
