"""What every test may ask for: the real database rolled back, the cast, and a fixed now."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime

import pytest

from kam.database.engine import DB, KamEngine
from kam.starting import put_in_force
from tests.cast import Cast, assemble
from tests.clients import client  # noqa: F401
from tests.racing import committed  # noqa: F401
from tests.records.made_up import visits  # noqa: F401
from tests.server import fresh_database

NOW = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="also the tests that take minutes")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--long"):
        kept = [item for item in items if not item.get_closest_marker("long")]
        config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker("long")])
        items[:] = kept


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def as_of() -> date:
    return NOW.date()


@pytest.fixture(scope="session")
async def database() -> AsyncIterator[str]:
    """The address of this run's own migrated database, to which `DB` is connected, with the workflows in force."""
    async with fresh_database() as url:
        put_in_force()
        yield url


@pytest.fixture
async def db(database: str) -> AsyncIterator[KamEngine]:
    """One transaction around the test, rolled back; verbs, pages and the test itself all join it."""
    async with DB.transaction() as transaction:
        yield DB
        await transaction.rollback()


@pytest.fixture
async def cast(db: KamEngine, now: datetime) -> Cast:
    return await assemble(now)


@pytest.fixture
async def world(database: str, now: datetime) -> AsyncIterator[Cast]:
    """The cast in a database of this test's own, where everything is committed: for races of several connections."""
    async with fresh_database():
        yield await assemble(now)
