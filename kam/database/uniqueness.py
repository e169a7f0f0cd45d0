"""What may be there only once: who comes second at the same moment is told at the field, as if they had come later."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from asyncpg import UniqueViolationError

from kam.errors import Invalid


@contextmanager
def once(taken: Mapping[str, tuple[str, str]]) -> Iterator[None]:
    """`taken` says by constraint of the database at which field what is to be said. To stand around a transaction."""
    try:
        yield
    except UniqueViolationError as violation:
        name = violation.constraint_name
        if name not in taken:
            raise
        field, sentence = taken[name]
        raise Invalid({field: sentence}) from violation
