"""Everybody at a glance, for the command line."""

from __future__ import annotations

import asyncpg

from kam.database.engine import DB


async def everybody() -> list[asyncpg.Record]:
    return await DB.fetch(
        """
        SELECT person.email, person.name, person.role, CASE WHEN active THEN 'active' ELSE 'inactive' END AS state,
               coalesce(string_agg(team.name, ', ' ORDER BY team.name), '') AS teams
          FROM person
          LEFT JOIN membership ON membership.person = person.id
          LEFT JOIN team ON team.id = membership.team
         GROUP BY person.id ORDER BY person.name
        """
    )
