"""The real workflows and facts are in force, as in the running application."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kam.starting import put_in_force
from kam.workflow import registry
from kam.workflow.registry import Workflows


@pytest.fixture(scope="session")
def real_workflows() -> Workflows:
    before = registry._current
    loaded = put_in_force()
    registry._current = before
    return loaded


@pytest.fixture(autouse=True)
def in_force(real_workflows: Workflows) -> Iterator[None]:
    before = registry._current
    registry.install(real_workflows)
    yield
    registry._current = before
