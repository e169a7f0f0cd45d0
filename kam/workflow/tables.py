"""The stored half of the engine: definitions seen, instances, the chained history and deadlines."""

from __future__ import annotations

from piccolo.columns import JSONB, UUID, BigInt, Bytea, Integer, SmallInt, Text, Timestamptz, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table

from kam.database.columns import Belongs, Key
from kam.database.engine import DB


class WorkflowDefinition(Table, db=DB):
    """Every definition file that was ever in force, as it was written. `hash` is SHA-256 of the text, in hex."""

    hash = Varchar(length=64, primary_key=True)
    workflow = Varchar(length=60, index=True)
    number = Integer()
    source = Text()
    loaded_at = Timestamptz()


class WorkflowInstance(Table, db=DB):
    """Where one subject stands in one workflow. `revision` counts steps; `head` is the hash of the last entry.

    `subject` is the id of the record that `workflow` moves; `customer` is the customer it concerns, if any. `beginning`
    is the hash of the first entry: how it began, in state `begun_in` under definition `begun_under` (empty where it
    began before that was kept). The database fills these in and keeps them; it moves the rest only with a step.
    """

    id = Key()
    workflow = Varchar(length=60)
    subject = UUID(default=None)
    customer = UUID(default=None, null=True, index=True)
    state = Varchar(length=60)
    revision = Integer(default=0)
    entered_at = Timestamptz()
    started_at = Timestamptz()
    definition = Varchar(length=64)
    head = Bytea(null=True, default=None)
    begun_in = Varchar(length=60, default="")
    begun_under = Varchar(length=64, default="")
    beginning = Bytea(null=True, default=None)
    once_per_subject = Unique([workflow, subject])


class WorkflowStep(Table, db=DB):
    """One step, append-only; `hash` covers the row and `previous`, so a change anywhere breaks the chain; from
    `hash_version` 2 on it covers the beginning, and so whose history this is, too.

    `by` is null for the system itself; `trigger` names the rule or deadline that made it act.
    `facts` are what was known: what decided the step as it was that moment, the rest as it was last stored.
    `request` makes a repeated request harmless.
    """

    id = Key()
    instance = Belongs(WorkflowInstance)
    number = BigInt()
    transition = Varchar(length=60)
    from_state = Varchar(length=60)
    to_state = Varchar(length=60)
    at = Timestamptz()
    by = UUID(null=True, default=None)
    trigger = Varchar(length=120, null=True, default=None)
    comment = Text(default="")
    fields = JSONB(default={})
    facts = JSONB(default={})
    definition = Varchar(length=64)
    request = Varchar(length=80, null=True, default=None)
    previous = Bytea(null=True, default=None)
    hash = Bytea(null=True, default=None)
    hash_version = SmallInt(default=1)
    once_per_number = Unique([instance, number])


class WorkflowDeadline(Table, db=DB):
    """What happens by itself if an instance is still in the state it entered with step `step` at `due_at`."""

    id = Key()
    instance = Belongs(WorkflowInstance)
    step = Integer()
    name = Varchar(length=60)
    due_at = Timestamptz()
    settled_at = Timestamptz(null=True, default=None)
    outcome = Varchar(length=400, default="")
