"""Customers, known by their key in the other system or, where the file has none, by their name."""

from __future__ import annotations

from kam.database.sql import Params
from kam.importing import newcomers
from kam.importing.industries import corrected
from kam.importing.people_named import find_owners, find_teams
from kam.importing.settings import Settings
from kam.importing.staging import Progress, Stage
from kam.importing.upserting import changes, leave_out_repeated, update_changed
from kam.people.visibility import sees_customer

_TEXTS = (
    "name_zh", "industry", "country", "region", "city", "address", "website", "phone", "email", "source", "tax_number",
    "notes",
)  # fmt: skip
_COLUMNS = ("name", *_TEXTS, "employees", "currency", "credit_limit", "owner", "team")

_ROWS = """
CREATE TEMP TABLE import_row ON COMMIT DROP AS
SELECT i.*, t.id AS known, coalesce({sees}, FALSE) AS seen, t.deleted_at IS NOT NULL AS deleted,
       CASE WHEN t.id IS NULL THEN '{{}}'::jsonb ELSE {changes} END AS changes
FROM (SELECT s.line, coalesce(s.key, s.name) AS key, s.key AS own_key, s.name, {texts}, s.employees, s.currency,
             round(s.credit_limit, 2) AS credit_limit, o.person AS owner, m.team, s.parent
      FROM import_stage s LEFT JOIN import_owner o ON o.name = s.owner LEFT JOIN import_team m ON m.name = s.team) i
LEFT JOIN import_known k ON k.line = i.line
LEFT JOIN customer t ON t.id = k.customer
"""

_KNOWN = """
CREATE TEMP TABLE import_known ON COMMIT DROP AS
SELECT DISTINCT ON (line) line, customer FROM (
    SELECT s.line, c.id AS customer, 1 AS rank FROM import_stage s
    JOIN customer c ON c.external_key = left(coalesce(s.key, s.name), 120)
    UNION ALL
    SELECT s.line, c.id, 2 FROM import_stage s JOIN customer c ON c.code = coalesce(s.key, s.name)
    UNION ALL
    SELECT s.line, c.id, CASE WHEN {sees} THEN 3 ELSE 4 END FROM import_stage s JOIN customer c
    ON lower(c.name) = lower(s.name) AND (c.external_key IS NULL OR s.key IS NULL) AND c.deleted_at IS NULL
) found ORDER BY line, rank, customer
"""

# The parent may stand in the same file or be a customer already; it is named by key, code or name.
_PARENTS = """
CREATE TEMP TABLE import_parent ON COMMIT DROP AS
SELECT i.line, i.parent AS named, coalesce(i.known, n.id) AS child, (
    SELECT c.id FROM customer c WHERE (c.external_key = i.parent OR c.code = i.parent OR c.name = i.parent)
    AND c.deleted_at IS NULL AND {sees} AND c.id <> coalesce(i.known, n.id)
    ORDER BY c.external_key = i.parent DESC NULLS LAST, c.id LIMIT 1) AS parent
FROM import_row i LEFT JOIN import_newcomer n ON n.line = i.line WHERE i.parent IS NOT NULL
"""

# What a new customer begins with is no change. Answers how many customers changed in nothing but their parent.
_MOVED = """
WITH moved AS (
    SELECT c.id, c.parent AS old, p.parent AS new, i.known IS NOT NULL AS known, i.changes = '{}' AS nothing_else
    FROM import_parent p JOIN customer c ON c.id = p.child JOIN import_row i ON i.line = p.line
    WHERE p.parent IS NOT NULL AND c.parent IS DISTINCT FROM p.parent
), written AS (
    UPDATE customer c SET parent = m.new, updated_at = $1, revision = c.revision + m.known::int
    FROM moved m WHERE c.id = m.id
), recorded AS (
    INSERT INTO record_change (id, record_kind, record, customer, event, changes, by, at)
    SELECT new_id(), 'customer', id, id, 'changed', jsonb_build_object('parent', jsonb_build_array(old, new)), $2, $1
    FROM moved WHERE known
)
SELECT count(*) FROM moved WHERE known AND nothing_else
"""

_HISTORY = """
INSERT INTO record_change (id, record_kind, record, customer, event, changes, by, at)
SELECT new_id(), 'customer', known, known, 'changed', changes, $2, $1 FROM import_row
WHERE known IS NOT NULL AND changes <> '{}'
"""


async def import_customers(stage: Stage, settings: Settings, progress: Progress) -> None:
    await leave_out_repeated(stage, "left(coalesce(s.key, s.name), 120)")
    await _correct_industries(stage)
    await find_owners(stage)
    await find_teams(stage, settings)
    await progress(-1, "matching")
    await _match(stage, settings)
    await progress(-1, "writing")
    await _write(stage, settings)
    await _set_parents(stage, settings)


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
    params = Params()
    await stage.run(_KNOWN.format(sees=sees_customer(settings.by, params, "c")), *params.values)
    params = Params()
    sees = sees_customer(settings.by, params, "t")
    texts = ", ".join(f"s.{name}" for name in _TEXTS)
    await stage.run(_ROWS.format(sees=sees, changes=changes(_changeable(settings)), texts=texts), *params.values)
    await _leave_out(stage, "refused_customer", "i.known IS NOT NULL AND NOT i.seen")
    await _leave_out(stage, "deleted_customer", "i.deleted")


def _changeable(settings: Settings) -> tuple[str, ...]:
    """Who may not assign customers cannot give one away through a file either."""
    return (
        _COLUMNS
        if settings.by.may("assign_customers")
        else tuple(name for name in _COLUMNS if name not in ("owner", "team"))
    )


async def _leave_out(stage: Stage, kind: str, condition: str) -> None:
    await stage.run(
        f"WITH gone AS (DELETE FROM import_row i WHERE {condition} RETURNING i.line, i.key) "
        f"INSERT INTO import_finding SELECT line, '{kind}', key FROM gone"
    )


async def _write(stage: Stage, settings: Settings) -> None:
    await stage.run(
        "CREATE TEMP TABLE import_newcomer ON COMMIT DROP AS "
        "SELECT new_id() AS id, i.* FROM (SELECT *, left(key, 120) AS short_key FROM import_row WHERE known IS NULL) i"
    )
    await stage.run("UPDATE import_newcomer SET key = short_key")
    texts = {name: f"coalesce(n.{name}, '')" for name in _TEXTS}
    texts["source"] = "coalesce(n.source, 'import')"
    columns = texts | {name: f"n.{name}" for name in ("employees", "credit_limit", "currency", "owner", "team")}
    new = await newcomers.create(stage, settings, columns)
    await stage.run(_HISTORY, settings.now, settings.by.id)
    changed = await update_changed(
        stage,
        "customer",
        dict.fromkeys(_changeable(settings), ""),
        ", updated_at = $1, revision = t.revision + 1",
        settings.now,
    )
    total = await stage.connection.fetchval("SELECT count(*) FROM import_row")
    stage.count("customers", new=new, changed=changed, unchanged=total - new - changed)
    await stage.run(
        "INSERT INTO import_touched SELECT id FROM import_newcomer "
        "UNION SELECT known FROM import_row WHERE known IS NOT NULL AND changes <> '{}'"
    )


async def _set_parents(stage: Stage, settings: Settings) -> None:
    params = Params()
    await stage.run(_PARENTS.format(sees=sees_customer(settings.by, params, "c")), *params.values)
    await stage.run(
        "INSERT INTO import_finding SELECT line, 'unknown_parent', named FROM import_parent WHERE parent IS NULL"
    )
    moved = await stage.connection.fetchval(_MOVED, settings.now, settings.by.id)
    counts = stage.counts["customers"]
    stage.count("customers", changed=counts["changed"] + moved, unchanged=counts["unchanged"] - moved)
