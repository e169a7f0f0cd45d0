"""Which statements the application sends to the database."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

from kam.database.engine import KamEngine

Statement = tuple[str, tuple[Any, ...]]


@contextmanager
def noting() -> Iterator[list[Statement]]:
    """The reading statements of the block and their values, in their order."""
    noted: list[Statement] = []
    originals = {name: getattr(KamEngine, name) for name in ("fetch", "fetch_planned")}

    def noting(original: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def fetch(self: KamEngine, sql: str, *args: Any) -> Any:
            noted.append((sql, args))
            return await original(self, sql, *args)

        return fetch

    for name, original in originals.items():
        setattr(KamEngine, name, noting(original))
    try:
        yield noted
    finally:
        for name, original in originals.items():
            setattr(KamEngine, name, original)
