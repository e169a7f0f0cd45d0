"""Our own people of the demo: three teams, everyone with the same printed password."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kam.database.engine import DB
from kam.demo.content import rows
from kam.people import passwords
from kam.people.adding import add
from kam.people.sessions import viewer_of
from kam.people.teams import add_team, join
from kam.people.viewer import Viewer
from kam.workflow.actors import SYSTEM

PASSWORD = "tea-lantern-harbour"
DOMAIN = "nordhua.example"

TEAMS = {
    "china": ("Greater China 大中华区", "China, Taiwan, Hong Kong"),
    "north": ("Northern Europe", "DACH, Benelux, Nordics, UK, Poland, Czechia"),
    "south": ("Southern Europe", "France, Italy, Iberia, Balkans, Maghreb"),
}


@dataclass(frozen=True)
class Ours:
    """Teams and people by the key that the content uses."""

    teams: dict[str, UUID]
    people: dict[str, Viewer]

    def sellers(self, team: str) -> list[Viewer]:
        """The account managers of a team, the key account manager first."""
        return [self.people[row["key"]] for row in rows("people") if _is(row, team, "account_manager")]

    def of(self, team: str, role: str) -> Viewer:
        return next(self.people[row["key"]] for row in rows("people") if _is(row, team, role))


@dataclass(frozen=True, slots=True)
class Account:
    """How one of the demo's people signs in."""

    name: str
    email: str
    role: str
    job: str


def accounts() -> list[Account]:
    """Everyone who can sign in to the demo, one of each role first."""
    found = [Account(row["name"], email(row["key"]), row["role"], row["job"]) for row in rows("people")]
    first = {account.role: account for account in reversed(found)}
    return sorted(found, key=lambda account: first[account.role] is not account)


def email(key: str) -> str:
    return f"{key}@{DOMAIN}"


async def hire(*, now: datetime) -> Ours:
    """Teams, people and memberships, as they have been since `now`."""
    teams = {key: await add_team(name=name, by=SYSTEM, now=now, region=region) for key, (name, region) in TEAMS.items()}
    people: dict[str, Viewer] = {}
    for row in rows("people"):
        person = await add(
            name=row["name"], email=email(row["key"]), role=row["role"], by=SYSTEM, now=now, job=row["job"],
            language=row["language"], password=PASSWORD, temporary=False,
        )  # fmt: skip
        for team in filter(None, row["team"].split(";")):
            await join(teams[team], person, by=SYSTEM, now=now, leads=bool(row["leads"]))
        viewer = await viewer_of(person, now=now)
        assert viewer is not None
        people[row["key"]] = viewer
    return Ours(teams, people)


async def renew_passwords(*, now: datetime) -> None:
    """A demo that was filled before this password was the one that is printed takes it over."""
    addresses = [account.email for account in accounts()]
    old = "email = ANY($1) AND password_set_at IS NULL"
    if await DB.fetchval(f"SELECT EXISTS (SELECT FROM person WHERE {old})", addresses):
        hashed = await passwords.hashed(PASSWORD)
        await DB.execute(
            f"UPDATE person SET password_hash = $2, password_set_at = $3 WHERE {old}", addresses, hashed, now
        )


def _is(row: dict[str, str], team: str, role: str) -> bool:
    return row["role"] == role and team in row["team"].split(";")
