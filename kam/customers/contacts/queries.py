"""Finding contacts: a viewer sees those of the customers they see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from kam.customers.queries import alive, require_visible
from kam.database.engine import DB
from kam.database.searching import matches_indexed
from kam.database.sql import Params
from kam.errors import NotFound
from kam.language import N_
from kam.people.viewer import Viewer
from kam.people.visibility import sees_customer

Row = Mapping[str, Any]
NO_SUCH_CONTACT = N_("There is no such contact, or they belong to customers that you do not see.")


async def find(viewer: Viewer, contact: UUID, *, deleted: bool = False) -> Row:
    """The contact's columns."""
    return await _one(viewer, contact, deleted, "")


async def locked(viewer: Viewer, contact: UUID, *, deleted: bool = False) -> Row:
    """The contact's columns, held for us until the transaction ends."""
    return await _one(viewer, contact, deleted, "FOR NO KEY UPDATE OF contact")


async def _one(viewer: Viewer, contact: UUID, deleted: bool, hold: str) -> Row:
    params = Params(contact)
    row = await DB.fetchrow(
        f"""
        SELECT contact.* FROM contact
        WHERE contact.id = $1 AND contact.deleted_at IS {"NOT NULL" if deleted else "NULL"} AND EXISTS (
            SELECT FROM contact_role r JOIN customer ON customer.id = r.customer
            WHERE r.contact = contact.id AND {alive()} AND {sees_customer(viewer, params)})
        {hold}
        """,
        *params.values,
    )
    if row is None:
        raise NotFound(NO_SUCH_CONTACT)
    return dict(row)


async def customers_of(contact: UUID) -> list[UUID]:
    """All customers that the contact belongs to, seen or not: their facts and histories follow the contact."""
    rows = await DB.fetch("SELECT customer FROM contact_role WHERE contact = $1 ORDER BY customer", contact)
    return [row["customer"] for row in rows]


async def places_of(viewer: Viewer, contact: UUID) -> list[Row]:
    """What the contact is at each customer that the viewer sees."""
    params = Params(contact)
    return await DB.fetch(
        f"""
        SELECT r.*, customer.name AS customer_name, customer.name_zh AS customer_name_zh, customer.code
        FROM contact_role r JOIN customer ON customer.id = r.customer
        WHERE r.contact = $1 AND {alive()} AND {sees_customer(viewer, params)} ORDER BY customer.sort_name
        """,
        *params.values,
    )


async def place(viewer: Viewer, contact: UUID, customer: UUID) -> Row:
    """The one `contact_role` of a contact at a customer, held for us until the transaction ends."""
    await require_visible(viewer, customer)
    row = await DB.fetchrow(
        "SELECT * FROM contact_role WHERE contact = $1 AND customer = $2 FOR UPDATE", contact, customer
    )
    if row is None:
        raise NotFound(NO_SUCH_CONTACT)
    return dict(row)


async def elsewhere(viewer: Viewer, text: str, *, but: UUID) -> list[Row]:
    """Up to twelve contacts of other customers that the viewer sees, found by name."""
    if len(text.strip()) < 2:
        return []
    params = Params(but)
    found = matches_indexed(params, text, "contact")
    return await DB.fetch(
        f"""
        SELECT contact.id, contact.name, contact.name_zh, contact.email,
               string_agg(customer.name || CASE r.job WHEN '' THEN '' ELSE ' (' || r.job || ')' END, ', '
                          ORDER BY customer.sort_name) AS places
        FROM contact JOIN contact_role r ON r.contact = contact.id JOIN customer ON customer.id = r.customer
        WHERE contact.deleted_at IS NULL AND {alive()} AND {sees_customer(viewer, params)}
          AND {found}
          AND NOT EXISTS (SELECT FROM contact_role here WHERE here.contact = contact.id AND here.customer = $1)
        GROUP BY contact.id ORDER BY contact.name LIMIT 12
        """,
        *params.values,
    )


async def of_customer(viewer: Viewer, customer: UUID) -> list[Row]:
    """Everybody we know there with their place, whom they report to, who covers them, and the last contact."""
    await require_visible(viewer, customer)
    return await DB.fetch(
        """
        SELECT contact.id, contact.name, contact.name_zh, contact.email, contact.phone, contact.revision,
               r.job, r.department, r.reports_to, r.influence, r.stance, r.covered_by, r.main,
               boss.name AS boss_name, person.name AS covered_by_name,
               (SELECT max(i.at) FROM participant p JOIN interaction i ON i.id = p.interaction
                WHERE p.contact = contact.id AND i.customer = $1 AND i.deleted_at IS NULL) AS last_contact
        FROM contact_role r JOIN contact ON contact.id = r.contact AND contact.deleted_at IS NULL
        LEFT JOIN contact boss ON boss.id = r.reports_to AND boss.deleted_at IS NULL
        LEFT JOIN person ON person.id = r.covered_by
        WHERE r.customer = $1 ORDER BY r.main DESC, r.influence DESC, contact.name
        """,
        customer,
    )
