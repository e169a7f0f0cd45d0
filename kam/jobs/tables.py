"""Long work that a person asked for and can watch or stop."""

from __future__ import annotations

from piccolo.columns import JSONB, UUID, BigInt, Boolean, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from kam.database.columns import Key
from kam.database.engine import DB


class Work(Table, db=DB):
    """One piece of long work. `state`: waiting, running, done, failed, cancelled. `done` of `total` counts rows.

    Of the same `sameness` (who asked for what, hashed) only one waits or runs.
    """

    id = Key()
    kind = Varchar(length=40)
    title = Varchar(length=300)
    asked_by = UUID(null=True, default=None, index=True)
    state = Varchar(length=12, default="waiting")
    done = BigInt(default=0)
    total = BigInt(null=True, default=None)
    message = Text(default="")
    input = JSONB(default={})
    result = JSONB(default={})
    document = UUID(null=True, default=None)
    cancel_asked = Boolean(default=False)
    sameness = Varchar(length=64, null=True, default=None)
    asked_at = Timestamptz()
    started_at = Timestamptz(null=True, default=None)
    finished_at = Timestamptz(null=True, default=None)


class Hold(Table, db=DB):
    """Who does something that only one may do at a time; `beats` counts up while they live (`kam.jobs.holding`)."""

    name = Varchar(length=200, primary_key=True)
    holder = UUID(default=None, null=True)
    beats = BigInt(default=0)


class PeriodicRun(Table, db=DB):
    """Of each job that runs by the clock: the last moment of its schedule that was done well, when, and what failed
    since."""

    name = Varchar(length=60, primary_key=True)
    slot = Timestamptz(null=True, default=None)
    good_at = Timestamptz(null=True, default=None)
    failed_at = Timestamptz(null=True, default=None)
    fault = Varchar(length=400, default="")


class Machine(Table, db=DB):
    """Who acts on this database: pages or jobs of one checkout on one host, by which version and which workflow files
    (name -> hash), how many connections it may take, and when it last said so."""

    name = Varchar(length=200, primary_key=True)
    version = Varchar(length=40)
    workflows = JSONB(default={})
    seen_at = Timestamptz()
    connections = Integer(null=True, default=None)
