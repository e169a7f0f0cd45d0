"""The page of warnings: who, why, what was done, and who may lower the level."""

from kam import clock
from kam.database.engine import DB
from kam.workflow.options import instance_of
from tests.placing import place
from tests.statements import noting
from tests.stepping import advance


async def _warn(cast):
    instance = await instance_of("early_warning", cast.acme)
    await advance(instance.id, "warn", by=cast.alice, now=clock.now(), comment="Their buyer avoids us.")


async def test_without_warnings_it_says_so(client, cast):
    assert "No warnings" in (await (await client(cast.alice)).get("/warnings")).text


async def test_a_warning_shows_who_gave_it_and_why(client, cast):
    await _warn(cast)
    text = (await (await client(cast.mona)).get("/warnings")).text
    assert "Acme Industrial" in text
    assert "Their buyer avoids us." in text
    assert "Alice Account" in text


async def test_an_outsider_sees_no_warning_and_no_count_of_it(client, cast):
    await _warn(cast)
    browser = await client(cast.charlie)
    assert "Acme" not in (await browser.get("/warnings")).text
    assert (await browser.get(f"/warnings/{cast.acme}")).status_code == 404


async def test_the_owner_is_told_why_they_cannot_lower_it(client, cast):
    await _warn(cast)
    answer = await (await client(cast.alice)).post(
        f"/customers/{cast.acme}/early_warning/steps",
        data={"transition": "restore", "revision": 1, "comment": "All is well.", "next": "/warnings?level=watch"},
    )
    assert answer.status_code == 409
    assert "Nobody does this in their own matter" in answer.text and "All is well." in answer.text
    assert 'aria-current="page">Watch' in answer.text  # the same page as before
    assert (await instance_of("early_warning", cast.acme)).state == "watch"


async def test_the_history_of_a_level(client, cast):
    await _warn(cast)
    answer = await (await client(cast.alice)).get(f"/warnings/{cast.acme}")
    assert answer.status_code == 200
    assert "Their buyer avoids us." in answer.text


async def test_money_that_set_a_warning_off_has_the_customers_currency(client, cast):
    await DB.execute("UPDATE customer SET currency = 'CNY' WHERE id = $1", cast.acme)
    instance = await instance_of("early_warning", cast.acme)
    known = '{"revenue_trend": -31.5, "revenue_prior_12m": 48000.00}'
    await place(instance.id, "watch", trigger="revenue_falling", facts=known)
    for page in ("/", "/warnings", f"/warnings/{cast.acme}"):
        assert "¥48,000" in (await (await client(cast.alice)).get(page)).text, page


async def test_more_warnings_cost_no_more_statements(client, cast):
    await _warn(cast)
    browser = await client(cast.ada)
    paths, statements = ("/warnings", "/"), []
    for state in ("normal", "watch"):
        omega = await instance_of("early_warning", cast.omega)
        await place(omega.id, state)
        for path in paths:
            await browser.get(path)  # what is looked up once and kept is no part of this
            with noting() as noted:
                text = (await browser.get(path)).text
            assert ("Omega Trading" in text) == (state == "watch")
            statements.append(len(noted))
    assert statements[:2] == statements[2:]
