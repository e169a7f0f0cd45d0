"""What comes back is an order of its own with negative quantities, in the state in which goods that came back stand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kam.database.engine import DB
from kam.errors import Invalid, NotAllowed, NotFound
from kam.orders.kind import ORDER
from kam.orders.returning import take_back
from kam.records.deleting import delete
from tests.ordering import cancel, find
from tests.orders.test_orders import revenue, taken


async def test_a_return_takes_all_of_it_off_the_revenue(cast, now):
    order = await taken(cast, now, channel="online")
    row = await find(cast.alice, await take_back(order, by=cast.alice, now=now))
    assert (row["number"], row["total"], row["state"]) == ("O-20260504-1-R", Decimal("-59.97"), "returned")
    assert (row["channel"], row["ordered_on"]) == ("online", now.date())
    assert await revenue(cast.acme) == 0


async def test_a_return_a_cancelled_order_and_one_that_came_back_already_cannot_be_returned(cast, now):
    order = await taken(cast, now)
    returned = await take_back(order, by=cast.alice, now=now)
    for one in (returned, order):
        with pytest.raises(Invalid):
            await take_back(one, by=cast.alice, now=now)
    await cancel(returned, by=cast.alice, now=now)
    again = await take_back(order, by=cast.alice, now=now)  # the first was noted by mistake
    await delete(ORDER, again, by=cast.alice, now=now)
    await take_back(order, by=cast.alice, now=now)
    other = await taken(cast, now)
    await cancel(other, by=cast.alice, now=now)
    with pytest.raises(Invalid):
        await take_back(other, by=cast.alice, now=now)


async def test_outsiders_and_readers_are_refused(cast, now):
    order = await taken(cast, now)
    with pytest.raises(NotFound):
        await take_back(order, by=cast.charlie, now=now)
    with pytest.raises(NotAllowed):
        await take_back(order, by=cast.rita, now=now)
    assert await DB.fetchval("SELECT count(*) FROM sales_order") == 1
