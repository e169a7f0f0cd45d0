"""The made-up kind, in force and with its table, for the tests of what all kinds share."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from kam.records.kind import Kind
from tests.records.leases import LEASE, make_leases
from tests.records.made_up import STEPPED, in_force, make_visits


@pytest.fixture
async def visited(world) -> AsyncIterator[Kind]:
    """The same with everything committed, for races of several connections."""
    await make_visits()
    with in_force(STEPPED):
        yield STEPPED


@pytest.fixture
async def leases(cast) -> AsyncIterator[Kind]:
    await make_leases()
    with in_force(LEASE):
        yield LEASE
