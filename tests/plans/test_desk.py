"""What somebody asks about a plan waits on the desk of whom it concerns, and is answered there."""

from kam.plans import commenting
from kam.web.waiting import COUNTERS


async def ask(plan, cast, now):
    return await commenting.comment(plan, "situation", "Who decides there?", by=cast.mona, now=now)


async def test_a_comment_waits_on_the_authors_desk_until_it_is_answered_there(plan, cast, client, now):
    comment = await ask(plan, cast, now)
    alice, mona = await client(cast.alice), await client(cast.mona)
    text = (await alice.get("/")).text
    assert "Who decides there?" in text and await COUNTERS["desk"](cast.alice) == 1
    assert "Who decides there?" not in (await mona.get("/")).text
    answer = await alice.post(f"/plans/{plan}/comments/{comment}/answers?from=desk", data={"comment": "Their buyer."})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "Who decides there?" not in (await alice.get("/")).text and await COUNTERS["desk"](cast.alice) == 0
    assert "Their buyer." in (await mona.get("/")).text


async def test_a_comment_is_resolved_on_the_desk(plan, cast, client, now):
    comment, alice = await ask(plan, cast, now), await client(cast.alice)
    answer = await alice.post(f"/plans/{plan}/comments/{comment}/resolution?from=desk", data={"resolved": "1"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "Comments that wait for you" not in (await alice.get("/")).text


async def test_an_outsider_sees_no_comment(plan, cast, client, now):
    await ask(plan, cast, now)
    assert "Who decides there?" not in (await (await client(cast.charlie)).get("/")).text
