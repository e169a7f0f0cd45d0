"""What a kind that is used daily has of its own, made from the shared parts: its list, and a template for its page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kam.records.kind import Kind
from kam.web.choices import ChoiceOf
from kam.web.lists import ListOf

Row = Mapping[str, Any]


def _as_made(made: ListOf) -> ListOf:
    return made


async def _nothing(_row: Row) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """`listed` makes its list of the shared one. `page` is the template of one record, and `more` reads what that
    shows beside what the viewer found. `choice` is how one is chosen in a form, and `theirs` how one of a customer
    is."""

    listed: Callable[[ListOf], ListOf] = _as_made
    page: str = "records/show.html"
    choice: ChoiceOf | None = None
    theirs: Callable[[UUID], ChoiceOf] | None = None
    more: Callable[[Row], Awaitable[Mapping[str, Any]]] = _nothing


_own: dict[str, Own] = {}


def use(kind: Kind, own: Own) -> None:
    _own[kind.name] = own


def of(kind: Kind) -> Own:
    return _own.get(kind.name) or Own()
