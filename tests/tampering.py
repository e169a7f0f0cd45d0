"""What only the owner of the tables can do: change the history behind its triggers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from kam.database.engine import DB
from tests.server import as_owner


@asynccontextmanager
async def tampering(*tables: str) -> AsyncIterator[None]:
    """Inside, nothing protects these tables but the references between them."""
    async with as_owner():
        for table in tables:
            await DB.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        for table in tables:
            await DB.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


async def take_away(customer: object) -> None:
    """A customer that a test made for other connections to see, with the workflows that hang on it."""
    theirs = "instance IN (SELECT id FROM workflow_instance WHERE customer = $1)"
    async with tampering("workflow_step", "workflow_instance"):
        for table, which in (
            ("workflow_deadline", theirs), ("workflow_step", theirs), ("workflow_instance", "customer = $1"),
            ("customer_fact", "customer = $1"), ("customer", "id = $1"),
        ):  # fmt: skip
            await DB.execute(f"DELETE FROM {table} WHERE {which}", customer)
