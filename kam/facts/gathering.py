"""The facts of one customer or plan, or of some, as they are now: in one statement, in the transaction that decides."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any
from uuid import UUID

from kam.database.engine import DB
from kam.facts.catalogue import Catalogue, current
from kam.facts.statement import of_one, of_own, of_some
from kam.workflow.registry import kept_while_in_force


async def gather(
    subject_kind: str, subject_id: UUID, *, as_of: date, names: Iterable[str] | None = None
) -> dict[str, Any]:
    """Facts by name as they stood when the day `as_of` was over (UTC); all of them unless `names` says which.

    A plan also has the facts of its customer. Only the records that the asked facts rest on are read.
    """
    catalogue = current()
    asked = frozenset(catalogue.facts(subject_kind)) if names is None else frozenset(names)
    if not asked:
        return {}
    rows = await DB.fetch(_statement(catalogue, subject_kind, asked), subject_id, as_of)
    return dict(rows[0])


async def gather_some(
    subject_kind: str, subjects: Collection[UUID], *, as_of: date, names: Iterable[str]
) -> dict[UUID, dict[str, Any]]:
    """The same of many subjects of one kind, by their ids, in one statement however many they are."""
    asked, ids = frozenset(names), list(dict.fromkeys(subjects))
    if not asked or not ids:
        return {subject: {} for subject in ids}
    rows = await DB.fetch(_statement_of_some(current(), subject_kind, asked), ids, as_of)
    return {row["subject"]: {name: row[name] for name in asked} for row in rows}


def known_of_all(subject_kind: str, names: Collection[str], *, subjects: str, as_of: str) -> str:
    """SQL of what is known of subjects themselves; see `of_own`."""
    return of_own(current(), subject_kind, names, subjects=subjects, as_of=as_of)


# Kept, as a workflow asks for the same few sets of facts again and again, and so does the server's plan for them.
@kept_while_in_force(maxsize=512)
def _statement(catalogue: Catalogue, subject_kind: str, names: frozenset[str]) -> str:
    return of_one(catalogue, subject_kind, _known(catalogue, subject_kind, names))


@kept_while_in_force(maxsize=64)
def _statement_of_some(catalogue: Catalogue, subject_kind: str, names: frozenset[str]) -> str:
    return of_some(catalogue, _known(catalogue, subject_kind, names), subject_kind)


def _known(catalogue: Catalogue, subject_kind: str, names: frozenset[str]) -> list[str]:
    unknown = names - catalogue.facts(subject_kind).keys()
    if unknown:
        raise KeyError(f"A {subject_kind} has no {', '.join(sorted(unknown))}")
    return sorted(names)
