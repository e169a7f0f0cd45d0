"""A revision that is none is refused, not taken for none at all: who sends nonsense overwrites nothing."""

from __future__ import annotations

import pytest

from kam.database.engine import DB
from tests.belongings import belongings

FORMS = {
    "step": ("/instances/{instance}/steps", {"transition": "propose"}),
    "order": ("/orders/{order}", {"notes": "Changed", "ordered_on": "2026-05-04", "currency": "EUR"}),
    "opportunity": ("/opportunities/{opportunity}", {"name": "Changed", "amount": "1"}),
    "case": ("/cases/{case}", {"subject": "Changed", "kind": "complaint"}),
    "customer": ("/customers/{customer}", {"name": "Changed", "currency": "EUR", "kind": "organisation"}),
}


@pytest.mark.parametrize("revision", ["abc", "1.5", "-1", "99999999999999999999"])
@pytest.mark.parametrize("form", FORMS)
async def test_nonsense_for_a_revision_changes_nothing(client, cast, now, form, revision):
    found = await belongings(cast, now)
    words = {"opportunity": found.opportunity, "order": found.order, "customer": cast.acme}
    words |= {"instance": found.instance, "case": found.records["cases"]}
    path, said = FORMS[form]
    before = await DB.fetchval("SELECT count(*) FROM record_change")
    browser = await client(cast.alice)
    answer = await browser.post(path.format(**words), data={**said, "revision": revision})
    assert answer.status_code == 422, answer.status_code
    assert await DB.fetchval("SELECT count(*) FROM record_change") == before
