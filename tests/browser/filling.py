"""Puts the cast, with passwords, into the database that the environment names: `python -m tests.browser.filling`."""

from __future__ import annotations

import asyncio

from kam import settings
from kam.clock import now
from kam.database.engine import DB
from kam.people import adding, passwords, teams
from kam.starting import started
from kam.workflow.actors import SYSTEM
from tests.cast import assemble

PASSWORD = "correct horse battery"
LANGUAGES = ("en", "zh_Hans")


async def fill() -> None:
    async with started(settings.read(), pool=2, prepare=True):
        hashed = await passwords.hashed(PASSWORD)
        async with DB.transaction():
            await assemble(now())
            for language in LANGUAGES:
                await _office(language)
            await DB.execute("UPDATE person SET password_hash = $1", hashed)


async def _office(language: str) -> None:
    """People of one language in a team of their own, who have done nothing yet: `manager.en@example.com` …"""
    team = await teams.add_team(name=f"Office {language}", by=SYSTEM, now=now())
    for role in ("administrator", "manager", "account_manager"):
        person = await adding.add(
            name=f"{role.replace('_', ' ').title()} {language}", email=f"{role}.{language.lower()}@example.com",
            role=role, language=language, by=SYSTEM, now=now(),
        )  # fmt: skip
        if role != "administrator":
            await teams.join(team, person, by=SYSTEM, now=now(), leads=role == "manager")


if __name__ == "__main__":
    asyncio.run(fill())
