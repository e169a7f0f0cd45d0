"""On a server of the company, kam's role owns its database and nothing else, and is no superuser."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from tests.server import by_superuser

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
ROLE = f"ordinary_{os.getpid()}"

CUSTOMERS = "key,name,country\n17850,Northern Light,NO\n17851,北方之光,CN\n"
ORDERS = """order no,customer,date,product,description,qty,price
1,17850,2026-01-05,P1,Lamp,2,10
1,17850,2026-01-05,P2,Cable,1,5
2,17851,2026-01-06,P1,Lamp,-1,10
3,9999,2026-01-07,P1,Lamp,1,10
4,17850,never,P1,Lamp,1,10
"""


@pytest.fixture
def own_database(database):
    """The address of an empty database that an ordinary role owns."""
    asyncio.run(_control(by_superuser(database), f"CREATE ROLE {ROLE} LOGIN", f"CREATE DATABASE {ROLE} OWNER {ROLE}"))
    try:
        yield database.replace("kam_serving@", f"{ROLE}@").replace(f"/run_{os.getpid()}?", f"/{ROLE}?")
    finally:
        asyncio.run(_control(by_superuser(database), f"DROP DATABASE {ROLE} WITH (FORCE)", f"DROP ROLE {ROLE}"))


@pytest.fixture
def kam(own_database, tmp_path):
    def run(*arguments, address=own_database, refused=False):
        kept = {"KAM_DATABASE_URL": address, "KAM_DATA": str(tmp_path / "data"), "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [sys.executable, "-m", "kam", *arguments], capture_output=True, text=True, cwd=tmp_path, check=False,
            env={**os.environ, **kept},
        )  # fmt: skip
        assert done.returncode == int(refused), done.stderr
        return done.stderr if refused else done.stdout

    return run


def test_an_ordinary_role_sets_everything_up_and_imports(kam, own_database, tmp_path):
    kam("user", "add", "ada@acme.example", "--name", "Ada", "--role", "administrator", "--password", "correct horse")
    (tmp_path / "customers.csv").write_text(CUSTOMERS, encoding="utf-8")
    (tmp_path / "orders.csv").write_text(ORDERS, encoding="utf-8")
    orders = ("import", "orders.csv", "--kind", "orders", "--as", "ada@acme.example")
    assert "customers: 2 new" in kam("import", "customers.csv", "--kind", "customers", "--as", "ada@acme.example")
    said = kam(*orders)
    assert "orders: 2 new, 0 changed, 0 unchanged" in said
    assert "lines: 3 new" in said
    assert "2 rows were not imported." in said
    assert "orders: 0 new, 0 changed, 2 unchanged" in kam(*orders)
    (tmp_path / "orders.csv").write_text(ORDERS.replace("Cable,1,5", "Cable,1,6"), encoding="utf-8")
    assert "orders: 0 new, 1 changed, 1 unchanged" in kam(*orders)
    privileged, total = asyncio.run(_ask(own_database))
    assert (privileged, total) == (False, 26)
    said, order = kam("check").splitlines()
    assert f"The database role {ROLE} serves and owns the tables" in said and "KAM_OWNER_URL" in said
    assert order == "Everything is in order."
    assert "2 customers looked at." in kam("sweep")


def test_a_role_that_may_not_make_tables_is_told_what_to_do(own_database, kam):
    poor = f"poor_{ROLE}"
    asyncio.run(_control(own_database.replace(f"{ROLE}@", "kam@"), f"CREATE ROLE {poor} LOGIN"))
    try:
        done = kam("user", "list", address=own_database.replace(f"{ROLE}@", f"{poor}@"), refused=True)
    finally:
        asyncio.run(_control(own_database.replace(f"{ROLE}@", "kam@"), f"DROP ROLE {poor}"))
    assert done.startswith(f"The database role {poor} may not create tables here. Make it the owner of its database")


async def _ask(address):
    link = await asyncpg.connect(address)
    try:
        return (
            await link.fetchval("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"),
            await link.fetchval(
                "SELECT revenue_12m FROM customer_fact JOIN customer ON customer.id = customer_fact.customer "
                "WHERE external_key = '17850'"
            ),
        )
    finally:
        await link.close()


async def _control(address, *statements):
    link = await asyncpg.connect(address)
    try:
        for statement in statements:
            await link.execute(statement)
    finally:
        await link.close()


def test_a_role_that_owns_a_schema_only_is_told_what_an_administrator_has_to_add(kam, database, own_database):
    """Roles of shared servers often may make tables, but may not create extensions in the database."""
    role = f"tenant_{os.getpid()}"
    asyncio.run(_control(own_database.replace(f"{ROLE}@", "kam@"), f"CREATE ROLE {role} LOGIN"))
    asyncio.run(_control(own_database.replace(f"{ROLE}@", "kam@"), f"GRANT ALL ON SCHEMA public TO {role}"))
    try:
        done = kam("sweep", address=own_database.replace(f"{ROLE}@", f"{role}@"), refused=True)
        assert "CREATE EXTENSION pg_trgm" in done
    finally:
        for line in (f"DROP OWNED BY {role} CASCADE", f"DROP ROLE {role}"):
            asyncio.run(_control(own_database.replace(f"{ROLE}@", "kam@"), line))
