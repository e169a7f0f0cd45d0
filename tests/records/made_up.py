"""A kind that the program has never heard of: its table is made in the test's own transaction."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from piccolo.columns import Array, Boolean, Date, Integer, Numeric, SmallInt, Text, Timestamptz, Varchar
from piccolo.table import Table

from kam import vocabulary
from kam.customers.tables import Customer
from kam.database.columns import Belongs, Key, Money, Revision
from kam.database.engine import DB
from kam.facts import catalogue as facts
from kam.facts.catalogue import Catalogue
from kam.facts.statement import of_own
from kam.kinds import KINDS
from kam.people.tables import Person
from kam.records import catalogue
from kam.records import fields as f
from kam.records.fields import Field, Look
from kam.records.kind import OF_CUSTOMER, Kind
from kam.records.subject import facts_of, subject_of
from kam.workflow import loading, registry
from tests.records import leases
from tests.server import as_owner, make_table

MOODS = {"good": "Good mood", "bad": "Bad mood"}
WARMTHS = {-1: "Cold", 0: "Lukewarm", 1: "Warm"}
LOOKS = {-1: Look("bad", icon="minus")}


class Visit(Table, db=DB):
    id = Key()
    number = Varchar(length=40, unique=True)
    customer = Belongs(Customer)
    title = Varchar(length=300)
    about = Text(default="")
    email = Varchar(length=320, default="")
    phone = Varchar(length=300, default="")
    web = Varchar(length=300, default="")
    tags = Array(base_column=Varchar(length=60), default=list)
    guests = Integer(null=True, default=None)
    distance = Numeric(digits=(18, 2), null=True, default=None)
    sure = Numeric(digits=(5, 2), null=True, default=None)
    cost = Money(null=True, default=None)
    currency = Varchar(length=3, default="EUR")
    day = Date(null=True, default=None)
    at = Timestamptz(null=True, default=None)
    paid = Boolean(default=False)
    mood = Varchar(length=20, default="")
    warmth = SmallInt(null=True, default=None)
    owner = Belongs(Person, null=True, default=None)
    follows = Belongs("self", null=True, default=None)
    state = Varchar(length=60)
    created_at = Timestamptz()
    created_by = Belongs(Person, null=True, default=None)
    updated_at = Timestamptz()
    deleted_at = Timestamptz(null=True, default=None)
    revision = Revision()


VISIT = Kind(
    name="visit",
    title="Visit",
    titles="Visits",
    new="New visit",
    about="Who went to see whom.",
    path="visits",
    icon="map-pin",
    group="Sales",
    table=Visit,
    ability="write_sales",
    belongs=OF_CUSTOMER,
    number="V-",
    sort="-day",
    taken={"visit_once": ("title", "There is a visit of this name.")},
    fields=(
        Field(name="title", title="Purpose of the visit", required=True, indexed=True),
        Field(name="about", title="What about", type=f.LONG),
        Field(name="email", title="E-mail", type=f.EMAIL),
        Field(name="phone", title="Phone", type=f.PHONE),
        Field(name="web", title="Web page", type=f.WEB),
        Field(name="tags", title="Tags", type=f.TAGS),
        Field(name="guests", title="Guests", type=f.WHOLE, least=1, most=99),
        Field(name="distance", title="Distance", type=f.NUMBER),
        Field(name="sure", title="How sure", type=f.PERCENT),
        Field(name="cost", title="Cost of the visit", type=f.MONEY, currency="currency", protect="manage_people"),
        Field(name="currency", title="Currency", type=f.CURRENCY, required=True, usual="EUR"),
        Field(name="day", title="Day of the visit", type=f.DAY, indexed=True),
        Field(name="at", title="Moment", type=f.MOMENT),
        Field(name="paid", title="Paid", type=f.YES_NO, usual=False),
        Field(name="mood", title="Mood", type=f.CHOICE, choices=MOODS),
        Field(name="warmth", title="Warmth", type=f.GRADE, choices=WARMTHS, looks=LOOKS),
        Field(name="owner", title="Owner", type=f.PERSON),
    ),
)
STEPPED = replace(VISIT, workflow="visiting")
FOLLOWING = replace(
    STEPPED, fields=(*VISIT.fields, Field(name="follows", title="After the visit", type=f.RECORD, of="visit"))
)

_COLUMNS = """
    id uuid PRIMARY KEY DEFAULT new_id(), number varchar(40) NOT NULL UNIQUE,
    customer uuid NOT NULL REFERENCES customer, title varchar(300) NOT NULL,
    about text NOT NULL DEFAULT '', email varchar(320) NOT NULL DEFAULT '',
    phone varchar(300) NOT NULL DEFAULT '', web varchar(300) NOT NULL DEFAULT '',
    tags varchar(60)[] NOT NULL DEFAULT '{}', guests integer, distance numeric(18, 2), sure numeric(5, 2),
    cost numeric(18, 2), currency varchar(3) NOT NULL DEFAULT 'EUR', day date, at timestamptz,
    paid boolean NOT NULL DEFAULT FALSE, mood varchar(20) NOT NULL DEFAULT '',
    warmth smallint, owner uuid REFERENCES person,
    follows uuid REFERENCES visit,
    state varchar(60) NOT NULL DEFAULT '', created_at timestamptz NOT NULL, created_by uuid,
    updated_at timestamptz NOT NULL, deleted_at timestamptz, revision integer NOT NULL DEFAULT 1,
    CONSTRAINT visit_once UNIQUE (customer, title)
"""
WORKFLOW = """
name = "visiting"
subject = "visit"
initial = "planned"
title = { en = "Visiting", zh_Hans = "拜访", zh_Hant = "拜訪" }
description = { en = "A visit is planned and made.", zh_Hans = "计划并完成拜访。", zh_Hant = "計劃並完成拜訪。" }

[states.planned]
title = { en = "Planned", zh_Hans = "已计划", zh_Hant = "已計劃" }
description = { en = "To be made.", zh_Hans = "待完成。", zh_Hant = "待完成。" }
meaning = "open"

[states.made]
title = { en = "Made", zh_Hans = "已完成", zh_Hant = "已完成" }
description = { en = "It took place.", zh_Hans = "已进行。", zh_Hant = "已進行。" }
kind = "final"
meaning = "done"

[transitions.make]
title = { en = "Note that it took place", zh_Hans = "登记已完成", zh_Hant = "登記已完成" }
description = { en = "We were there.", zh_Hans = "我们到访过。", zh_Hant = "我們到訪過。" }
from = ["planned"]
to = "made"
roles = ["manager"]
positions = ["owner", "lead"]
guard = { fact = "guests", at_least = 2 }
"""
WORKFLOWS = {"visiting": WORKFLOW, "leasing": leases.WORKFLOW}
_FOLDER = Path(__file__).parents[2] / "workflows"


async def make_visits() -> None:
    """The table and what a migration would make beside it, within the transaction of the test."""
    await make_table("visit", _COLUMNS)
    async with as_owner():
        await DB.execute("CREATE SEQUENCE visit_number")
        await DB.execute("GRANT USAGE ON SEQUENCE visit_number TO PUBLIC")
        await DB.execute("CREATE INDEX visit_by_customer ON visit (customer) WHERE deleted_at IS NULL")
        await DB.execute("CREATE INDEX visit_by_title ON visit (title, id) WHERE deleted_at IS NULL")
        await DB.execute("CREATE INDEX visit_by_day ON visit (day, id) WHERE deleted_at IS NULL")
        await DB.execute("CREATE INDEX visit_by_day_down ON visit (day DESC NULLS LAST, id DESC)")
        for column, how in (("search_text", "search_text gin_trgm_ops"), ("search_grams", "search_grams")):
            await DB.execute(
                f"CREATE INDEX record_visit_{column} ON record USING gin ({how})"
                " WHERE kind = 'visit' AND deleted_at IS NULL"
            )


@contextmanager
def in_force(*kinds: Kind) -> Iterator[None]:
    """These kinds beside those of the program, with their facts and, for those that have one, the workflow above."""
    before, known = registry.current(), facts.current()
    catalogue.use((*KINDS, *kinds))
    subjects = (*known.subjects.values(), *(facts_of(kind) for kind in kinds))
    facts.use(Catalogue(known.groups, known.derived.values(), subjects, known.currencies))
    registry.install(_workflows(kinds))
    try:
        yield
    finally:
        catalogue.use(KINDS)
        facts.use(known)
        registry.install(before)


def _workflows(kinds: tuple[Kind, ...]) -> registry.Workflows:
    words = vocabulary.VOCABULARY
    words = replace(
        words,
        facts={**words.facts, **{kind.name: facts.current().facts(kind.name) for kind in kinds}},
        subjects={**words.subjects, **{kind.name: subject_of(kind) for kind in kinds}},
        known=partial(of_own, facts.current()),
    )
    files = [file for file in sorted(_FOLDER.glob("*.toml")) if file.name not in loading.NOT_WORKFLOWS]
    texts = [(file.name, file.read_text("utf-8")) for file in files]
    texts += [(f"{kind.workflow}.toml", WORKFLOWS[kind.workflow]) for kind in kinds if kind.workflow]
    return loading.assemble(texts, words)


@pytest.fixture
async def visits(cast) -> AsyncIterator[Kind]:
    await make_visits()
    with in_force(STEPPED):
        yield STEPPED
