"""What follows from whose role it is: what the contact is called, and that nobody reports to those below them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from kam.database.engine import DB
from kam.errors import Invalid
from kam.language import N_

MOVED = N_("A role stays that of its contact. Add a role of the other contact instead.")
NOT_THERE = N_("Choose a contact that is there.")
NO_CIRCLE = N_("Choose somebody at the same customer who does not report to this contact.")

# With roles that were deleted, so that bringing one back closes no circle either.
_ABOVE = """
WITH RECURSIVE above AS (
    SELECT $2::uuid AS contact
    UNION SELECT r.reports_to FROM contact_role r JOIN above ON r.contact = above.contact
    WHERE r.customer = $1 AND r.reports_to IS NOT NULL
) SELECT 1 FROM above WHERE contact = $3
"""


async def placed(values: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Raises Invalid. A new role holds its contact, so that nobody renames or deletes them meanwhile."""
    if before and values["contact"] != before["contact"]:
        raise Invalid({"contact": MOVED})
    held = "" if before else " AND deleted_at IS NULL FOR SHARE"
    name = await DB.fetchval(f"SELECT name FROM contact WHERE id = $1{held}", values["contact"])
    if name is None:
        raise Invalid({"contact": NOT_THERE})
    boss = values["reports_to"]
    if boss and boss != before.get("reports_to"):
        await _require_no_circle(values["customer"], boss, values["contact"])
    return {"name": name}


async def _require_no_circle(customer: UUID, boss: UUID, contact: UUID) -> None:
    """Whoever changes who reports to whom there waits, so that no two close a circle at one moment."""
    await DB.execute("SELECT pg_advisory_xact_lock(hashtext('reports_to'), hashtext($1::text))", str(customer))
    if await DB.fetchval(_ABOVE, customer, boss, contact):
        raise Invalid({"reports_to": NO_CIRCLE})
