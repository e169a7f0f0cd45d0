"""Finding the customer that a line names: by external key, by code, by name; creating it where that was asked for."""

from __future__ import annotations

from kam.database.sql import Params
from kam.importing import newcomers
from kam.importing.settings import Settings
from kam.importing.staging import Stage
from kam.people.visibility import sees_customer

# One row per customer named in the file. `found` counts the customers that the name could mean.
_NAMED = """
CREATE TEMP TABLE import_customer ON COMMIT DROP AS
SELECT coalesce(customer, customer_name) AS key, min(line) AS line, min(coalesce(customer_name, customer)) AS name,
       min({country}) AS country, min({region}) AS region,
       NULL::uuid AS customer, 0 AS found, FALSE AS deleted, FALSE AS is_new
FROM import_stage GROUP BY 1
"""

# Whom the importer does not see is as good as not there: no answer may tell which keys other teams' customers have.
# Where several that are seen have the key, the one of the chosen team is meant.
_BY_KEY = """
UPDATE import_customer i SET customer = m.id, found = m.found, deleted = m.deleted
FROM (
    SELECT i.key, (array_agg(c.id ORDER BY c.deleted_at IS NULL DESC, c.team = {team} DESC NULLS LAST, c.id))[1] AS id,
           bool_and(c.deleted_at IS NOT NULL) AS deleted,
           CASE WHEN bool_or(c.team = {team} AND c.deleted_at IS NULL) THEN 1
                ELSE count(*) FILTER (WHERE c.deleted_at IS NULL) END AS found
    FROM import_customer i JOIN customer c ON c.{column} = i.key AND {sees}
    WHERE i.customer IS NULL GROUP BY i.key
) m WHERE m.key = i.key
"""

# A namesake with a key of its own is somebody else, unless the key is just the name.
_BY_NAME = """
UPDATE import_customer i SET customer = m.id, found = m.found
FROM (
    SELECT i.key, min(c.id::text)::uuid AS id, count(DISTINCT c.id) AS found
    FROM import_customer i JOIN customer c ON {same} AND c.deleted_at IS NULL AND {sees}
    WHERE i.customer IS NULL AND (i.name = i.key OR c.external_key IS NULL OR c.external_key = c.name) GROUP BY i.key
) m WHERE m.key = i.key
"""


async def leave_out_nameless(stage: Stage) -> None:
    await stage.leave_out("no_customer", "s.customer IS NULL AND s.customer_name IS NULL")


async def find_customers(stage: Stage, settings: Settings) -> None:
    """Fills `import_customer`; lines whose customer cannot be used are left out with the reason."""
    has = {name: name if name in stage.mapped else "NULL::text" for name in ("country", "region")}
    await stage.run(_NAMED.format(**has))
    for column in ("external_key", "code"):
        await _match(stage, settings, _BY_KEY, column=column)
    await stage.run("ANALYZE import_customer")  # few are left by now, which the planner cannot know
    for same in ("lower(c.name) = lower(i.name)", "c.name_zh = i.name AND c.name_zh <> ''"):
        await _match(stage, settings, _BY_NAME, same=same)
    await _leave_out_unusable(stage)
    if settings.create_customers:
        await _create_missing(stage, settings)
    else:
        await _leave_out(stage, "unknown_customer", "i.customer IS NULL")


async def _match(stage: Stage, settings: Settings, sql: str, **parts: str) -> None:
    params = Params()
    team = f"{params(settings.team)}::uuid" if "{team}" in sql else ""
    await stage.run(sql.format(sees=sees_customer(settings.by, params, "c"), team=team, **parts), *params.values)


async def _leave_out_unusable(stage: Stage) -> None:
    await _leave_out(stage, "deleted_customer", "i.deleted")
    await _leave_out(stage, "several_customers", "i.found > 1")


async def _leave_out(stage: Stage, kind: str, condition: str) -> None:
    named = (
        f"EXISTS (SELECT FROM import_customer i WHERE i.key = coalesce(s.customer, s.customer_name) AND {condition})"
    )
    await stage.leave_out(kind, named, "coalesce(s.customer, s.customer_name)")


async def _create_missing(stage: Stage, settings: Settings) -> None:
    await stage.run(
        "CREATE TEMP TABLE import_newcomer ON COMMIT DROP AS "
        "SELECT new_id() AS id, i.line, i.key, i.name, i.country, i.region "
        "FROM import_customer i WHERE i.customer IS NULL AND EXISTS ("
        "SELECT FROM import_stage s WHERE coalesce(s.customer, s.customer_name) = i.key)"
    )
    created = await newcomers.begin(stage, settings, ("country", "region"))
    await stage.run(
        "UPDATE import_customer i SET customer = n.id, is_new = TRUE FROM import_newcomer n WHERE n.key = i.key"
    )
    await _leave_out(stage, "unknown_customer", "i.customer IS NULL")  # those that a guard refused
    stage.count("customers", new=created)
