"""Who took part in an interaction, on both sides."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from kam.database.columns import new_id
from kam.database.engine import DB
from kam.errors import Invalid
from kam.interactions.queries import all_known
from kam.language import N_


async def set_participants(interaction: UUID, customer: UUID, people: Iterable[UUID], contacts: Iterable[UUID]) -> bool:
    """Makes exactly these the participants; answers whether that changed anything."""
    ours, theirs = set(people), set(contacts)
    if not await all_known(list(ours), list(theirs), customer):
        raise Invalid({"participants": N_("Choose our people, and contacts of this customer.")})
    before = await DB.fetch("SELECT person, contact FROM participant WHERE interaction = $1", interaction)
    if {row["person"] or row["contact"] for row in before} == ours | theirs:
        return False
    await DB.execute("DELETE FROM participant WHERE interaction = $1", interaction)
    rows = [(person, None) for person in ours] + [(None, contact) for contact in theirs]
    await DB.execute(
        """
        INSERT INTO participant (id, interaction, person, contact)
        SELECT id, $1, person, contact FROM unnest($2::uuid[], $3::uuid[], $4::uuid[]) AS p(id, person, contact)
        """,
        interaction, [new_id() for _ in rows], [row[0] for row in rows], [row[1] for row in rows],
    )  # fmt: skip
    return True
