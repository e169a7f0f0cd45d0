"""Where subjects stand, and how people stand to them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from kam.database.engine import DB
from kam.errors import NotFound
from kam.workflow.deciding import Standing
from kam.workflow.definition import RENAMED
from kam.workflow.registry import Workflows, current


@dataclass(frozen=True, slots=True)
class Instance:
    """`revision` counts the steps taken."""

    id: UUID
    workflow: str
    subject: UUID
    customer: UUID | None
    state: str
    revision: int
    entered_at: datetime
    started_at: datetime
    definition: str


@dataclass(frozen=True, slots=True)
class Held:
    """An instance with how people stand to its subject; `repeated` is true if the request was already answered.

    `own` is the revision of the record's own row, where that keeps the state of this workflow.
    """

    instance: Instance
    standing: Standing
    repeated: bool = False
    own: int | None = None

    @property
    def revision(self) -> int:
        """What a page shows and sends back: of the record where it has a row of its own, so that whoever has seen it
        before an edit steps on what they have not seen no more than whoever has seen it before a step."""
        return self.instance.revision if self.own is None else self.own


_INSTANCE = "i.id, i.workflow, i.subject, i.customer, i.state, i.revision, i.entered_at, i.started_at, i.definition"


async def look_at(instance: UUID, request: str | None) -> Held:
    """One instance for a step. Raises `NotFound`."""
    found = await look("i.id = $1", instance, request=request)
    if not found:
        raise NotFound("This workflow does not exist, or the record that it moves is gone.")
    return found[0]


async def hold(instance: Instance) -> None:
    """Until the transaction ends no step is taken, and nothing is written that asks in which state this is: first the
    customer, whose other workflows a step may move, then the instance."""
    await DB.execute("SELECT FROM customer WHERE id = $1 FOR NO KEY UPDATE", instance.customer)
    await DB.execute("SELECT FROM workflow_instance WHERE id = $1 FOR NO KEY UPDATE", instance.id)


async def hold_each(subject: UUID) -> None:
    """For an edit of a record that has a row of its own, before that row: a step takes them in this order, too."""
    await DB.execute("SELECT FROM workflow_instance WHERE subject = $1 ORDER BY id FOR NO KEY UPDATE", subject)


async def hold_for_change(workflow: str, subject: UUID) -> None:
    """For an edit of the record that the state allows or not: an edit and a step of it never both win."""
    await DB.execute(
        "SELECT FROM workflow_instance WHERE workflow = $1 AND subject = $2 FOR NO KEY UPDATE", workflow, subject
    )


async def look(where: str, *values: object, request: str | None = None) -> list[Held]:
    """Instances with their standing; `where` is over `i`, `$1` is its first value. With a `request` they say whether
    a step was already taken for it."""
    workflows = current()
    if not workflows.definitions:
        return []
    sql = _standing_sql(_key(workflows), f"${len(values) + 1}::text") + f" WHERE {where} ORDER BY i.workflow"
    return [_held(workflows, row) for row in await DB.fetch(sql, *values, request)]


async def instance_of(workflow: str, subject: UUID) -> Instance:
    """Raises `NotFound`."""
    row = await DB.fetchrow(
        f"SELECT {_INSTANCE} FROM workflow_instance i WHERE i.workflow = $1 AND i.subject = $2", workflow, subject
    )
    if row is None:
        raise NotFound(f"The workflow “{workflow}” has not begun for this record.")
    return Instance(**row)


async def is_orphaned(instance: UUID) -> bool:
    """Whether it stands in a workflow whose file is gone."""
    workflow = await DB.fetchval("SELECT workflow FROM workflow_instance WHERE id = $1", instance)
    return workflow is not None and workflow not in current().definitions


def _held(workflows: Workflows, row: Mapping[str, Any]) -> Held:
    instance = Instance(*(row[name] for name in Instance.__slots__))
    members = json.loads(row["members"]) if row["members"] else []
    standing = Standing(
        customer=row["customer"],
        title=row["title"],
        link=workflows.link(workflows.definition(instance.workflow).subject, instance.subject),
        owner=row["owner"],
        authors=frozenset(row["authors"]),
        members=frozenset((UUID(person), position) for person, position in members),
        proposer=row["proposer"],
    )
    return Held(instance, standing, row["repeated"], row["own"])


# A workflow's subject kind decides which table says who stands how to it; each part runs only for its own workflows.
_Key = tuple[tuple[str, str, str], ...]


def _key(workflows: Workflows) -> _Key:
    kinds = workflows.vocabulary.subjects
    return tuple(
        (definition.name, kinds[definition.subject].standing, workflows.own_table(definition.name))
        for definition in workflows.definitions.values()
    )


@lru_cache(maxsize=32)
def _standing_sql(key: _Key, request: str) -> str:
    workflows: dict[tuple[str, str], list[str]] = {}
    for name, standing, table in key:
        workflows.setdefault((standing, table), []).append(name)
    parts = [
        f"SELECT s.*, {_own(table)} AS own FROM ({standing.format(subject='i.subject')}) s"
        f" WHERE i.workflow IN ({_quoted(names)})"
        for (standing, table), names in workflows.items()
    ]
    return f"""
        SELECT {_INSTANCE}, s.title, s.owner, s.authors, s.members, s.own, p.by AS proposer,
               EXISTS (SELECT FROM workflow_step r WHERE r.instance = i.id AND r.request = {request}) AS repeated
        FROM workflow_instance i
        CROSS JOIN LATERAL ({" UNION ALL ".join(parts)}) s
        LEFT JOIN LATERAL (
            SELECT l.by FROM workflow_step l WHERE l.instance = i.id AND l.transition <> '{RENAMED}'
            ORDER BY l.number DESC LIMIT 1
        ) p ON TRUE
    """


def _own(table: str) -> str:
    return f"(SELECT t.revision FROM {table} t WHERE t.id = i.subject)" if table else "NULL::int"


def _quoted(names: list[str]) -> str:
    """Names come from checked definitions: small letters, digits and underscores."""
    return ", ".join(f"'{name}'" for name in names)
