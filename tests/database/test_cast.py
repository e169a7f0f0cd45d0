"""Who the cast is, as the tests of every slice rely on it."""

from kam.database.engine import DB


async def test_alice_owns_acme_in_the_north_and_charlie_omega_in_the_south(cast):
    rows = {row["id"]: row for row in await DB.fetch("SELECT id, owner, team FROM customer")}
    assert (rows[cast.acme]["owner"], rows[cast.acme]["team"]) == (cast.alice.id, cast.north)
    assert (rows[cast.omega]["owner"], rows[cast.omega]["team"]) == (cast.charlie.id, cast.south)


def test_only_the_outsider_is_in_another_team(cast):
    assert {person.teams for person in (cast.mona, cast.alice, cast.bob, cast.sam, cast.rita)} == {(cast.north,)}
    assert cast.charlie.teams == (cast.south,)
    assert cast.ada.sees_all
