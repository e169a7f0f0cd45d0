"""Another made-up kind, whose workflow has deadlines before its dates and a trigger over what is known of it."""

from __future__ import annotations

from pathlib import Path

from piccolo.columns import Date, Timestamptz, Varchar
from piccolo.table import Table

from kam.customers.tables import Customer
from kam.database.columns import Belongs, Key, Revision
from kam.database.engine import DB
from kam.people.tables import Person
from kam.records import fields as f
from kam.records.fields import Field
from kam.records.kind import OF_CUSTOMER, Kind
from tests.server import make_table

WORKFLOW = (Path(__file__).parent / "leasing.toml").read_text("utf-8")
RENEWALS = {"automatic": "Renews itself", "none": "Ends for good"}


class Lease(Table, db=DB):
    id = Key()
    customer = Belongs(Customer)
    title = Varchar(length=300)
    starts_on = Date()
    ends_on = Date(null=True, default=None)
    notice_on = Date(null=True, default=None)
    renewal = Varchar(length=20, default="none")
    owner = Belongs(Person, null=True, default=None)
    state = Varchar(length=60)
    created_at = Timestamptz()
    created_by = Belongs(Person, null=True, default=None)
    updated_at = Timestamptz()
    deleted_at = Timestamptz(null=True, default=None)
    revision = Revision()


LEASE = Kind(
    name="lease",
    title="Lease",
    titles="Leases",
    new="New lease",
    about="What is leased to whom.",
    path="leases",
    icon="key-round",
    group="Sales",
    table=Lease,
    ability="write_sales",
    belongs=OF_CUSTOMER,
    workflow="leasing",
    fields=(
        Field(name="title", title="Title", required=True),
        Field(name="starts_on", title="From", type=f.DAY, required=True, usual=lambda day: day),
        Field(name="ends_on", title="Until", type=f.DAY),
        Field(name="notice_on", title="Notice by", type=f.DAY),
        Field(name="renewal", title="Renewal", type=f.CHOICE, choices=RENEWALS, required=True, usual="none"),
        Field(name="owner", title="Owner", type=f.PERSON),
    ),
)

_COLUMNS = """
    id uuid PRIMARY KEY DEFAULT new_id(), customer uuid NOT NULL REFERENCES customer, title varchar(300) NOT NULL,
    starts_on date NOT NULL, ends_on date, notice_on date, renewal varchar(20) NOT NULL DEFAULT 'none',
    owner uuid REFERENCES person, state varchar(60) NOT NULL DEFAULT '', created_at timestamptz NOT NULL,
    created_by uuid, updated_at timestamptz NOT NULL, deleted_at timestamptz, revision integer NOT NULL DEFAULT 1
"""


async def make_leases() -> None:
    await make_table("lease", _COLUMNS)
