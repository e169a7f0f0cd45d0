"""Parent companies that a file names; never one that would stand below itself."""

from __future__ import annotations

from uuid import UUID

from kam.customers.parents import hold_tree as hold
from kam.database.sql import Params
from kam.importing.settings import Settings
from kam.importing.staging import Stage
from kam.people.visibility import sees_customer
from kam.trees import circles

# The parent may stand in the same file or be a customer already; it is named by key, code or name.
_PARENTS = """
CREATE TEMP TABLE import_parent ON COMMIT DROP AS
SELECT i.line, i.parent AS named, coalesce(i.known, n.id) AS child, (
    SELECT c.id FROM customer c WHERE (c.external_key = i.parent OR c.code = i.parent OR c.name = i.parent)
    AND c.deleted_at IS NULL AND {sees}
    ORDER BY c.external_key = i.parent DESC NULLS LAST, c.id LIMIT 1) AS parent
FROM import_row i LEFT JOIN import_newcomer n ON n.line = i.line WHERE i.parent IS NOT NULL
"""

_ABOVE = """
WITH RECURSIVE above AS (
    SELECT id, parent FROM customer
    WHERE id IN (SELECT child FROM import_parent UNION SELECT parent FROM import_parent)
    UNION SELECT customer.id, customer.parent FROM customer JOIN above ON customer.id = above.parent
) SELECT id, parent FROM above
"""

_LEFT_OUT = """
WITH gone AS (DELETE FROM import_parent WHERE line = ANY($1) RETURNING line, named)
INSERT INTO import_finding SELECT line, 'circle', named FROM gone
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


async def hold_tree(stage: Stage) -> None:
    """Before any customer is held, as everybody does who changes the tree."""
    if "parent" in stage.mapped:
        await hold()


async def set_parents(stage: Stage, settings: Settings) -> None:
    params = Params()
    await stage.run(_PARENTS.format(sees=sees_customer(settings.by, params, "c")), *params.values)
    await stage.run(
        "INSERT INTO import_finding SELECT line, 'unknown_parent', named FROM import_parent WHERE parent IS NULL"
    )
    await stage.run(_LEFT_OUT, await _closing(stage))
    moved = await stage.connection.fetchval(_MOVED, settings.now, settings.by.id)
    counts = stage.counts["customers"]
    stage.count("customers", changed=counts["changed"] + moved, unchanged=counts["unchanged"] - moved)


async def _closing(stage: Stage) -> list[int]:
    """The lines that would close a circle: of each the last one, as if the lines were taken one after the other."""
    rows = await stage.connection.fetch("SELECT line, child, parent FROM import_parent WHERE parent IS NOT NULL")
    stands = {row["id"]: row["parent"] for row in await stage.connection.fetch(_ABOVE)}
    lines: dict[UUID, int] = {row["child"]: row["line"] for row in rows}
    over = stands | {row["child"]: row["parent"] for row in rows}
    closing: list[int] = []
    while last := [max(named) for circle in circles(over) if (named := [(lines[o], o) for o in circle if o in lines])]:
        for line, child in last:
            closing.append(line)
            over[child] = stands.get(child)
            del lines[child]
    return closing
