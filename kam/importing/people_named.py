"""Owners and teams that a file names, found among our people and the teams the importer may add to."""

from __future__ import annotations

from kam.importing.settings import Settings
from kam.importing.staging import Stage

# SQL for the person that the text column `s.owner` means: by e-mail address, or by a name that only one has.
PERSON = """(SELECT CASE WHEN count(*) = 1 THEN (array_agg(p.id))[1] END FROM person p
 WHERE p.active AND (lower(p.name) = lower(s.owner) OR p.email = lower(s.owner)))"""

_OWNERS = f"""
CREATE TEMP TABLE import_owner ON COMMIT DROP AS
SELECT s.owner AS name, {PERSON} AS person FROM (SELECT DISTINCT owner FROM import_stage WHERE owner IS NOT NULL) s
"""


async def find_owners(stage: Stage) -> None:
    """Fills `import_owner` (name, person); an unknown name is noted on its lines, and the default owner stands."""
    await stage.run(_OWNERS)
    await stage.note("unknown_owner", "s.owner IN (SELECT name FROM import_owner WHERE person IS NULL)", "s.owner")


async def find_teams(stage: Stage, settings: Settings) -> None:
    """Fills `import_team` (name, team) with the teams the importer may add customers to."""
    await stage.run(
        "CREATE TEMP TABLE import_team ON COMMIT DROP AS "
        "SELECT s.team AS name, t.id AS team FROM (SELECT DISTINCT team FROM import_stage WHERE team IS NOT NULL) s "
        "LEFT JOIN team t ON lower(t.name) = lower(s.team) AND ($1 OR t.id = ANY($2))",
        settings.by.sees_all,
        list(settings.by.teams),
    )
    await stage.note("unknown_team", "s.team IN (SELECT name FROM import_team WHERE team IS NULL)", "s.team")
