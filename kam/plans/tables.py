"""Key-account plans, kept section by section, and the fixed versions that were approved."""

from __future__ import annotations

from piccolo.columns import JSONB, Date, Integer, Numeric, SmallInt, Text, Timestamptz, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table

from kam.customers.tables import Customer
from kam.database.columns import Belongs, Key, Money, Revision
from kam.database.engine import DB
from kam.people.tables import Person


class Plan(Table, db=DB):
    """One plan for one customer and period; `state` is that of its workflow."""

    id = Key()
    customer = Belongs(Customer, index=True)
    title = Varchar(length=300)
    period_start = Date()
    period_end = Date()
    currency = Varchar(length=3, default="EUR")
    budget = Money(null=True, default=None)
    supersedes = Belongs("self", null=True, default=None)
    author = Belongs(Person)
    state = Varchar(length=60, default="")
    created_at = Timestamptz()
    created_by = Belongs(Person, null=True, default=None)
    updated_at = Timestamptz()
    deleted_at = Timestamptz(null=True, default=None)
    revision = Revision()


class PlanSection(Table, db=DB):
    """The text of one section (`kam.plans.sections`); each is saved by itself and has its own revision."""

    id = Key()
    plan = Belongs(Plan)
    key = Varchar(length=40)
    text = Text(default="")
    edited_by = Belongs(Person, null=True, default=None)
    edited_at = Timestamptz(null=True, default=None)
    revision = Revision()
    section_once_per_plan = Unique([plan, key])


class PlanEditor(Table, db=DB):
    """Everyone who has written on a plan; none of them may approve it."""

    id = Key()
    plan = Belongs(Plan)
    person = Belongs(Person)
    editor_once_per_plan = Unique([plan, person])


class Objective(Table, db=DB):
    """A goal with a measure that reads from a fact: from `baseline` to `target` by `due_on`."""

    id = Key()
    plan = Belongs(Plan, index=True)
    position = Integer(default=1)
    title = Varchar(length=300)
    fact = Varchar(length=60, default="")
    baseline = Numeric(digits=(18, 2), null=True, default=None)
    target = Numeric(digits=(18, 2), null=True, default=None)
    due_on = Date(null=True, default=None)


class Initiative(Table, db=DB):
    """A bundle of actions toward an objective."""

    id = Key()
    plan = Belongs(Plan, index=True)
    objective = Belongs(Objective, null=True, default=None, index=True)
    position = Integer(default=1)
    title = Varchar(length=300)
    strategy = Text(default="")


class Action(Table, db=DB):
    """A task with an owner and a date."""

    id = Key()
    initiative = Belongs(Initiative, index=True)
    position = Integer(default=1)
    title = Varchar(length=300)
    owner = Belongs(Person, null=True, default=None, index=True)
    due_on = Date(null=True, default=None)
    done_at = Timestamptz(null=True, default=None)


class Risk(Table, db=DB):
    """`likelihood` and `impact` from 1 to 5."""

    id = Key()
    plan = Belongs(Plan, index=True)
    position = Integer(default=1)
    title = Varchar(length=300)
    likelihood = SmallInt(default=3)
    impact = SmallInt(default=3)
    response = Text(default="")
    owner = Belongs(Person, null=True, default=None)


class PlanVersion(Table, db=DB):
    """The plan as it stood when it was submitted or given up: never changed afterwards. `hash` is SHA-256 in hex."""

    id = Key()
    plan = Belongs(Plan)
    number = Integer()
    content = JSONB()
    hash = Varchar(length=64)
    made_at = Timestamptz()
    made_by = Belongs(Person, null=True, default=None)
    approved_at = Timestamptz(null=True, default=None)
    approved_by = Belongs(Person, null=True, default=None)
    version_once_per_plan = Unique([plan, number])


class PlanComment(Table, db=DB):
    """What was said about a section and what became of it; only ever added to, and no part of any version.

    `event` is one of `kam.plans.discussion`: said, resolved, reopened, withdrawn. `about` is the comment that an entry
    answers or concerns; it is empty for a comment that opens a matter.
    """

    id = Key()
    plan = Belongs(Plan, index=True)
    section = Varchar(length=40)
    about = Belongs("self", null=True, default=None, index=True)
    event = Varchar(length=20)
    text = Text(default="")
    by = Belongs(Person)
    at = Timestamptz()
