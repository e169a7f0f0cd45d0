"""The people, teams and customers that every test knows.

ada administrates; mona leads team North, where alice is account manager, bob a team member, sam in service and rita
may only read. charlie is account manager in team South, the outsider. `acme` is alice's, `omega` is charlie's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kam.database.engine import DB
from kam.people.viewer import Viewer
from kam.workflow import registry


@dataclass(frozen=True)
class Cast:
    """Persons are Viewers; teams and customers are ids."""

    north: UUID
    south: UUID
    ada: Viewer
    mona: Viewer
    alice: Viewer
    bob: Viewer
    sam: Viewer
    rita: Viewer
    charlie: Viewer
    acme: UUID
    omega: UUID


PEOPLE = {
    "ada": ("Ada Administrator", "administrator", None),
    "mona": ("Mona Manager", "manager", "north"),
    "alice": ("Alice Account", "account_manager", "north"),
    "bob": ("Bob Team", "team_member", "north"),
    "sam": ("Sam Service", "service", "north"),
    "rita": ("Rita Reader", "read_only", "north"),
    "charlie": ("Charlie Outside", "account_manager", "south"),
}


async def assemble(now: datetime) -> Cast:
    teams = {name: await _team(name.title()) for name in ("north", "south")}
    people = {key: await _person(key, *who, teams, now) for key, who in PEOPLE.items()}
    acme = await _customer("Acme Industrial", "顶点工业", teams["north"], people["alice"], now)
    omega = await _customer("Omega Trading", "欧米茄贸易", teams["south"], people["charlie"], now)
    return Cast(**teams, **people, acme=acme, omega=omega)


async def _team(name: str) -> UUID:
    found: UUID = await DB.fetchval("INSERT INTO team (id, name) VALUES (new_id(), $1) RETURNING id", name)
    return found


async def _person(key: str, name: str, role: str, team: str | None, teams: dict[str, UUID], now: datetime) -> Viewer:
    person: UUID = await DB.fetchval(
        "INSERT INTO person (id, name, email, role, created_at) VALUES (new_id(), $1, $2, $3, $4) RETURNING id",
        name,
        f"{key}@example.com",
        role,
        now,
    )
    if team is None:
        return Viewer(id=person, name=name, role=role)
    await DB.execute(
        "INSERT INTO membership (id, person, team, leads) VALUES (new_id(), $1, $2, $3)",
        person,
        teams[team],
        role == "manager",
    )
    return Viewer(id=person, name=name, role=role, teams=(teams[team],))


async def _customer(name: str, name_zh: str, team: UUID, owner: Viewer, now: datetime) -> UUID:
    """Written without the verb, so that a fault in it fails its own tests and not all of them."""
    code = f"C-{name.split()[0].upper()}"
    customer: UUID = await DB.fetchval(
        "INSERT INTO customer (id, code, name, name_zh, owner, team, created_by, created_at, updated_at)"
        " VALUES (new_id(), $1, $2, $3, $4, $5, $4, $6, $6) RETURNING id",
        code,
        name,
        name_zh,
        owner.id,
        team,
        now,
    )
    if await DB.fetchval("SELECT to_regclass('customer_fact')"):
        await DB.execute("INSERT INTO customer_fact (customer, computed_at) VALUES ($1, $2)", customer, now)
    if await DB.fetchval("SELECT to_regclass('record')"):
        await DB.execute(
            "INSERT INTO record (id, kind, customer, number, title, owner, state, words)"
            " SELECT id, 'customer', id, code, name, owner, '', '' FROM customer WHERE id = $1",
            customer,
        )
    await _begin(customer, now)
    return customer


async def _begin(customer: UUID, now: datetime) -> None:
    if registry._current is None:
        return
    for workflow in registry.current().of_subject("customer"):
        await DB.execute(
            "INSERT INTO workflow_instance"
            " (id, workflow, subject, customer, state, revision, entered_at, started_at, definition)"
            " VALUES (new_id(), $1, $2, $2, $3, 0, $4, $4, $5)",
            workflow.name,
            customer,
            workflow.initial,
            now,
            workflow.hash,
        )
