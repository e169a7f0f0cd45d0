"""Our own people: who they are, which teams they belong to, and where they are signed in."""

from __future__ import annotations

from piccolo.columns import Boolean, Bytea, Real, Timestamptz, Varchar
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
    """One of our users. `role` is a key of `kam.people.roles.ROLES`. A temporary password is to be changed first.

    `zone` is the time zone they chose, empty for that of the browser, which last was `seen_zone`.
    """

    id = Key()
    name = Varchar(length=200)
    email = Varchar(length=320, unique=True)
    password_hash = Varchar(length=400, null=True, default=None)
    role = Varchar(length=40)
    job = Varchar(length=200, default="")
    phone = Varchar(length=60, default="")
    language = Varchar(length=10, default="en")
    theme = Varchar(length=10, default="auto")
    zone = Varchar(length=60, default="")
    seen_zone = Varchar(length=60, default="")
    active = Boolean(default=True)
    created_at = Timestamptz()
    revision = Revision()
    password_temporary = Boolean(default=False)
    password_set_at = Timestamptz(null=True, default=None)


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
    """Every try to sign in that was heard, so that people can be told of those that were not theirs."""

    id = Key()
    email = Varchar(length=320)
    address = Varchar(length=60)
    at = Timestamptz()
    succeeded = Boolean(default=False)
    agent = Varchar(length=400, default="")
    new_browser = Boolean(default=False)


class Guess(Table, db=DB):
    """How often a password was tried in vain, of an account, from a source, or both; the next is heard `free_at`."""

    id = Key()
    account = Varchar(length=320)
    source = Varchar(length=120)
    tries = Real(default=0)
    at = Timestamptz()
    free_at = Timestamptz()
    once_per_source = Unique([account, source])


class Secret(Table, db=DB):
    """What only the processes of the service know."""

    name = Varchar(length=40, primary_key=True)
    value = Bytea()


class SavedView(Table, db=DB):
    """A named search, filter, sort and column choice of one list, kept by one person."""

    id = Key()
    person = Belongs(Person, index=True)
    list_name = Varchar(length=60)
    name = Varchar(length=120)
    query = Varchar(length=4000)
    once_per_list = Unique([person, list_name, name])
