"""Opportunities, known by their key or, where the file has none, by their customer and name."""

from __future__ import annotations

from kam.database.sql import Params
from kam.importing.customer_keys import find_customers, leave_out_nameless
from kam.importing.people_named import find_owners
from kam.importing.settings import Settings
from kam.importing.staging import Progress, Stage
from kam.importing.upserting import changes, later_of, leave_out_repeated, leave_out_rows, update_changed
from kam.people.visibility import sees_customer
from kam.sales.terms import CLOSED_STAGES, LOST, PROSPECTING, STAGES

# What files call our stages, besides our own keys and titles.
STAGE_NAMES = {
    "prospect": "prospecting", "lead": "prospecting", "new": "prospecting", "qualification": "prospecting",
    "线索": "prospecting", "線索": "prospecting", "潜在": "prospecting", "潛在": "prospecting",
    "engaged": "engaging", "contacted": "engaging", "discovery": "engaging", "接触": "engaging", "接觸": "engaging",
    "proposal": "proposing", "quoted": "proposing", "quotation": "proposing", "报价": "proposing", "報價": "proposing",
    "negotiation": "negotiating", "谈判": "negotiating", "談判": "negotiating",
    "closed won": "won", "赢单": "won", "贏單": "won", "成交": "won",
    "closed lost": "lost", "输单": "lost", "輸單": "lost", "丢单": "lost", "丟單": "lost",
    **{key: key for key in STAGES},
}  # fmt: skip

_COLUMNS = (
    "name", "product", "stage", "amount", "currency", "probability", "engaged_on", "expected_on", "closed_on",
    "lost_reason", "owner", "notes",
)  # fmt: skip

_PLAIN = "regexp_replace(lower({name}), '[[:space:][:punct:]]', '', 'g')"

_PRODUCTS = f"""
CREATE TEMP TABLE import_product ON COMMIT DROP AS
SELECT s.product AS named, e.id IS NOT NULL AS exact, coalesce(e.id, l.id) AS product
FROM (SELECT DISTINCT product FROM import_stage WHERE product IS NOT NULL) s
LEFT JOIN LATERAL (SELECT id FROM product p WHERE p.code = s.product OR p.name = s.product
                   ORDER BY p.code = s.product DESC, id LIMIT 1) e ON TRUE
LEFT JOIN LATERAL (SELECT id FROM product p WHERE {_PLAIN.format(name="p.name")} = {_PLAIN.format(name="s.product")}
                   ORDER BY id LIMIT 1) l ON e.id IS NULL
"""

_ROWS = """
CREATE TEMP TABLE import_row ON COMMIT DROP AS
SELECT i.*, t.id AS known, t.deleted_at IS NOT NULL AS deleted,
       CASE WHEN t.id IS NULL THEN '{{}}'::jsonb ELSE {changes} END AS changes
FROM (
    SELECT s.line, left(coalesce(s.key, c.customer || ' ' || s.name), 120) AS key, c.customer,
           coalesce(s.name, s.product, s.key) AS name, p.product,
           CASE WHEN s.stage IS NOT NULL THEN g.stage END AS stage, round(s.amount, 2) AS amount, s.currency,
           s.probability, s.engaged_on, s.expected_on, s.closed_on, s.lost_reason, o.person AS owner,
           nullif(concat_ws(E'\\n', s.notes, CASE WHEN p.product IS NULL THEN s.product END,
                            CASE WHEN o.person IS NULL THEN s.owner END), '') AS notes
    FROM import_stage s
    JOIN import_customer c ON c.key = coalesce(s.customer, s.customer_name)
    LEFT JOIN import_product p ON p.named = s.product
    LEFT JOIN import_owner o ON o.name = s.owner
    LEFT JOIN unnest($1::text[], $2::text[]) AS g(named, stage) ON g.named = lower(s.stage)) i
LEFT JOIN opportunity t ON t.external_key = i.key AND t.customer = i.customer
"""

# Another customer's, as far as the importer sees that customer: what is not seen is as good as not there.
_OTHERS = """i.known IS NULL AND EXISTS (
    SELECT FROM opportunity e JOIN customer c ON c.id = e.customer WHERE e.external_key = i.key AND {sees})"""

_INSERT = """
INSERT INTO opportunity (id, external_key, customer, name, product, stage, amount, currency, probability, engaged_on,
                         expected_on, closed_on, lost_reason, owner, notes, created_at, created_by, updated_at,
                         revision)
SELECT id, key, customer, name, product, coalesce(stage, $1), amount, coalesce(currency, $2), probability, engaged_on,
       expected_on, CASE WHEN stage = ANY($3) THEN coalesce(closed_on, $7::date) END,
       coalesce(lost_reason, ''), coalesce(owner, $5), coalesce(notes, ''), $4, $6, $4, 1
FROM import_row WHERE known IS NULL
"""

_HISTORY = """
INSERT INTO record_change (id, record_kind, record, customer, event, changes, by, at)
SELECT new_id(), 'opportunity', coalesce(known, id), customer,
       CASE WHEN known IS NULL THEN 'created' ELSE 'changed' END, changes, $2, $1
FROM import_row WHERE known IS NULL OR changes <> '{}'
"""


async def import_opportunities(stage: Stage, settings: Settings, progress: Progress) -> None:
    await leave_out_nameless(stage)
    await leave_out_repeated(stage, "s.key")
    await stage.leave_out("no_name", "s.key IS NULL AND s.name IS NULL")
    await stage.leave_out(
        "unknown_stage", "s.stage IS NOT NULL AND NOT lower(s.stage) = ANY($1)", "s.stage", list(STAGE_NAMES)
    )
    await find_customers(stage, settings)
    await find_owners(stage)
    past = "SELECT name FROM import_owner WHERE cardinality(barred) > 0"
    await stage.note("past_owner", f"s.owner IN ({past})", "s.owner")
    lost = [name for name, stands in STAGE_NAMES.items() if stands == LOST]
    await stage.note("no_reason", "lower(s.stage) = ANY($1) AND s.lost_reason IS NULL", "s.name", lost)
    await _find_products(stage)
    await progress(-1, "matching")
    await _match(stage, settings)
    await progress(-1, "writing")
    await _write(stage, settings)


async def _find_products(stage: Stage) -> None:
    await stage.run(_PRODUCTS)
    similar = "SELECT named FROM import_product WHERE product IS NOT NULL AND NOT exact"
    await stage.note("similar_product", f"s.product IN ({similar})", "s.product")
    await stage.note(
        "unknown_product", "s.product IN (SELECT named FROM import_product WHERE product IS NULL)", "s.product"
    )


async def _match(stage: Stage, settings: Settings) -> None:
    await stage.run(_ROWS.format(changes=changes(_COLUMNS)), list(STAGE_NAMES), list(STAGE_NAMES.values()))
    await stage.run("ALTER TABLE import_row ADD COLUMN id uuid")
    await stage.run("UPDATE import_row SET id = new_id()")
    await leave_out_rows(stage, "deleted_record", "i.deleted", "name")
    params = Params()
    others = _OTHERS.format(sees=sees_customer(settings.by, params, "c"))
    await leave_out_rows(stage, "other_customer", others, "name", *params.values)
    await leave_out_rows(stage, "repeated_key", later_of("key"), "name")


async def _write(stage: Stage, settings: Settings) -> None:
    by, now = settings.by.id, settings.now
    new = await stage.run(
        _INSERT,
        PROSPECTING,
        settings.currency,
        list(CLOSED_STAGES),
        now,
        settings.owner,
        by,
        settings.by.today(now),
    )
    await stage.run(_HISTORY, now, by)
    changed = await update_changed(
        stage, "opportunity", dict.fromkeys(_COLUMNS, ""), ", updated_at = $1, revision = t.revision + 1", now
    )
    total = await stage.connection.fetchval("SELECT count(*) FROM import_row")
    stage.count("opportunities", new=new, changed=changed, unchanged=total - new - changed)
    await stage.run(
        "INSERT INTO import_touched SELECT DISTINCT customer FROM import_row WHERE known IS NULL OR changes <> '{}'"
    )
