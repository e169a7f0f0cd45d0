"""Orders with their lines, upserted as sets: an order is known by its number and source, its lines are one set.

What changed is told by comparing sums of hashes over the lines, so nothing unchanged is written again.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from kam.database.sql import Params
from kam.importing.channels import channel_names
from kam.importing.charges import CHARGES
from kam.importing.customer_keys import find_customers, leave_out_nameless
from kam.importing.guarded import begin_guarded
from kam.importing.lines import cents_of, read_lines
from kam.importing.settings import Settings
from kam.importing.staging import Progress, Stage
from kam.orders.kind import ORDER
from kam.orders.returning import DELIVERED, RETURNED, state_of_past
from kam.people.visibility import sees_customer
from kam.records import beginning
from kam.records.rules import LARGEST_AMOUNT

# A cancelled invoice repeats the goods with negative quantities, so the sum decides what is a return.
_ROWS = """
CREATE TEMP TABLE import_row ON COMMIT DROP AS
SELECT new_id() AS id, n.*, o.id AS known, o.deleted_at IS NOT NULL AS deleted, o.ordered_on AS known_on,
       o.total AS known_total, o.currency AS known_currency
FROM (
    SELECT l.number, $1 || l.number AS external_key, (array_agg(l.customer ORDER BY l.line))[1] AS customer,
           min(l.line) AS line, min(l.ordered_on) AS ordered_on, sum(l.amount) AS total,
           CASE WHEN bool_and(l.unit_cost IS NOT NULL OR l.product IS NULL) AND bool_or(l.unit_cost IS NOT NULL)
           THEN round(sum(l.quantity * l.unit_cost), {cents}) END AS cost, coalesce(min(l.currency), $2) AS currency,
           coalesce(min(l.channel), '') AS channel, bool_and(l.quantity < 0) AS is_return,
           {print} AS fingerprint, FALSE AS is_changed
    FROM import_line l GROUP BY l.number) n
LEFT JOIN sales_order o ON o.external_key = n.external_key AND o.customer = n.customer
"""

# Another customer's, as far as the importer sees that customer: what is not seen is as good as not there.
_OTHERS = """o.known IS NULL AND EXISTS (
    SELECT FROM sales_order e JOIN customer c ON c.id = e.customer WHERE e.external_key = o.external_key AND {sees})"""

_TOTAL_TOO_LARGE = "greatest(abs(o.total), abs(o.cost)) >= $1"

# A file that says nothing of units changes none.
_PRINT = "sum(hash_record_extended(ROW(l.product, l.description::text, l.quantity, l.unit_price, l.amount{unit}), 0))"

_CHANGED = """
UPDATE import_row o SET is_changed = TRUE
FROM (SELECT l.sales_order, {print} AS fingerprint FROM sales_order_line l
      WHERE l.sales_order IN (SELECT known FROM import_row) GROUP BY l.sales_order) k
WHERE k.sales_order = o.known AND (k.fingerprint IS DISTINCT FROM o.fingerprint OR o.ordered_on <> o.known_on
      OR o.total <> o.known_total OR o.currency <> o.known_currency)
"""

_COMING = "SELECT id, line, number AS called FROM import_row WHERE known IS NULL"

# What comes by file is history: it was delivered, or came back.
_NEW = """
SELECT id, number, external_key, customer, ordered_on, CASE WHEN is_return THEN $3 ELSE $4 END AS state, channel,
       currency, total, cost, '' AS notes
FROM import_row WHERE known IS NULL
"""

_UPDATE = """
UPDATE sales_order o SET ordered_on = i.ordered_on, currency = i.currency, total = i.total, cost = i.cost,
       updated_at = $1, revision = o.revision + 1
FROM import_row i WHERE i.known = o.id AND i.is_changed
"""

_INSERT_LINES = """
INSERT INTO sales_order_line (id, sales_order, position, product, description, quantity, unit_price, unit_cost, amount,
                              unit)
SELECT new_id(), coalesce(o.known, o.id), row_number() OVER (PARTITION BY l.number ORDER BY l.line), l.product,
       l.description, l.quantity, l.unit_price, l.unit_cost, l.amount, l.unit
FROM import_line l JOIN import_row o ON o.number = l.number WHERE o.known IS NULL OR o.is_changed
"""

_HISTORY = """
INSERT INTO record_change (id, record_kind, record, customer, event, changes, by, at)
SELECT new_id(), $3, known, customer, 'changed',
       jsonb_build_object('total', jsonb_build_array(known_total::text, total::text)), $2, $1
FROM import_row WHERE is_changed
"""


async def import_orders(stage: Stage, settings: Settings, progress: Progress) -> None:
    await leave_out_nameless(stage)
    await stage.leave_out("no_amount", "s.amount IS NULL AND s.unit_price IS NULL", "s.number")
    await _leave_out_copies(stage, settings)
    await find_customers(stage, settings)
    await _note_oddities(stage)
    await progress(-1, "matching")
    await read_lines(stage, settings)
    await _match_orders(stage, settings)
    await progress(-1, "writing")
    await _write(stage, settings)


async def _leave_out_copies(stage: Stage, settings: Settings) -> None:
    if settings.keep_duplicates:
        return
    await stage.leave_out(
        "duplicate",
        "s.line IN (SELECT line FROM (SELECT line, row_number() OVER (PARTITION BY fingerprint ORDER BY line) AS nth "
        "FROM import_stage "
        "WHERE fingerprint IN (SELECT fingerprint FROM import_stage GROUP BY 1 HAVING count(*) > 1)) t "
        "WHERE nth > 1)",
    )


async def _note_oddities(stage: Stage) -> None:
    await stage.note("return", "s.quantity < 0", "s.number")
    await stage.note("charge", "upper(s.product) = ANY($1)", "s.product", list(CHARGES))
    await stage.note("free", "s.unit_price = 0 OR (s.unit_price IS NULL AND s.amount = 0)", "s.product")
    await stage.note(
        "unknown_channel", "s.channel IS NOT NULL AND lower(s.channel) <> ALL($1)", "s.channel", list(channel_names())
    )
    if "description" in stage.mapped:
        await stage.note("no_description", "s.description IS NULL", "s.product")


async def _match_orders(stage: Stage, settings: Settings) -> None:
    prefix = f"{settings.source}:" if settings.source else ""
    fingerprint = _PRINT.format(unit=", l.unit::text" if "unit" in stage.mapped else "")
    cents = cents_of("coalesce(min(l.currency), $2)")
    await stage.run(_ROWS.format(print=fingerprint, cents=cents), prefix, settings.currency)
    await _leave_out_orders(stage, "deleted_record", "o.deleted")
    params = Params()
    others = _OTHERS.format(sees=sees_customer(settings.by, params, "c"))
    await _leave_out_orders(stage, "other_customer", others, *params.values)
    await _leave_out_orders(stage, "too_large", _TOTAL_TOO_LARGE, LARGEST_AMOUNT)
    await stage.run(_CHANGED.format(print=fingerprint))


async def _leave_out_orders(stage: Stage, kind: str, condition: str, *args: Any) -> None:
    await stage.run(
        f"WITH gone AS (DELETE FROM import_row o WHERE {condition} RETURNING o.number), "
        "lines AS (DELETE FROM import_line l USING gone WHERE l.number = gone.number RETURNING l.line, l.number) "
        f"INSERT INTO import_finding SELECT line, '{kind}', number FROM lines",
        *args,
    )


async def _begin(settings: Settings) -> int:
    states = (state_of_past(RETURNED), state_of_past(DELIVERED))
    return await beginning.begin_set(ORDER, _NEW, *states, by=settings.by, now=settings.now, besides=("external_key",))


async def _write(stage: Stage, settings: Settings) -> None:
    by, now = settings.by.id, settings.now
    new = await begin_guarded(stage, ORDER, _COMING, partial(_begin, settings), settings, rows="import_row")
    changed = await stage.run(_UPDATE, now)
    await stage.run("DELETE FROM sales_order_line l USING import_row o WHERE l.sales_order = o.known AND o.is_changed")
    lines = await stage.run(_INSERT_LINES)
    await stage.run(_HISTORY, now, by, ORDER.name)
    await stage.run(
        "INSERT INTO import_touched SELECT DISTINCT customer FROM import_row WHERE known IS NULL OR is_changed"
    )
    total = await stage.connection.fetchval("SELECT count(*) FROM import_row")
    stage.count("orders", new=new, changed=changed, unchanged=total - new - changed)
    stage.count("lines", new=lines)
