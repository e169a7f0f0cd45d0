"""Owners and teams that a file names, found among our people and the teams the importer may add to."""

from __future__ import annotations

from kam.importing.settings import Settings
from kam.importing.staging import Stage
from kam.people.owning import can_own

# By e-mail address, or by a name that only one has of those who can own. `barred` are those who are meant and cannot.
_OWNERS = f"""
CREATE TEMP TABLE import_owner ON COMMIT DROP AS
SELECT s.owner AS name, CASE WHEN cardinality(m.fit) = 1 THEN m.fit[1] END AS person,
       CASE WHEN cardinality(m.fit) = 0 THEN m.barred ELSE '{{}}' END AS barred
FROM (SELECT DISTINCT owner FROM import_stage WHERE owner IS NOT NULL) s
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(p.id) FILTER (WHERE {can_own("p")}), '{{}}') AS fit,
           coalesce(array_agg(p.id) FILTER (WHERE NOT {can_own("p")}), '{{}}') AS barred
    FROM person p WHERE lower(p.name) = lower(s.owner) OR p.email = lower(s.owner)) m
"""


async def find_owners(stage: Stage) -> None:
    """Fills `import_owner` (name, person, barred); an unknown name is noted on its lines, and the default stands."""
    await stage.run(_OWNERS)
    unknown = "SELECT name FROM import_owner WHERE person IS NULL AND cardinality(barred) = 0"
    await stage.note("unknown_owner", f"s.owner IN ({unknown})", "s.owner")


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
