"""Opportunities, known by their key or, where the file has none, by their customer and name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from kam.database.sql import Params
from kam.importing.customer_keys import find_customers, leave_out_nameless
from kam.importing.guarded import begin_guarded
from kam.importing.people_named import find_owners
from kam.importing.settings import Settings
from kam.importing.staging import Progress, Stage
from kam.importing.stepping import step_rows
from kam.importing.upserting import changes, later_of, leave_out_repeated, leave_out_rows, update_changed
from kam.people.visibility import sees_customer
from kam.records import beginning, rows
from kam.sales.kind import OPPORTUNITY
from kam.workflow.definition import LOST, WON
from kam.workflow.registry import current

# What files call our stages, besides the names and titles of the states.
STAGE_NAMES = {
    "prospect": "prospecting", "lead": "prospecting", "new": "prospecting", "qualification": "prospecting",
    "线索": "prospecting", "線索": "prospecting", "潜在": "prospecting", "潛在": "prospecting",
    "engaged": "engaging", "contacted": "engaging", "discovery": "engaging", "接触": "engaging", "接觸": "engaging",
    "proposal": "proposing", "quoted": "proposing", "quotation": "proposing", "报价": "proposing", "報價": "proposing",
    "negotiation": "negotiating", "谈判": "negotiating", "談判": "negotiating",
    "closed won": "won", "赢单": "won", "贏單": "won", "成交": "won",
    "closed lost": "lost", "输单": "lost", "輸單": "lost", "丢单": "lost", "丟單": "lost",
}  # fmt: skip

_COLUMNS = (
    "name", "product", "amount", "currency", "probability", "engaged_on", "expected_on", "closed_on",
    "lost_reason", "owner", "notes",
)  # fmt: skip

_PLAIN = "regexp_replace(lower({name}), '[[:space:][:punct:]]', '', 'g')"

_PRODUCTS = f"""
CREATE TEMP TABLE import_product ON COMMIT DROP AS
SELECT s.product AS named, e.id IS NOT NULL AS exact, coalesce(e.id, l.id) AS product
FROM (SELECT DISTINCT product FROM import_stage WHERE product IS NOT NULL) s
LEFT JOIN LATERAL (SELECT id FROM product p WHERE p.deleted_at IS NULL AND (p.code = s.product OR p.name = s.product)
                   ORDER BY p.code = s.product DESC, id LIMIT 1) e ON TRUE
LEFT JOIN LATERAL (SELECT id FROM product p
                   WHERE p.deleted_at IS NULL AND {_PLAIN.format(name="p.name")} = {_PLAIN.format(name="s.product")}
                   ORDER BY id LIMIT 1) l ON e.id IS NULL
"""

_ROWS = """
CREATE TEMP TABLE import_row ON COMMIT DROP AS
SELECT i.*, t.id AS known, t.deleted_at IS NOT NULL AS deleted, t.state AS stood,
       CASE WHEN t.id IS NULL THEN '{{}}'::jsonb ELSE {changes} END AS changes
FROM (
    SELECT s.line, left(coalesce(s.key, c.customer || ' ' || s.name), 120) AS key, c.customer,
           coalesce(s.name, s.product, s.key) AS name, p.product,
           g.stage AS state, round(s.amount, 2) AS amount, s.currency,
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

_COMING = "SELECT id, line, name AS called FROM import_row WHERE known IS NULL"

# History that comes by file begins where it stands.
_NEW = """
SELECT id, key AS external_key, customer, name, product, coalesce(state, $3) AS state, amount,
       coalesce(currency, $4) AS currency, probability, engaged_on, expected_on,
       CASE WHEN state = ANY($5) THEN coalesce(closed_on, $6::date) END AS closed_on,
       coalesce(lost_reason, '') AS lost_reason, coalesce(owner, $7) AS owner, coalesce(notes, '') AS notes
FROM import_row WHERE known IS NULL
"""

_HISTORY = """
INSERT INTO record_change (id, record_kind, record, customer, event, changes, by, at)
SELECT new_id(), $3, known, customer, 'changed', changes, $2, $1
FROM import_row WHERE known IS NOT NULL AND changes <> '{}'
"""
_CHANGED = "t.id IN (SELECT known FROM import_row WHERE changes <> '{}')"


async def import_opportunities(stage: Stage, settings: Settings, progress: Progress) -> None:
    await leave_out_nameless(stage)
    await leave_out_repeated(stage, "s.key")
    await stage.leave_out("no_name", "s.key IS NULL AND s.name IS NULL")
    await stage.leave_out(
        "unknown_stage", "s.stage IS NOT NULL AND NOT lower(s.stage) = ANY($1)", "s.stage", list(state_names())
    )
    await find_customers(stage, settings)
    await find_owners(stage)
    past = "SELECT name FROM import_owner WHERE cardinality(barred) > 0"
    await stage.note("past_owner", f"s.owner IN ({past})", "s.owner")
    states = state_names()
    lost = [name for name, state in states.items() if state in _states(LOST)]
    await stage.note("no_reason", "lower(s.stage) = ANY($1) AND s.lost_reason IS NULL", "s.name", lost)
    await _find_products(stage)
    await progress(-1, "matching")
    await _match(stage, settings)
    await progress(-1, "writing")
    await _write(stage, settings)


def state_names() -> Mapping[str, str]:
    """What a file may call a state: by its name, its titles, and what other programs say where we have it too."""
    states = current().definition(OPPORTUNITY.workflow).states
    named = {one: state.name for state in states.values() for one in (state.name, *state.title.values())}
    others = {said: name for said, name in STAGE_NAMES.items() if name in states}
    return others | {said.lower(): name for said, name in named.items()}


def _states(*meanings: str) -> list[str]:
    return list(current().definition(OPPORTUNITY.workflow).meaning(*meanings))


def _fields(row: Mapping[str, Any]) -> dict[str, Any]:
    """Of the step that decides one."""
    day = row["closed_on"]
    return {"lost_reason": row["lost_reason"] or "", "closed_on": day.isoformat() if day else ""}


async def _find_products(stage: Stage) -> None:
    await stage.run(_PRODUCTS)
    similar = "SELECT named FROM import_product WHERE product IS NOT NULL AND NOT exact"
    await stage.note("similar_product", f"s.product IN ({similar})", "s.product")
    await stage.note(
        "unknown_product", "s.product IN (SELECT named FROM import_product WHERE product IS NULL)", "s.product"
    )


async def _match(stage: Stage, settings: Settings) -> None:
    names = state_names()
    await stage.run(_ROWS.format(changes=changes(_COLUMNS)), list(names), list(names.values()))
    await stage.run("ALTER TABLE import_row ADD COLUMN id uuid")
    await stage.run("UPDATE import_row SET id = new_id()")
    await leave_out_rows(stage, "deleted_record", "i.deleted", "name")
    params = Params()
    others = _OTHERS.format(sees=sees_customer(settings.by, params, "c"))
    await leave_out_rows(stage, "other_customer", others, "name", *params.values)
    await leave_out_rows(stage, "repeated_key", later_of("key"), "name")


async def _begin(settings: Settings) -> int:
    by, now = settings.by, settings.now
    first = current().definition(OPPORTUNITY.workflow).initial
    usual = (first, settings.currency, _states(WON, LOST), by.today(now), settings.owner)
    return await beginning.begin_set(OPPORTUNITY, _NEW, *usual, by=by, now=now, besides=("external_key",))


async def _write(stage: Stage, settings: Settings) -> None:
    by, now = settings.by, settings.now
    new = await begin_guarded(stage, OPPORTUNITY, _COMING, partial(_begin, settings), settings, rows="import_row")
    changed = await step_rows(stage, OPPORTUNITY, _fields, settings)
    await stage.run(_HISTORY, now, by.id, OPPORTUNITY.name)
    changed += await update_changed(
        stage, OPPORTUNITY.sql_table, dict.fromkeys(_COLUMNS, ""), ", updated_at = $1, revision = t.revision + 1", now
    )
    await rows.keep_where(OPPORTUNITY, _CHANGED)
    total = await stage.connection.fetchval("SELECT count(*) FROM import_row")
    stage.count("opportunities", new=new, changed=changed, unchanged=total - new - changed)
    await stage.run(
        "INSERT INTO import_touched SELECT DISTINCT customer FROM import_row WHERE known IS NULL OR changes <> '{}'"
    )
