"""Who serves on a customer's account team, in which position, from when until when."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from kam.customers.queries import locked
from kam.database.columns import new_id
from kam.database.engine import DB
from kam.errors import Invalid, NotFound
from kam.facts.storing import refresh_one
from kam.language import N_
from kam.people.roles import READ_ONLY
from kam.people.signed_in import people_changed
from kam.people.viewer import Viewer
from kam.records import recording
from kam.relationships.positions import LEAD, POSITIONS
from kam.workflow.actors import Actor

HAS_ENDED = N_("This assignment has ended already, or there was none.")


async def add(
    customer: UUID, person: UUID | None, position: str, *, by: Viewer, now: datetime, since: date | None = None
) -> UUID:
    """The id of the assignment. A new lead takes the place of the one before; a repeated request changes nothing."""
    by.require("assign_account_team")
    async with DB.transaction():
        await locked(by, customer)
        await _check(person, position)
        standing: UUID | None = await DB.fetchval(
            "SELECT id FROM account_member WHERE customer = $1 AND person = $2 AND position = $3 AND until IS NULL",
            customer, person, position,
        )  # fmt: skip
        if standing:
            return standing
        if position == LEAD:
            await _end_leads(customer, by, now)
        member = await _insert(customer, person, position, since or by.today(now))
        await note(member, customer, [None, person], position, "joined", by, now)
        await _tell(customer, by, now)
    return member


async def end(customer: UUID, member: UUID, *, by: Viewer, now: datetime) -> None:
    """The assignment ends today. Raises NotFound when it has ended or belongs to another customer."""
    by.require("assign_account_team")
    async with DB.transaction():
        await locked(by, customer)
        await _end(customer, member, by, now)
        await _tell(customer, by, now)


async def _check(person: UUID | None, position: str) -> None:
    """The person is held, so that nobody who is deactivated at this moment joins."""
    faults = {}
    if position not in POSITIONS:
        faults["position"] = N_("Choose a position from the list.")
    one_of_ours = "SELECT 1 FROM person WHERE id = $1 AND active AND role <> $2 FOR SHARE"
    if not await DB.fetchval(one_of_ours, person, READ_ONLY):
        faults["person"] = N_("Choose one of our people.")
    if faults:
        raise Invalid(faults)


async def _end_leads(customer: UUID, by: Viewer, now: datetime) -> None:
    leads = await DB.fetch(
        "SELECT id FROM account_member WHERE customer = $1 AND position = $2 AND until IS NULL", customer, LEAD
    )
    for lead in leads:
        await _end(customer, lead["id"], by, now)


async def _end(customer: UUID, member: UUID, by: Viewer, now: datetime) -> None:
    ended = await DB.fetchrow(
        """
        UPDATE account_member SET until = greatest($3, since)
        WHERE id = $1 AND customer = $2 AND until IS NULL RETURNING person, position
        """,
        member, customer, by.today(now),
    )  # fmt: skip
    if ended is None:
        raise NotFound(HAS_ENDED)
    await note(member, customer, [ended["person"], None], ended["position"], "left", by, now)


async def _insert(customer: UUID, person: UUID | None, position: str, since: date) -> UUID:
    member = new_id()
    await DB.execute(
        "INSERT INTO account_member (id, customer, person, position, since) VALUES ($1, $2, $3, $4, $5)",
        member, customer, person, position, since,
    )  # fmt: skip
    return member


async def note(
    member: UUID, customer: UUID, person: list[UUID | None], position: str, event: str, by: Actor, now: datetime
) -> None:
    """Tells in the history that an assignment began ("joined") or ended ("left")."""
    changes = {"person": person, "position": [None, position] if event == "joined" else [position, None]}
    await recording.record("account_member", member, event, by=by.id, at=now, customer=customer, changes=changes)


async def _tell(customer: UUID, by: Viewer, now: datetime) -> None:
    """The facts count the team, and whoever serves on it sees the customer from now on, or no longer."""
    await refresh_one(customer, as_of=by.as_of(now), now=now)
    await people_changed()
