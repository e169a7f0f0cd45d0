"""Products, known by their code or, where the file has none, by their name."""

from __future__ import annotations

from kam.importing.settings import Settings
from kam.importing.staging import Progress, Stage
from kam.importing.upserting import changes, leave_out_repeated, update_changed
from kam.records import beginning, recording, rows
from kam.sales.kind import PRODUCT

_COLUMNS = ("name", "name_zh", "family", "unit", "list_price", "cost", "currency")

_ROWS = """
CREATE TEMP TABLE import_row ON COMMIT DROP AS
SELECT new_id() AS id, i.*, t.id AS known, CASE WHEN t.id IS NULL THEN '{{}}'::jsonb ELSE {changes} END AS changes
FROM (SELECT line, left(coalesce(code, name), 60) AS code, name, name_zh, family, unit,
             round(list_price, 4) AS list_price, round(cost, 4) AS cost, currency FROM import_stage) i
LEFT JOIN product t ON t.code = i.code AND t.deleted_at IS NULL
"""

_NEW = """
SELECT id, code, name, coalesce(name_zh, '') AS name_zh, coalesce(family, '') AS family, coalesce(unit, '') AS unit,
       list_price, cost, coalesce(currency, $3) AS currency, TRUE AS active
FROM import_row WHERE known IS NULL
"""

_HISTORY = f"""
INSERT INTO record_change (id, record_kind, record, event, changes, by, at)
SELECT new_id(), $3, known, '{recording.CHANGED}', changes, $2, $1 FROM import_row WHERE changes <> '{{}}'
"""
_CHANGED = "t.id IN (SELECT known FROM import_row WHERE changes <> '{}')"


async def import_products(stage: Stage, settings: Settings, progress: Progress) -> None:
    by, now = settings.by, settings.now
    await leave_out_repeated(stage, "left(coalesce(s.code, s.name), 60)")
    await stage.run(_ROWS.format(changes=changes(_COLUMNS)))
    await progress(-1, "writing")
    new = await beginning.begin_set(PRODUCT, _NEW, settings.currency, by=by, now=now)
    await stage.run(_HISTORY, now, by.id, PRODUCT.name)
    changed = await update_changed(
        stage, PRODUCT.sql_table, dict.fromkeys(_COLUMNS, ""), ", updated_at = $1, revision = t.revision + 1", now
    )
    await rows.keep_where(PRODUCT, _CHANGED)
    total = await stage.connection.fetchval("SELECT count(*) FROM import_row")
    stage.count("products", new=new, changed=changed, unchanged=total - new - changed)
