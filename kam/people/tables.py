"""Our own people: who they are, which teams they belong to, and where they are signed in."""

from __future__ import annotations

from piccolo.columns import Boolean, Bytea, Timestamptz, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table

from kam.database.columns import Belongs, Key, Revision
from kam.database.engine import DB


class Team(Table, db=DB):
    """A sales or service unit; members see its customers and those of the teams below it."""

    id = Key()
    name = Varchar(length=200, unique=True)
    parent = Belongs("self", null=True, default=None, index=True)
    region = Varchar(length=200, default="")


class Person(Table, db=DB):
    """One of our users. `role` is a key of `kam.people.roles.ROLES`."""

    id = Key()
    name = Varchar(length=200)
    email = Varchar(length=320, unique=True)
    password_hash = Varchar(length=400, null=True, default=None)
    role = Varchar(length=40)
    job = Varchar(length=200, default="")
    phone = Varchar(length=60, default="")
    language = Varchar(length=10, default="en")
    theme = Varchar(length=10, default="auto")
    active = Boolean(default=True)
    created_at = Timestamptz()
    revision = Revision()


class Membership(Table, db=DB):
    """Who belongs to which team; `leads` marks its manager."""

    id = Key()
    person = Belongs(Person, index=True)
    team = Belongs(Team, index=True)
    leads = Boolean(default=False)
    once_per_team = Unique([person, team])


class Session(Table, db=DB):
    """A signed-in browser. The cookie holds a secret; the table holds only its SHA-256."""

    token_hash = Bytea(primary_key=True)
    person = Belongs(Person, index=True)
    created_at = Timestamptz()
    seen_at = Timestamptz()
    expires_at = Timestamptz(index=True)
    agent = Varchar(length=400, default="")
    address = Varchar(length=60, default="")


class SignInAttempt(Table, db=DB):
    """Every try to sign in, to slow down guessing per account and per address."""

    id = Key()
    email = Varchar(length=320)
    address = Varchar(length=60)
    at = Timestamptz()
    succeeded = Boolean(default=False)


class SavedView(Table, db=DB):
    """A named search, filter, sort and column choice of one list, kept by one person."""

    id = Key()
    person = Belongs(Person, index=True)
    list_name = Varchar(length=60)
    name = Varchar(length=120)
    query = Varchar(length=4000)
    once_per_list = Unique([person, list_name, name])
