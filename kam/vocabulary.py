"""The one list of what workflow files may name: facts, subjects, effects, roles and positions. Importing it puts the
facts in force."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from uuid import UUID

from lucide import get_icon_list

from kam.customers.subject import CUSTOMER
from kam.facts import catalogue
from kam.facts.gathering import gather, gather_some, known_of_all
from kam.facts.storing import refresh_part
from kam.kinds import KINDS
from kam.people.roles import ABILITIES, READ_ONLY, ROLES
from kam.plans.facts import PLANS
from kam.plans.freezing import SUPERSEDE
from kam.plans.subject import PLAN
from kam.ranking.catalogue import build
from kam.records import guarding
from kam.records.subject import subject_of
from kam.relationships.facts import STANDING, WARNING_LEVELS
from kam.relationships.positions import POSITIONS, STANDINGS
from kam.workflow.vocabulary import AskedFor, Vocabulary

FACTS = build()
catalogue.use(FACTS)

# Until states say what they mean, the program knows these by their names.
ASKED_FOR = {
    "early_warning": AskedFor(WARNING_LEVELS, counted=True),
    "designation": AskedFor(("designated",)),
    "account_plan": AskedFor(
        ("draft", "submitted", "approved", "in_execution", "reviewed", "superseded"), transitions=(SUPERSEDE,)
    ),
}

# The groups of facts that look at where something stands in whatever workflow, and those that look at one.
_OF_ALL = frozenset({STANDING.name, PLANS.name})


@cache
def _stepped(workflow: str) -> frozenset[str]:
    return _OF_ALL | {group.name for group in FACTS.groups if f"{{means:{workflow}:" in group.sql}


# What a step of these changes in the stored facts follows from the step alone, so that it needs no look at the records.
_SINCE = "{day} - ({at} AT TIME ZONE 'UTC')::date"
REFLECTIONS = {
    "relationship": f"stage = {{state}}, days_in_stage = {_SINCE}",
    "early_warning": f"""
        warning_level = array_position(ARRAY[{", ".join(f"'{level}'" for level in WARNING_LEVELS)}], {{state}}) - 1,
        days_in_warning_level = {_SINCE}
    """,
    "designation": "key_account = ({state} = 'designated')",
}


async def reflect(customer: UUID, workflow: str, *, as_of: date, now: datetime) -> None:
    await refresh_part(customer, _stepped(workflow), as_of=as_of, now=now)


def _drawable(icon: str) -> bool:
    return icon in get_icon_list()


VOCABULARY = Vocabulary(
    facts={name: FACTS.facts(name) for name in (kind.name for kind in KINDS)},
    subjects={**{kind.name: subject_of(kind) for kind in KINDS}, CUSTOMER.name: CUSTOMER, PLAN.name: PLAN},
    gather=gather,
    gather_some=gather_some,
    effects={name: one for kind in KINDS for name, one in kind.effects.items()},
    roles=ROLES,
    onlookers=frozenset({READ_ONLY}),
    positions={**STANDINGS, **POSITIONS},
    stored=frozenset(FACTS.customer_facts),
    reflect=reflect,
    reflections=REFLECTIONS,
    asked_for=ASKED_FOR,
    known=known_of_all,
    drawable=_drawable,
    guarded=guarding.binds,
    admit=guarding.admit,
    abilities=ABILITIES,
)
