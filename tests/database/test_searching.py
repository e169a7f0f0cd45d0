"""What a search of names finds, and that it does so by an index."""

import pytest

from kam.database.engine import DB
from kam.database.searching import matches_customer
from kam.database.sql import Params


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
    sql = f"SELECT code FROM customer WHERE {matches_customer(params, text)} ORDER BY code"
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
    plan = await DB.fetch(f"EXPLAIN SELECT id FROM customer WHERE {matches_customer(params, text)}", *params.values)
    assert f"Bitmap Index Scan on {index} " in "\n".join(row[0] for row in plan)
