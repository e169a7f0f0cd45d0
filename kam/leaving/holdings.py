"""What somebody holds: what others wait for, or what nobody would look after once they are gone."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from kam.database.engine import DB
from kam.database.sql import Params
from kam.interactions.kind import INTERACTION
from kam.language import N_
from kam.plans.deciders import theirs_alone
from kam.plans.facts import IN_FORCE
from kam.plans.printing import SUBMITTED
from kam.plans.queries import DRAFT, WORKFLOW
from kam.records import catalogue
from kam.records.kind import Kind as RecordKind
from kam.workflow.definition import GOES_ON
from kam.workflow.registry import current

SHOWN = 3


@dataclass(frozen=True, slots=True)
class Column:
    """The column of a table `t` that names who holds each; `key` is what the ids of the holdings are there, `kind` and
    `record` are of the history. `revised` rows count their changes."""

    table: str
    name: str
    kind: str
    key: str = "id"
    customer: str = "t.customer"
    revised: bool = True


@dataclass(frozen=True, slots=True)
class Kind:
    """`sql` yields id, name and link of each for the person $1; `{…}` are lists of words. `link` leads to all of
    them, if there is such a list. Who looks after them needs the `ability`; it is empty where the workflow decides.
    What can be handed over says in which `column` it stands."""

    name: str
    title: str
    ability: str
    sql: str
    link: str = ""
    column: Column | None = None


@dataclass(frozen=True, slots=True)
class Holding:
    """Things of one kind: how many, and the first of them as (name, link)."""

    kind: Kind
    count: int
    first: tuple[tuple[str, str], ...]
    link: str
    mark: str

    @property
    def title(self) -> str:
        return self.kind.title

    @property
    def goes_along(self) -> bool:
        """Whether whoever takes over gets it too."""
        return self.kind.column is not None or self.kind.name in ("teams", "accounts")


_LIVING = (
    " AND plan.deleted_at IS NULL JOIN workflow_instance i"
    f" ON i.workflow = '{WORKFLOW}' AND i.subject = plan.id AND i.state = ANY({{living}})"
)
_WORDS = {
    "living": (DRAFT, SUBMITTED, *IN_FORCE),
    "unapproved": (DRAFT, SUBMITTED),
}

KINDS = (
    Kind(
        "approvals", N_("Approvals that wait for them alone"), "",
        """SELECT i.id, coalesce(plan.title || ' – ', '') || c.name AS name,
                  CASE WHEN plan.id IS NULL THEN '/customers/' || c.id ELSE '/plans/' || plan.id END AS link
           FROM workflow_instance i JOIN customer c ON c.id = i.customer LEFT JOIN plan ON plan.id = i.subject
           WHERE i.id = ANY({alone}::uuid[])""",
        "/approvals",
    ),
    Kind(
        "customers", N_("Customers that they own"), "write_customers",
        """SELECT id, name, '/customers/' || id AS link FROM customer WHERE owner = $1 AND deleted_at IS NULL""",
        "/customers?owner={person}", Column("customer", "owner", "customer", customer="t.id"),
    ),
    Kind(
        "teams", N_("Teams that they lead"), "write_interactions",
        """SELECT team.id, team.name, '/teams/' || team.id AS link
           FROM membership m JOIN team ON team.id = m.team WHERE m.person = $1 AND m.leads""",
        "/teams",
    ),
    Kind(
        "accounts", N_("Account teams on which they serve"), "write_interactions",
        """SELECT DISTINCT c.id, c.name, '/customers/' || c.id || '/team' AS link
           FROM account_member m JOIN customer c ON c.id = m.customer AND c.deleted_at IS NULL
           WHERE m.person = $1 AND m.until IS NULL""",
    ),
    Kind(
        "plans", N_("Plans that they write and nobody has approved yet"), "write_plans",
        f"""SELECT plan.id, plan.title AS name, '/plans/' || plan.id AS link FROM plan
            JOIN workflow_instance i ON i.workflow = '{WORKFLOW}' AND i.subject = plan.id
            WHERE plan.author = $1 AND plan.deleted_at IS NULL AND i.state = ANY({{unapproved}})""",
        "/plans?author={person}", Column("plan", "author", "plan"),
    ),
    Kind(
        "actions", N_("Open actions in plans"), "comment_plans",
        f"""SELECT a.id, a.title AS name, '/plans/' || plan.id AS link
            FROM action a JOIN initiative v ON v.id = a.initiative JOIN plan ON plan.id = v.plan {_LIVING}
            WHERE a.owner = $1 AND a.done_at IS NULL""",
    ),
    Kind(
        "risks", N_("Risks in plans that they watch"), "comment_plans",
        f"""SELECT r.id, r.title AS name, '/plans/' || plan.id AS link
            FROM risk r JOIN plan ON plan.id = r.plan {_LIVING} WHERE r.owner = $1""",
    ),
    Kind(
        "follow_ups", N_("Next steps that they promised"), "write_interactions",
        f"""SELECT n.id, n.next_step || ' – ' || c.name AS name, '/{INTERACTION.path}/' || n.id AS link
           FROM {INTERACTION.sql_table} n
           JOIN customer c ON c.id = n.customer AND c.deleted_at IS NULL
           WHERE coalesce(n.next_step_by, n.created_by) = $1 AND n.next_step <> '' AND n.next_step_done_at IS NULL
             AND n.deleted_at IS NULL""",
        column=Column(INTERACTION.sql_table, "next_step_by", INTERACTION.name),
    ),
)  # fmt: skip


def kinds() -> list[Kind]:
    """What has a list of its own above, and whatever other records somebody can own."""
    return [*KINDS, *(_owned(kind) for kind in catalogue.current().values() if _has_owner(kind))]


def _has_owner(kind: RecordKind) -> bool:
    return "owner" in kind.by_name and kind.path not in {one.name for one in KINDS}


def _owned(kind: RecordKind) -> Kind:
    """Those that are not over yet."""
    states = current().known_or_absent(kind.workflow).meaning(*GOES_ON) if kind.workflow else ()
    going = f"AND r.state = ANY('{{{{{','.join(states)}}}}}')" if states else ""
    customer = f"t.{kind.belongs.column}" if kind.belongs else "NULL::uuid"
    return Kind(
        kind.path, kind.titles, kind.ability,
        f"""SELECT r.id, concat_ws(' – ', r.title, c.name) AS name, '/{kind.path}/' || r.id AS link
            FROM record r LEFT JOIN customer c ON c.id = r.customer
            WHERE r.kind = '{kind.name}' AND r.owner = $1 AND r.deleted_at IS NULL AND c.deleted_at IS NULL {going}""",
        f"/{kind.path}?owner={{person}}", Column(kind.sql_table, "owner", kind.name, customer=customer),
    )  # fmt: skip


async def held_by(person: UUID, *, alone: Collection[UUID] | None = None) -> list[Holding]:
    """Everything in one statement; what nothing is held of is left out. `alone` are the instances whose approval waits
    for them alone, if that is known already."""
    params = Params(person)
    words = {name: params(list(values)) for name, values in _WORDS.items()}
    words["alone"] = params(list(await theirs_alone(person) if alone is None else alone))
    asked = kinds()
    selects = [_counted(number, kind.sql.format(**words)) for number, kind in enumerate(asked)]
    rows = await DB.fetch(" UNION ALL ".join(selects) + " ORDER BY 1", *params.values)
    return [
        Holding(
            asked[row["place"]], row["count"], tuple(zip(row["names"], row["links"], strict=True)),
            asked[row["place"]].link.format(person=person), row["mark"],
        )
        for row in rows if row["count"]
    ]  # fmt: skip


def sql_of(kind: Kind) -> str:
    """The holdings of one kind with its words written out: none of them is anything that a person types."""
    return kind.sql.format(
        **{name: f"'{{{','.join(values)}}}'::text[]" for name, values in _WORDS.items()}, alone="NULL"
    )


def mark_of(holdings: list[Holding]) -> str:
    """What somebody has seen who confirms with it; another as soon as anything comes or goes."""
    return hashlib.sha256(" ".join(one.mark for one in holdings).encode()).hexdigest()[:16] if holdings else ""


def _counted(place: int, sql: str) -> str:
    return f"""
        SELECT {place} AS place, count(*) AS count, md5('{place}' || string_agg(id::text, ',' ORDER BY id)) AS mark,
               (array_agg(name::text ORDER BY name, id))[1:{SHOWN}] AS names,
               (array_agg(link::text ORDER BY name, id))[1:{SHOWN}] AS links
        FROM ({sql}) held
    """
