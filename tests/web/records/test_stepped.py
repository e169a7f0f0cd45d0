"""What a step did stands under “What happened” of its record and on the timeline of its customer, for every kind."""

from __future__ import annotations

import pytest

from kam.database.engine import DB
from kam.language import title
from kam.records.deleting import delete
from kam.workflow.advancing import advance
from kam.workflow.registry import current
from tests.records.making import make
from tests.records.walking import COMMENT, MOVED, first_step


@pytest.mark.parametrize("language", ["en", "zh_Hant"])
@pytest.mark.parametrize("kind", MOVED, ids=lambda kind: kind.name)
async def test_a_step_is_told_with_what_it_was_from_where_to_where_and_why(client, cast, now, kind, language):
    await DB.execute("UPDATE person SET language = $2 WHERE id = $1", cast.alice.id, language)
    record = await make(kind, cast.acme, by=cast.alice, now=now)
    option, said = await first_step(record, by=cast.alice, now=now)
    step = await advance(option.instance, option.transition, **said)
    definition = current().definition(kind.workflow)
    states = " → ".join(title(definition.state(name).title, language) for name in (step.from_state, step.to_state))
    browser = await client(cast.alice)
    past = (await browser.get(kind.address(record))).text.partition('id="history"')[2]
    pages = [past.partition("</section>")[0]]
    if kind.belongs:
        pages += [(await browser.get(f"/customers/{cast.acme}{query}")).text for query in ("", f"?show={kind.name}")]
    for page in pages:
        for told in (title(option.title, language), states, COMMENT, "Alice Account"):
            assert told in page, (told, page[:2000])
    await delete(kind, record, by=cast.alice, now=now)
    assert states in (await browser.get(kind.address(record))).text
