"""Customers, known by their key in the other system or, where the file has none, by their name."""

from __future__ import annotations

from kam.customers.kind import CUSTOMER
from kam.database.sql import Params
from kam.importing import newcomers
from kam.importing.industries import corrected
from kam.importing.parents import hold_tree, set_parents
from kam.importing.people_named import find_owners, find_teams
from kam.importing.settings import Settings
from kam.importing.staging import Progress, Stage
from kam.importing.upserting import changes, later_of, leave_out_repeated, leave_out_rows, update_changed
from kam.people.visibility import sees_customer
from kam.records import rows

_TEXTS = (
    "name_zh", "industry", "country", "region", "city", "address", "website", "phone", "email", "source", "tax_number",
    "notes",
)  # fmt: skip
_COLUMNS = ("name", *_TEXTS, "employees", "currency", "credit_limit", "owner", "team")

_ROWS = """
CREATE TEMP TABLE import_row ON COMMIT DROP AS
SELECT i.*, t.id AS known, t.deleted_at IS NOT NULL AS deleted, k.found, t.owner AS known_owner, t.team AS known_team,
       t.external_key AS known_key, CASE WHEN t.id IS NULL THEN '{{}}'::jsonb ELSE {changes} END AS changes
FROM (SELECT s.line, coalesce(s.key, s.name) AS key, s.name, {texts}, s.employees, s.currency,
             round(s.credit_limit, 2) AS credit_limit, o.person AS owner, s.owner AS owner_name, o.barred, m.team,
             s.team AS team_name, s.parent
      FROM import_stage s LEFT JOIN import_owner o ON o.name = s.owner LEFT JOIN import_team m ON m.name = s.team) i
LEFT JOIN import_known k ON k.line = i.line
LEFT JOIN customer t ON t.id = k.customer
"""

# By key, else by code, else by name; whom the importer does not see is as good as not there. Where several that are
# seen have the key, the one of the chosen team is meant; `found` counts those that the line could mean.
_KNOWN = """
CREATE TEMP TABLE import_known ON COMMIT DROP AS
WITH asked AS (
    SELECT s.line, s.key, s.name, coalesce(m.team, $1) AS team
    FROM import_stage s LEFT JOIN import_team m ON m.name = s.team
), known AS (
    SELECT s.line, s.team, c.id, 1 AS rank FROM asked s JOIN customer c ON c.external_key = coalesce(s.key, s.name)
    UNION ALL
    SELECT s.line, s.team, c.id, 2 FROM asked s JOIN customer c ON c.code = coalesce(s.key, s.name)
    UNION ALL
    SELECT s.line, s.team, c.id, 3 FROM asked s JOIN customer c
    ON lower(c.name) = lower(s.name) AND (c.external_key IS NULL OR s.key IS NULL) AND c.deleted_at IS NULL
), seen AS (
    SELECT k.line, k.rank, c.id, c.deleted_at IS NULL AS alive, coalesce(c.team = k.team, FALSE) AS ours,
           k.rank = min(k.rank) OVER (PARTITION BY k.line) AS is_meant
    FROM known k JOIN customer c ON c.id = k.id WHERE {sees}
)
SELECT line, min(rank) = 3 AS by_name, (array_agg(id ORDER BY alive DESC, ours DESC, id))[1] AS customer,
       CASE WHEN bool_or(alive AND ours) THEN 1 ELSE count(*) FILTER (WHERE alive) END AS found
FROM seen WHERE is_meant GROUP BY line
"""

# Of several lines with keys of their own only one can mean the namesake that has none; the others are somebody new.
_NAMESAKES = """
DELETE FROM import_known WHERE line IN (
    SELECT r.line FROM import_stage s JOIN (
        SELECT line, by_name, row_number() OVER (PARTITION BY customer ORDER BY by_name, line) AS nth FROM import_known
    ) r ON r.line = s.line WHERE r.nth > 1 AND r.by_name AND s.key IS NOT NULL)
"""

_HISTORY = """
INSERT INTO record_change (id, record_kind, record, customer, event, changes, by, at)
SELECT new_id(), 'customer', known, known, 'changed', changes, $2, $1 FROM import_row
WHERE known IS NOT NULL AND changes <> '{}'
"""
_CHANGED = "t.id IN (SELECT known FROM import_row WHERE changes <> '{}')"


async def import_customers(stage: Stage, settings: Settings, progress: Progress) -> None:
    await hold_tree(stage)
    await leave_out_repeated(stage, "coalesce(s.key, s.name)")
    await _correct_industries(stage)
    await find_owners(stage)
    await find_teams(stage, settings)
    await progress(-1, "matching")
    await _match(stage, settings)
    await progress(-1, "writing")
    await _write(stage, settings)
    await set_parents(stage, settings)


async def _correct_industries(stage: Stage) -> None:
    rows = await stage.connection.fetch(
        "SELECT DISTINCT industry FROM import_stage WHERE industry IS NOT NULL LIMIT 5000"
    )
    wrong = {row["industry"]: corrected(row["industry"]) for row in rows}
    wrong = {name: right for name, right in wrong.items() if name != right}
    if not wrong:
        return
    await stage.note("spelling", "s.industry = ANY($1)", "s.industry", list(wrong))
    await stage.run(
        "UPDATE import_stage s SET industry = w.meant FROM unnest($1::text[], $2::text[]) AS w(written, meant) "
        "WHERE s.industry = w.written",
        list(wrong),
        list(wrong.values()),
    )


async def _match(stage: Stage, settings: Settings) -> None:
    params = Params(settings.team)
    await stage.run(_KNOWN.format(sees=sees_customer(settings.by, params, "c")), *params.values)
    await stage.run(_NAMESAKES)
    texts = ", ".join(f"s.{name}" for name in _TEXTS)
    await stage.run(_ROWS.format(changes=changes(_COLUMNS), texts=texts))
    await leave_out_rows(stage, "deleted_customer", "i.deleted")
    await leave_out_rows(stage, "several_customers", "i.found > 1")
    await leave_out_rows(stage, "repeated_key", later_of("known"))
    await _leave_out_owners(stage, settings)
    await leave_out_rows(stage, "taken_key", _TAKEN)
    await leave_out_rows(stage, "taken_key", later_of("known_key", "coalesce(team, known_team)"))


# A key names one customer of a team, so whoever has it there already keeps another one out.
_TAKEN = """i.team IS DISTINCT FROM i.known_team AND EXISTS (
    SELECT FROM customer c WHERE c.external_key = i.known_key AND c.team = i.team AND c.id <> i.known)"""

_GIVEN_AWAY = """CASE WHEN i.known IS NULL THEN i.owner <> $1
    ELSE i.owner IS NOT NULL AND i.owner IS DISTINCT FROM i.known_owner
         OR i.team IS NOT NULL AND i.team IS DISTINCT FROM i.known_team END"""


async def _leave_out_owners(stage: Stage, settings: Settings) -> None:
    """What the form refuses: an owner who cannot own, and a customer given away by who may not assign."""
    stays = "coalesce(i.known_owner = ANY(i.barred), FALSE)"
    await leave_out_rows(stage, "no_owner", f"cardinality(i.barred) > 0 AND NOT {stays}", "owner_name")
    if not settings.by.may("assign_customers"):
        told = "coalesce(owner_name, team_name)"
        await leave_out_rows(stage, "refused_owner", _GIVEN_AWAY, told, settings.by.id)


async def _write(stage: Stage, settings: Settings) -> None:
    await stage.run(
        "CREATE TEMP TABLE import_newcomer ON COMMIT DROP AS "
        "SELECT new_id() AS id, i.* FROM import_row i WHERE known IS NULL"
    )
    new = await newcomers.begin(stage, settings, _COLUMNS)
    await stage.run(_HISTORY, settings.now, settings.by.id)
    changed = await update_changed(
        stage,
        "customer",
        dict.fromkeys(_COLUMNS, ""),
        ", updated_at = $1, revision = t.revision + 1",
        settings.now,
    )
    await rows.keep_where(CUSTOMER, _CHANGED)
    known = await stage.connection.fetchval("SELECT count(*) FROM import_row WHERE known IS NOT NULL")
    stage.count("customers", new=new, changed=changed, unchanged=known - changed)
    await stage.run(
        "INSERT INTO import_touched SELECT id FROM import_newcomer "
        "UNION SELECT known FROM import_row WHERE known IS NOT NULL AND changes <> '{}'"
    )
