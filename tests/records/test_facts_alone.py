"""Whatever a condition asks of a record, it may ask for that alone."""

from __future__ import annotations

import pytest

from kam.database.columns import new_id
from kam.facts.catalogue import current
from kam.facts.gathering import gather, gather_some
from kam.kinds import KINDS


@pytest.mark.parametrize("kind", [kind for kind in KINDS if not kind.is_itself], ids=lambda kind: kind.name)
async def test_each_fact_of_a_kind_is_known_by_itself(db, as_of, kind):
    own = current().facts(kind.name).keys() - current().customer_facts.keys()
    assert own or not kind.belongs  # what is nobody's is no subject of conditions, but where it has a workflow
    for name in sorted(own):
        record = new_id()
        assert (await gather_some(kind.name, [record], as_of=as_of, names=[name])).keys() == {record}
        assert (await gather(kind.name, record, as_of=as_of, names=[name])).keys() == {name}
