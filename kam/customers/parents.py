"""The tree of parent companies: changed by one at a time, so that it never closes to a circle."""

from __future__ import annotations

from uuid import UUID

from kam.database.engine import DB
from kam.errors import Invalid
from kam.language import N_

_ABOVE = """
WITH RECURSIVE above AS (
    SELECT id, parent FROM customer WHERE id = $1
    UNION SELECT customer.id, customer.parent FROM customer JOIN above ON customer.id = above.parent
) SELECT 1 FROM above WHERE id = $2
"""


async def hold_tree() -> None:
    """Until the transaction ends. It comes before any customer is held, or two could wait for each other."""
    await DB.execute("SELECT pg_advisory_xact_lock(hashtext('customer_parent'))")


async def hold_tree_to_move(customer: UUID, parent: UUID | None) -> None:
    """The same for one who gets another parent; who keeps theirs waits for nobody, and holds theirs meanwhile."""
    keeps = "SELECT parent FROM customer WHERE id = $1 AND parent IS NOT DISTINCT FROM $2 FOR NO KEY UPDATE"
    if parent is not None and not await DB.fetch(keeps, customer, parent):
        await hold_tree()


async def require_no_circle(parent: UUID, of: UUID) -> None:
    """Raises Invalid when the parent company is the customer `of` itself or one below it."""
    if await DB.fetchval(_ABOVE, parent, of):
        raise Invalid({"parent": N_("A customer cannot be its own parent, not even through others.")})
