"""Every order of every kind's list comes from an index, in both directions: nothing is sorted, nothing read whole."""

from __future__ import annotations

import json

import pytest

from kam.database.engine import DB
from kam.records import fields as f
from kam.records.pages.listing import list_of
from kam.records.pages.routing import SHARING
from tests.records.making import make
from tests.server import as_owner
from tests.statements import noting

SORTS = [
    (kind, sort, sign)
    for kind in SHARING
    for sort in ("added", *(one.name for one in kind.fields if one.indexed))
    for sign in ("", "-")
]  # fmt: skip
# With these away a plan sorts or reads all rows only where there is no other way.
_OTHER_WAYS = ("seqscan", "bitmapscan", "sort", "incremental_sort", "hashjoin", "mergejoin")
VARIED = {
    f.TEXT: "to_jsonb('Zebrafish ' || n)", f.DAY: "to_jsonb(date '2015-01-01' + n % 4000)",
    f.MONEY: "to_jsonb((n * 7919) % 100000)", f.WHOLE: "to_jsonb((n * 7919) % 1000)",
}  # fmt: skip


@pytest.mark.parametrize(("kind", "sort", "sign"), SORTS, ids=lambda value: getattr(value, "name", value))
async def test_each_order_has_its_index(client, cast, now, kind, sort, sign):
    await make(kind, cast.acme, by=cast.ada, now=now)
    for way in _OTHER_WAYS:
        await DB.execute(f"SET LOCAL enable_{way} = off")
    nodes = await plan(await client(cast.ada), kind, f"{sign}{sort}")
    assert [node for node in nodes if "Sort" in node or node == f"Seq Scan on {kind.sql_table}"] == []


@pytest.mark.long
@pytest.mark.parametrize("kind", SHARING, ids=lambda kind: kind.name)
async def test_a_hundred_thousand_rows_are_neither_sorted_nor_read_whole(client, cast, now, kind):
    record = await make(kind, cast.acme, by=cast.ada, now=now)
    varied = [f"'{one.name}', {VARIED[one.type]}" for one in kind.fields if one.indexed and one.type in VARIED]
    varied += ["'number', to_jsonb('X-' || n)"] if kind.number else []
    names = await DB.fetch(
        "SELECT column_name AS name FROM information_schema.columns WHERE table_name = $1 AND is_generated = 'NEVER'",
        kind.sql_table,
    )
    columns = ", ".join(row["name"] for row in names)
    made = ", ".join(f"made.{row['name']}" for row in names)
    await DB.execute(
        f"INSERT INTO {kind.sql_table} ({columns}) SELECT {made} FROM {kind.sql_table} t, generate_series(1, 100000) n,"
        f" jsonb_populate_record(t, jsonb_build_object('id', new_id(), {', '.join(varied)})) made WHERE t.id = $1",
        record,
    )
    async with as_owner():
        await DB.execute(f"ANALYZE {kind.sql_table}")
    browser = await client(cast.ada)
    for _, sort, sign in [one for one in SORTS if one[0] is kind]:
        nodes = await plan(browser, kind, f"{sign}{sort}")
        assert [node for node in nodes if "Sort" in node or node == f"Seq Scan on {kind.sql_table}"] == [], sort


async def plan(browser, kind, sort):
    """The nodes of the plan that walks to the first page, each with the table it reads; its fifty rows are sorted."""
    with noting() as noted:
        assert (await browser.get(f"/{kind.path}?sort={sort}")).status_code == 200
    statement, values = next(one for one in noted if " AS wanted FROM " in one[0])
    explained = await DB.fetchval(f"EXPLAIN (FORMAT JSON) {statement}", *values)
    near = next(node for node in _below(json.loads(explained)[0]["Plan"]) if node.get("Subplan Name") == "CTE near")
    return [f"{node['Node Type']} on {node.get('Relation Name')}" for node in _below(near)]


def _below(node):
    yield node
    for part in node.get("Plans", ()):
        yield from _below(part)


def test_the_order_of_a_kind_is_one_of_its_list():
    for kind in SHARING:
        assert kind.sort.lstrip("-") in {column.name for column in list_of(kind, kind.fields).columns if column.sort}
