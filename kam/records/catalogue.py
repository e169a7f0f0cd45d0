"""The kinds in force: `kam.kinds` lists them, everything shared looks here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kam.errors import NotFound
from kam.records.kind import CUSTOMER, Kind

_current: dict[str, Kind] = {}


def use(kinds: Iterable[Kind]) -> None:
    _current.clear()
    _current.update({kind.name: kind for kind in kinds})


def current() -> Mapping[str, Kind]:
    return _current


def kind_of(name: str) -> Kind:
    """Raises NotFound."""
    try:
        return _current[name]
    except KeyError:
        raise NotFound(f"There is no kind of record called “{name}”.") from None


def of_customers() -> list[Kind]:
    """Those whose records each belong to a customer; not the customers themselves."""
    belonging = (kind for kind in _current.values() if kind.belongs and kind.belongs.kind == CUSTOMER)
    return [kind for kind in belonging if not kind.is_itself]
