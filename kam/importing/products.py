"""Products, known by their code or, where the file has none, by their name."""

from __future__ import annotations

from kam.importing.settings import Settings
from kam.importing.staging import Progress, Stage
from kam.importing.upserting import changes, leave_out_repeated, update_changed

_COLUMNS = ("name", "name_zh", "family", "unit", "list_price", "cost", "currency")

_ROWS = """
CREATE TEMP TABLE import_row ON COMMIT DROP AS
SELECT i.*, t.id AS known, CASE WHEN t.id IS NULL THEN '{{}}'::jsonb ELSE {changes} END AS changes
FROM (SELECT line, left(coalesce(code, name), 60) AS code, name, name_zh, family, unit,
             round(list_price, 4) AS list_price, round(cost, 4) AS cost, currency FROM import_stage) i
LEFT JOIN product t ON t.code = i.code
"""

_INSERT = """
INSERT INTO product (id, code, name, name_zh, family, unit, list_price, cost, currency, active)
SELECT new_id(), code, name, coalesce(name_zh, ''), coalesce(family, ''), coalesce(unit, ''), list_price, cost,
       coalesce(currency, $1), TRUE
FROM import_row WHERE known IS NULL
"""


async def import_products(stage: Stage, settings: Settings, progress: Progress) -> None:
    await leave_out_repeated(stage, "left(coalesce(s.code, s.name), 60)")
    await stage.run(_ROWS.format(changes=changes(_COLUMNS)))
    await progress(-1, "writing")
    new = await stage.run(_INSERT, settings.currency)
    changed = await update_changed(stage, "product", dict.fromkeys(_COLUMNS, ""), "")
    total = await stage.connection.fetchval("SELECT count(*) FROM import_row")
    stage.count("products", new=new, changed=changed, unchanged=total - new - changed)
