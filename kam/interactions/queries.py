"""Finding interactions: a viewer sees those with the customers they see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from kam.customers.queries import alive, require_visible
from kam.database.engine import DB
from kam.database.sql import Params
from kam.errors import NotFound
from kam.language import N_
from kam.people.viewer import Viewer
from kam.people.visibility import sees_customer

Row = Mapping[str, Any]
NO_SUCH_INTERACTION = N_("There is no such interaction, or it belongs to a customer that you do not see.")

# Who took part, ours and theirs, in one column of JSON.
PARTICIPANTS = """
    (SELECT coalesce(jsonb_agg(jsonb_build_object('person', p.person, 'contact', p.contact,
                                                  'name', coalesce(person.name, contact.name))
                               ORDER BY p.contact IS NOT NULL, person.name, contact.name), '[]')
     FROM participant p LEFT JOIN person ON person.id = p.person LEFT JOIN contact ON contact.id = p.contact
     WHERE p.interaction = interaction.id) AS participants
"""


async def find(viewer: Viewer, interaction: UUID, *, deleted: bool = False) -> Row:
    """The interaction's columns, with its participants and the name of its customer."""
    params = Params(interaction)
    row = await DB.fetchrow(
        f"""
        SELECT interaction.*, customer.name AS customer_name, author.name AS created_by_name,
               follower.name AS next_step_by_name, {PARTICIPANTS}
        FROM interaction JOIN customer ON customer.id = interaction.customer
        LEFT JOIN person author ON author.id = interaction.created_by
        LEFT JOIN person follower ON follower.id = interaction.next_step_by
        WHERE interaction.id = $1 AND {_kept(deleted)} AND {alive()} AND {sees_customer(viewer, params)}
        """,
        *params.values,
    )
    return _found(row)


async def ours(customer: UUID, chosen: Sequence[str]) -> list[tuple[str, str]]:
    """Those of our people who are likely to have taken part: the account team and whoever was chosen already."""
    rows = await DB.fetch(
        """
        SELECT id::text, name FROM person WHERE id::text = ANY($2)
           OR id IN (SELECT person FROM account_member WHERE customer = $1 AND until IS NULL) ORDER BY lower(name)
        """,
        customer, list(chosen),
    )  # fmt: skip
    return [(row["id"], row["name"]) for row in rows]


async def locked(viewer: Viewer, interaction: UUID, *, deleted: bool = False) -> Row:
    """The interaction's columns, held for us until the transaction ends."""
    params = Params(interaction)
    row = await DB.fetchrow(
        f"""
        SELECT interaction.* FROM interaction JOIN customer ON customer.id = interaction.customer
        WHERE interaction.id = $1 AND {_kept(deleted)} AND {alive()} AND {sees_customer(viewer, params)}
        FOR NO KEY UPDATE OF interaction
        """,
        *params.values,
    )
    return _found(row)


async def of_customer(viewer: Viewer, customer: UUID, *, limit: int = 50) -> list[Row]:
    """The newest interactions with one customer."""
    await require_visible(viewer, customer)
    return await DB.fetch(
        f"""
        SELECT interaction.*, author.name AS created_by_name, {PARTICIPANTS}
        FROM interaction LEFT JOIN person author ON author.id = interaction.created_by
        WHERE interaction.customer = $1 AND interaction.deleted_at IS NULL ORDER BY interaction.at DESC LIMIT $2
        """,
        customer, limit,
    )  # fmt: skip


async def follow_ups(viewer: Viewer, *, until: date) -> list[Row]:
    """Next steps that are the viewer's own and due by `until`, the oldest first."""
    params = Params(viewer.id, until)
    return await DB.fetch(
        f"""
        SELECT interaction.id, interaction.customer, interaction.next_step, interaction.next_step_on,
               interaction.revision, customer.name AS customer_name, customer.name_zh AS customer_name_zh
        FROM interaction JOIN customer ON customer.id = interaction.customer
        WHERE interaction.next_step_by = $1 AND interaction.next_step <> '' AND interaction.next_step_on <= $2
          AND interaction.next_step_done_at IS NULL AND {_kept()} AND {alive()} AND {sees_customer(viewer, params)}
        ORDER BY interaction.next_step_on LIMIT 200
        """,
        *params.values,
    )


async def took_part(interaction: UUID | None) -> dict[str, str]:
    """The customer's people in an interaction by id, also those who have left since."""
    rows = await DB.fetch(
        "SELECT contact.id::text, contact.name FROM participant p JOIN contact ON contact.id = p.contact"
        " WHERE p.interaction = $1 ORDER BY contact.name",
        interaction,
    )
    return {row["id"]: row["name"] for row in rows}


async def all_known(people: Sequence[UUID], contacts: Sequence[UUID], customer: UUID) -> bool:
    """Whether all are ours, or contacts of the customer."""
    return bool(
        await DB.fetchval(
            """
            SELECT (SELECT count(*) FROM person WHERE id = ANY($1)) = cardinality($1::uuid[])
               AND (SELECT count(*) FROM contact_role WHERE customer = $3 AND contact = ANY($2))
                   = cardinality($2::uuid[])
            """,
            list(people), list(contacts), customer,
        )
    )  # fmt: skip


def _kept(deleted: bool = False) -> str:
    return "interaction.deleted_at IS NOT NULL" if deleted else "interaction.deleted_at IS NULL"


def _found(row: Row | None) -> Row:
    if row is None:
        raise NotFound(NO_SUCH_INTERACTION)
    return row
