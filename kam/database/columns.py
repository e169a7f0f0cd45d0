"""Column kinds that several tables share."""

from __future__ import annotations

import uuid
from typing import Any

from piccolo.columns import UUID, ForeignKey, Integer, Numeric, OnDelete
from piccolo.columns.defaults.uuid import UUID4
from uuid_utils.compat import uuid7


def new_id() -> uuid.UUID:
    """A version 7 UUID: opaque in addresses, in order of time in the index."""
    return uuid7()


class NewId(UUID4):
    """Version 7 ids, from Python or, for bulk statements, from the database function `new_id()`."""

    @property
    def postgres(self) -> str:
        return "new_id()"

    def python(self) -> uuid.UUID:
        return new_id()


def Key() -> UUID:
    return UUID(primary_key=True, default=NewId())


def Money(**options: Any) -> Numeric:
    """An exact amount with two decimals; the currency stands in a column of its own."""
    return Numeric(digits=(18, 2), **options)


def Belongs(references: Any, **options: Any) -> ForeignKey[Any]:
    """A reference that keeps what it points to from being deleted."""
    return ForeignKey(references, on_delete=OnDelete.restrict, **options)


def Revision() -> Integer:
    """Counts the changes of a record; a form sends back the one it was drawn from, so nobody overwrites unseen."""
    return Integer(default=1)
