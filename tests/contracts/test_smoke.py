from datetime import timedelta

import pytest

from kam.contracts.kind import CONTRACT
from kam.database.engine import DB
from kam.errors import Invalid, NotFound, Stale
from kam.records.adding import add
from kam.records.deleting import delete, restore
from kam.records.editing import edit
from kam.records.finding import find


async def test_smoke(cast, now):
    day = now.date()
    said = {"title": "Support", "value": "12.5", "ends_on": day + timedelta(days=300)}
    c = await add(
        CONTRACT,
        said,
        by=cast.alice,
        now=now,
        customer=cast.acme,
        key="k1",
    )
    again = await add(
        CONTRACT,
        said,
        by=cast.alice,
        now=now,
        customer=cast.acme,
        key="k1",
    )
    assert again == c
    row = await find(CONTRACT, cast.alice, c)
    print(row)
    assert row["number"] == "K-000001" and row["state"] == "draft" and row["customer_name"]
    await edit(CONTRACT, c, {"title": "More"}, by=cast.alice, now=now, revision=1)
    with pytest.raises(Stale):
        await edit(CONTRACT, c, {"title": "Less"}, by=cast.alice, now=now, revision=1)
    with pytest.raises(Invalid):
        await edit(CONTRACT, c, {"ends_on": day - timedelta(days=3)}, by=cast.alice, now=now, revision=2)
    await delete(CONTRACT, c, by=cast.alice, now=now)
    with pytest.raises(NotFound):
        await find(CONTRACT, cast.alice, c)
    await restore(CONTRACT, c, by=cast.alice, now=now)
    with pytest.raises(NotFound):
        await find(CONTRACT, cast.charlie, c)
    print([dict(r) for r in await DB.fetch("SELECT * FROM record")])
    print([dict(r) for r in await DB.fetch("SELECT event, changes FROM record_change WHERE record=$1", c)])
    print([dict(r) for r in await DB.fetch("SELECT * FROM workflow_instance WHERE subject=$1", c)])
