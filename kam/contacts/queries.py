"""The contacts of one customer, as their page and a form need them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from kam.customers.queries import require_visible
from kam.database.engine import DB
from kam.people.viewer import Viewer

Row = Mapping[str, Any]


async def of_customer(viewer: Viewer, customer: UUID) -> list[Row]:
    """Everybody we know there with their role, whom they report to, who covers them, and the last contact."""
    await require_visible(viewer, customer)
    return await DB.fetch(
        """
        SELECT contact.id, contact.name, contact.name_zh, contact.email, contact.phone,
               r.job, r.department, r.reports_to, r.influence, r.stance, r.main,
               boss.name AS boss_name, person.name AS owner_name,
               (SELECT max(i.at) FROM participant p JOIN interaction i ON i.id = p.interaction
                WHERE p.contact = contact.id AND i.customer = $1 AND i.deleted_at IS NULL) AS last_contact
        FROM contact_role r JOIN contact ON contact.id = r.contact
        LEFT JOIN contact_role boss ON boss.contact = r.reports_to AND boss.customer = r.customer
                                   AND boss.deleted_at IS NULL
        LEFT JOIN person ON person.id = r.owner
        WHERE r.customer = $1 AND r.deleted_at IS NULL ORDER BY r.main DESC, r.influence DESC, contact.name
        """,
        customer,
    )
