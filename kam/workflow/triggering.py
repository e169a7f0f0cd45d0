"""The sweep: each trigger is one statement over all that it watches, and each match goes through the one door."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from kam.database.engine import DB
from kam.database.retrying import retrying
from kam.database.sql import Params
from kam.errors import DomainError
from kam.workflow.actors import SYSTEM
from kam.workflow.advancing import advance
from kam.workflow.conditions import facts_in, to_sql
from kam.workflow.definition import Definition, Trigger
from kam.workflow.registry import current

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Swept:
    """How many subjects moved, how many no longer fitted when looked at closely, and how many failed."""

    moved: int = 0
    passed: int = 0
    failed: int = 0


async def sweep(now: datetime) -> Swept:
    """Takes every trigger's step wherever its condition has come to hold; running it again changes nothing.

    A step can make a later state's trigger fit, so the rounds go on until nothing moves. A match that was refused or
    failed is not tried again before the next sweep.
    """
    moved = 0
    given_up: dict[str, set[UUID]] = {"passed": set(), "failed": set()}
    for _ in range(1 + max((len(d.states) for d in current().definitions.values()), default=0)):
        round_moved = 0
        for definition, trigger in _triggers():
            for instance in await matches(definition, trigger, now=now):
                if instance not in given_up["passed"] | given_up["failed"]:
                    outcome = await _fire(instance, trigger, now)
                    round_moved += outcome == "moved"
                    given_up.get(outcome, set()).add(instance)
        moved += round_moved
        if not round_moved:
            break
    return Swept(moved, len(given_up["passed"]), len(given_up["failed"]))


async def matches(definition: Definition, trigger: Trigger, *, now: datetime) -> list[UUID]:
    """The instances for which the trigger holds, and which it may move again: by the last values of the facts of the
    customer, and by what is known of the records themselves today."""
    params = Params(definition.name, list(trigger.sources))
    own = facts_in(trigger.when) & current().vocabulary.own(definition.subject)
    rows = await DB.fetch(
        f"""
        SELECT i.id FROM workflow_instance i {_known(definition, own, params, now)}
        WHERE i.workflow = $1 AND i.state = ANY($2) AND {to_sql(trigger.when, params, "f", own)}
        {_rested(trigger, params, now)}
        ORDER BY i.id
        """,
        *params.values,
    )
    return [row["id"] for row in rows]


def _known(definition: Definition, own: frozenset[str], params: Params, now: datetime) -> str:
    """Joins what is known of a customer as `f`, and of the record as `own`; what is deleted is not moved."""
    vocabulary = current().vocabulary
    joined = "LEFT JOIN customer_fact f ON f.customer = i.customer"
    if table := vocabulary.subjects[definition.subject].table:
        joined += f" JOIN {table} there ON there.id = i.subject AND there.deleted_at IS NULL"
    if own and vocabulary.known:
        standing = "(SELECT n.subject FROM workflow_instance n WHERE n.workflow = $1 AND n.state = ANY($2))"
        as_of = f"{params(SYSTEM.as_of(now))}::date"
        known = vocabulary.known(definition.subject, own, subjects=standing, as_of=as_of)
        joined += f" JOIN ({known}) own ON own.subject = i.subject"
    return joined


def _rested(trigger: Trigger, params: Params, now: datetime) -> str:
    if not trigger.rest:
        return ""
    return f"""AND NOT EXISTS (
        SELECT FROM workflow_step s WHERE s.instance = i.id AND s.trigger = {params(trigger.name)}
        AND s.at > {params(now - trigger.rest)})"""


def _triggers() -> Iterator[tuple[Definition, Trigger]]:
    for definition in current().definitions.values():
        for trigger in definition.triggers.values():
            yield definition, trigger


async def _fire(instance: UUID, trigger: Trigger, now: datetime) -> str:
    try:
        await retrying(partial(advance, instance, trigger.transition, by=SYSTEM, now=now, trigger=trigger.name))
    except DomainError as refusal:
        log.info("%s passed over %s: %s", trigger.name, instance, refusal)
        return "passed"
    except Exception:  # one record must not stop the sweep
        log.exception("%s failed for %s", trigger.name, instance)
        return "failed"
    return "moved"
