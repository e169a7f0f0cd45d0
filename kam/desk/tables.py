"""What was possible when the system last looked at everything."""

from __future__ import annotations

from piccolo.columns import UUID, Timestamptz, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table

from kam.database.columns import Key
from kam.database.engine import DB


class PossibleStep(Table, db=DB):
    """A step whose conditions the sweep found met, and when it first did; a row goes when they no longer are."""

    id = Key()
    instance = UUID(default=None)
    transition = Varchar(length=60)
    since = Timestamptz()
    once_per_step = Unique([instance, transition])
