"""The lines of the orders of a file, with their products, prices and customers, before they become orders."""

from __future__ import annotations

from kam.importing.channels import OTHER, channel_names
from kam.importing.charges import CHARGES
from kam.importing.settings import Settings
from kam.importing.staging import Stage
from kam.records import beginning
from kam.records.rules import LARGEST_AMOUNT, WITHOUT_CENTS
from kam.sales.kind import PRODUCT

_NEW_PRODUCTS = """
SELECT new_id() AS id, p.code, p.name, '' AS name_zh, p.family, p.unit, NULL::numeric AS list_price,
       NULL::numeric AS cost, $3 AS currency, TRUE AS active FROM (
    SELECT DISTINCT ON (product) product AS code, coalesce(description, product) AS name,
           coalesce(family, '') AS family, coalesce(unit, '') AS unit
    FROM import_stage WHERE product IS NOT NULL AND NOT upper(product) = ANY($4)
    ORDER BY product, description IS NULL, unit IS NULL, line) p
WHERE NOT EXISTS (SELECT FROM product known WHERE known.code = p.code AND known.deleted_at IS NULL)
"""

_LINES = """
CREATE TEMP TABLE import_line ON COMMIT DROP AS
SELECT s.line, s.number, i.customer, i.key, s.ordered_on, p.id AS product,
       coalesce(s.description, CASE WHEN p.id IS NULL THEN s.product END, '') AS description,
       round(q.quantity, 4) AS quantity,
       round(coalesce(s.unit_price, s.amount / nullif(q.quantity, 0), 0), 4) AS unit_price,
       round(coalesce(s.unit_cost, (s.amount - s.profit) / nullif(q.quantity, 0), p.cost), 4) AS unit_cost,
       round(coalesce(s.amount, q.quantity * s.unit_price), {cents}) AS amount, s.currency,
       CASE WHEN s.channel IS NOT NULL THEN coalesce(g.channel, $3) END AS channel,
       coalesce(s.unit, p.unit, '') AS unit
FROM import_stage s
JOIN import_customer i ON i.key = coalesce(s.customer, s.customer_name)
LEFT JOIN product p ON p.code = s.product AND p.deleted_at IS NULL
LEFT JOIN unnest($1::text[], $2::text[]) AS g(named, channel) ON g.named = lower(s.channel)
CROSS JOIN LATERAL (SELECT coalesce(s.quantity, 1) AS quantity) q
"""

# What can be told by the cells alone is told before; a quotient or a sum may still be more than is kept.
_TOO_LARGE = "greatest(abs(l.unit_price), abs(l.unit_cost), abs(l.amount), abs(l.quantity * l.unit_cost)) >= $1"


async def read_lines(stage: Stage, settings: Settings) -> None:
    """Fills `import_line`, and brings in the products that only the file knows."""
    by, now = settings.by, settings.now
    given = (settings.currency, list(CHARGES))
    stage.count("products", new=await beginning.begin_set(PRODUCT, _NEW_PRODUCTS, *given, by=by, now=now))
    names = channel_names()
    cents = cents_of("coalesce(s.currency, $4)")
    await stage.run(_LINES.format(cents=cents), list(names), list(names.values()), OTHER, settings.currency)
    await _leave_out_too_large(stage)
    await _keep_one_customer_each(stage)


def cents_of(currency: str) -> str:
    """SQL of the decimals that amounts in `currency`, which is SQL too, have."""
    without = ", ".join(f"'{code}'" for code in sorted(WITHOUT_CENTS))
    return f"CASE WHEN {currency} IN ({without}) THEN 0 ELSE 2 END"


async def _leave_out_too_large(stage: Stage) -> None:
    await stage.run(
        f"WITH gone AS (DELETE FROM import_line l WHERE {_TOO_LARGE} RETURNING l.line, l.number) "
        "INSERT INTO import_finding SELECT line, 'too_large', number FROM gone",
        LARGEST_AMOUNT,
    )


async def _keep_one_customer_each(stage: Stage) -> None:
    """An order is its first line's customer's; lines that name another cannot be right."""
    await stage.run(
        "WITH gone AS (DELETE FROM import_line l USING ("
        "SELECT number, (array_agg(customer ORDER BY line))[1] AS customer FROM import_line GROUP BY number "
        "HAVING count(DISTINCT customer) > 1) o "
        "WHERE l.number = o.number AND l.customer <> o.customer RETURNING l.line, l.number) "
        "INSERT INTO import_finding SELECT line, 'other_customer', number FROM gone"
    )
