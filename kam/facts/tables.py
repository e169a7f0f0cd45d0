"""The last computed value of every fact of every customer, in real columns; and facts measured outside."""

from __future__ import annotations

from piccolo.columns import UUID, Date, Numeric, Timestamptz, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table

from kam.database.columns import Key
from kam.database.engine import DB


class MeasuredFact(Table, db=DB):
    """A fact fed in from outside (credit rating, deposits, usage) by name, value and date."""

    id = Key()
    customer = UUID(default=None)
    name = Varchar(length=60)
    value = Numeric(digits=(18, 4))
    measured_on = Date()
    recorded_at = Timestamptz()
    once_a_day = Unique([customer, name, measured_on])
