"""Who can own a customer, an opportunity or a case: one of our people who has not left and may write."""

from __future__ import annotations

from uuid import UUID

from kam.database.engine import DB
from kam.errors import Invalid
from kam.language import N_
from kam.people.roles import READ_ONLY

NOT_AN_OWNER = N_("Choose one of our people.")
ONLY_A_MANAGER = N_("Only a manager may give a customer to somebody else.")


def can_own(person: str = "person") -> str:
    """SQL that is true for the rows of `person` (an alias of the table) who can own something."""
    return f"({person}.active AND {person}.role <> '{READ_ONLY}')"


async def require_owner(person: UUID | None) -> None:
    """Raises Invalid for the field `owner` unless this is somebody who can own, and remains so until the transaction
    ends; nobody is fine."""
    if person and not await DB.fetchval(f"SELECT 1 FROM person WHERE id = $1 AND {can_own()} FOR SHARE", person):
        raise Invalid({"owner": NOT_AN_OWNER})
