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
    """Makes exactly these the participants; answers whether that changed anything. Who took part before may stay, also
    after having left."""
    ours, theirs = set(people), set(contacts)
    rows = await DB.fetch("SELECT person, contact FROM participant WHERE interaction = $1", interaction)
    before = {row["person"] or row["contact"] for row in rows}
    if not await all_known(list(ours - before), list(theirs - before), customer):
        raise Invalid({"participants": N_("Choose our people, and contacts of this customer.")})
    if before == ours | theirs:
        return False
    await DB.execute("DELETE FROM participant WHERE interaction = $1", interaction)
    now_there = [(person, None) for person in ours] + [(None, contact) for contact in theirs]
    await DB.execute(
        """
        INSERT INTO participant (id, interaction, person, contact)
        SELECT id, $1, person, contact FROM unnest($2::uuid[], $3::uuid[], $4::uuid[]) AS p(id, person, contact)
        """,
        interaction, [new_id() for _ in now_there], [one[0] for one in now_there],
        [one[1] for one in now_there],
    )  # fmt: skip
    return True
