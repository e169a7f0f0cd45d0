"""An approval is given by a manager, never by whoever wrote, proposed or owns what is approved."""

from __future__ import annotations

import pytest

from kam.database.engine import DB
from kam.errors import Refused
from kam.workflow.options import instance_of
from tests.stepping import advance

PROPOSAL = {"comment": "Our largest in the region", "fields": {"criterion": "volume"}}
WORTHY = {"revenue_12m": 90000, "contacts_known": 3, "warning_level": 0, "blacklisted": False, "has_lead": True}


async def proposed(cast, know, now, by):
    await know(cast.acme, **WORTHY)
    instance = (await instance_of("designation", cast.acme)).id
    await advance(instance, "propose", by=by, now=now, **PROPOSAL)
    return instance


async def test_a_manager_designates_what_another_proposed(cast, know, now):
    instance = await proposed(cast, know, now, cast.alice)
    assert (await advance(instance, "designate", by=cast.mona, now=now)).to_state == "designated"
    assert await DB.fetchval("SELECT key_account FROM customer_fact WHERE customer = $1", cast.acme) is True


async def test_nobody_designates_what_they_proposed_themselves(cast, know, now):
    instance = await proposed(cast, know, now, cast.mona)
    with pytest.raises(Refused) as refused:
        await advance(instance, "designate", by=cast.mona, now=now)
    assert [blocker.code for blocker in refused.value.blockers] == ["own_work"]
    assert (await advance(instance, "designate", by=cast.ada, now=now)).to_state == "designated"


async def test_the_owner_does_not_designate_even_as_a_manager(cast, know, now):
    await DB.execute("UPDATE customer SET owner = $1 WHERE id = $2", cast.mona.id, cast.acme)
    instance = (await instance_of("designation", cast.acme)).id
    await know(cast.acme, **WORTHY)
    await advance(instance, "propose", by=cast.mona, now=now, **PROPOSAL)
    with pytest.raises(Refused, match="own matter"):
        await advance(instance, "designate", by=cast.mona, now=now)


async def test_whoever_is_no_manager_is_told_who_can_approve(cast, know, now):
    instance = await proposed(cast, know, now, cast.alice)
    with pytest.raises(Refused) as refused:
        await advance(instance, "designate", by=cast.alice, now=now)
    blockers = {blocker.code: blocker.said("en") for blocker in refused.value.blockers}
    assert set(blockers) == {"role", "own_work"}
    assert blockers["role"]["who"] == "Administrator or Manager"


async def test_declining_needs_a_comment_and_recalling_is_for_the_proposer(cast, know, now):
    instance = await proposed(cast, know, now, cast.alice)
    with pytest.raises(Refused, match="A comment is needed"):
        await advance(instance, "decline", by=cast.mona, now=now)
    with pytest.raises(Refused, match="Only whoever took the last step can do this"):
        await advance(instance, "recall", by=cast.mona, now=now)
    assert (await advance(instance, "recall", by=cast.alice, now=now)).to_state == "ordinary"
