"""The tables of people as they were first laid down."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, Boolean, Bytea, ForeignKey, Integer, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.constraints import Unique
from piccolo.table import Table

from kam.database.columns import NewId
from kam.database.migrating import new_tables

ID = "2026-11-22T00:00:10"


class Team(Table, tablename="team"):
    id = UUID(default=NewId(), primary_key=True)
    name = Varchar(length=200, unique=True)
    parent = ForeignKey(references="self", on_delete=OnDelete.restrict, index=True)
    region = Varchar(length=200)


class Person(Table, tablename="person"):
    id = UUID(default=NewId(), primary_key=True)
    name = Varchar(length=200)
    email = Varchar(length=320, unique=True)
    password_hash = Varchar(length=400, default=None, null=True)
    role = Varchar(length=40)
    job = Varchar(length=200)
    phone = Varchar(length=60)
    language = Varchar(length=10, default="en")
    theme = Varchar(length=10, default="auto")
    active = Boolean(default=True)
    created_at = Timestamptz()
    revision = Integer(default=1)


class Membership(Table, tablename="membership"):
    id = UUID(default=NewId(), primary_key=True)
    person = ForeignKey(references=Person, on_delete=OnDelete.restrict, index=True)
    team = ForeignKey(references=Team, on_delete=OnDelete.restrict, index=True)
    leads = Boolean()
    once_per_team = Unique([person, team], name="once_per_team")


class Session(Table, tablename="session"):
    token_hash = Bytea(primary_key=True)
    person = ForeignKey(references=Person, on_delete=OnDelete.restrict, index=True)
    created_at = Timestamptz()
    seen_at = Timestamptz()
    expires_at = Timestamptz(index=True)
    agent = Varchar(length=400)
    address = Varchar(length=60)


class SignInAttempt(Table, tablename="sign_in_attempt"):
    id = UUID(default=NewId(), primary_key=True)
    email = Varchar(length=320)
    address = Varchar(length=60)
    at = Timestamptz()
    succeeded = Boolean()


class SavedView(Table, tablename="saved_view"):
    id = UUID(default=NewId(), primary_key=True)
    person = ForeignKey(references=Person, on_delete=OnDelete.restrict, index=True)
    list_name = Varchar(length=60)
    name = Varchar(length=120)
    query = Varchar(length=4000)
    once_per_list = Unique([person, list_name, name], name="once_per_list")


async def forwards() -> MigrationManager:
    return new_tables(ID, "Tables of people", Team, Person, Membership, Session, SignInAttempt, SavedView)
