"""What a search of names finds, and that it does so by an index."""

import pytest

from kam.database.engine import DB
from kam.database.folding import JOINED, STROKED, folded
from kam.database.searching import begins, matches_indexed
from kam.database.sql import Params
from tests.server import as_owner


@pytest.fixture
async def customers(db):
    names = [
        ("Shanghai Precision Works", "上海精密机械有限公司", "C-1"),
        ("Müller & Söhne 100%", "", "C-2"),
        ("Ab Initio", "北京海上", "X_3"),
    ]
    for name, name_zh, code in names:
        await DB.execute(
            "INSERT INTO customer (id, code, name, name_zh, created_at, updated_at)"
            " VALUES (new_id(), $3, $1, $2, now(), now())", name, name_zh, code,
        )  # fmt: skip


async def found(text):
    params = Params()
    sql = f"SELECT code FROM customer WHERE {matches_indexed(params, text, 'customer')} ORDER BY code"
    return [row["code"] for row in await DB.fetch(sql, *params.values)]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("precis", ["C-1"]),
        ("PRECIS works", ["C-1"]),
        ("works shang", ["C-1"]),
        ("上海", ["C-1"]),
        ("海", ["C-1", "X_3"]),
        ("精密机械", ["C-1"]),
        ("shanghai上海", ["C-1"]),
        ("ab", ["X_3"]),
        ("in", ["X_3"]),
        ("müll", ["C-2"]),
        ("muller sohne", ["C-2"]),
        ("MÜLLER", ["C-2"]),
        ("100%", ["C-2"]),
        ("x_3", ["X_3"]),
        ("__", []),
        ("", ["C-1", "C-2", "X_3"]),
        ("%", []),
        ("'; DROP TABLE customer; --", []),
    ],
)
async def test_search_finds_exactly_what_contains_every_word(customers, text, codes):
    assert await found(text) == codes


@pytest.mark.parametrize(
    ("text", "index"), [("上海", "customer_search_han"), ("precis", "customer_search"), ("ab", "customer_search")]
)
async def test_search_goes_through_the_index(customers, text, index):
    params = Params()
    await DB.execute("SET LOCAL enable_seqscan = off")
    found = matches_indexed(params, text, "customer")
    plan = await DB.fetch(f"EXPLAIN SELECT id FROM customer WHERE {found}", *params.values)
    assert f"Bitmap Index Scan on {index} " in "\n".join(row[0] for row in plan)


async def test_letters_lose_their_marks_in_the_database_as_they_do_here(db):
    latin = " ".join(map(chr, [*range(32, 0x250), *range(0x1E00, 0x1F00)]))
    text = " ".join([latin, "Łódź ﬁ 上海 豈 한국 Ελλάς Їжак", *STROKED, *JOINED])
    assert await DB.fetchval("SELECT folded($1)", text) == folded(text)


@pytest.mark.parametrize(
    ("text", "codes"), [("mul", ["C-2"]), ("Müller &", ["C-2"]), ("ab", ["X_3"]), ("itio", []), ("%", []), ("_", [])]
)
async def test_a_beginning_is_a_range_of_the_sorted_names(customers, text, codes):
    params = Params()
    condition = begins(params, text, "sort_name")
    rows = await DB.fetch(f"SELECT code FROM customer WHERE {condition} AND deleted_at IS NULL", *params.values)
    assert [row["code"] for row in rows] == codes
    await DB.execute(
        "INSERT INTO customer (id, code, name, created_at, updated_at)"
        " SELECT new_id(), 'Z-' || n, 'Zz ' || n, now(), now() FROM generate_series(1, 2000) n"
    )
    async with as_owner():
        await DB.execute("ANALYZE customer")  # or every index of one page looks alike
    plan = await DB.fetch(f"EXPLAIN SELECT id FROM customer WHERE {condition} AND deleted_at IS NULL", *params.values)
    assert "Index Cond: ((sort_name >=" in "\n".join(row[0] for row in plan)
