"""Taking people on, changing them, and letting them go."""

from kam.people.viewer import Viewer

NEW = {"name": "Wang Li 王丽", "email": "Wang.Li@example.com", "role": "account_manager", "language": "zh_Hans"}


async def test_an_administrator_adds_a_person_and_sees_the_password_once(client, cast, db):
    browser = await client(cast.ada)
    answer = await browser.post("/people", data={**NEW, "team": str(cast.north)})
    assert answer.status_code == 201
    assert 'class="secret"' in answer.text
    person = await db.fetchrow("SELECT * FROM person WHERE email = 'wang.li@example.com'")
    assert person["role"] == "account_manager"
    assert await db.fetchval("SELECT team FROM membership WHERE person = $1", person["id"]) == cast.north
    assert "王丽" in (await browser.get("/people?q=王丽")).text


async def test_faults_stand_at_their_fields_and_what_was_typed_is_kept(client, cast):
    answer = await (await client(cast.ada)).post(
        "/people", data={"name": "Wang", "email": "alice@example.com", "role": "king"}
    )
    assert answer.status_code == 422
    assert 'value="Wang"' in answer.text
    assert "Please choose one of the list." in answer.text


async def test_an_address_that_is_taken_is_said(client, cast):
    answer = await (await client(cast.ada)).post("/people", data={**NEW, "email": "ALICE@example.com"})
    assert answer.status_code == 422
    assert "is there already" in answer.text


async def test_only_administrators_change_people(client, cast):
    for viewer in (cast.mona, cast.alice, cast.rita):
        browser = await client(viewer)
        assert (await browser.get("/people")).status_code == 200
        assert (await browser.get(f"/people/{cast.bob.id}")).status_code == 200
        assert (await browser.post("/people", data=NEW)).status_code == 403
        assert (await browser.post(f"/people/{cast.bob.id}", data=NEW)).status_code == 403
        for verb in ("deactivation", "reactivation", "password"):
            assert (await browser.post(f"/people/{cast.bob.id}/{verb}")).status_code == 403
        assert (await browser.post("/teams", data={"name": "Mine"})).status_code == 403


async def test_the_last_administrator_stays(client, cast):
    browser = await client(cast.ada)
    answer = await browser.post(f"/people/{cast.ada.id}", data={**NEW, "email": "ada@example.com"})
    assert answer.status_code == 422
    assert "last administrator" in answer.text
    assert (await browser.post(f"/people/{cast.ada.id}/deactivation")).status_code == 422


async def test_a_page_that_is_out_of_date_overwrites_nothing(client, cast, db):
    browser = await client(cast.ada)
    await db.execute("UPDATE person SET revision = 7 WHERE id = $1", cast.bob.id)
    answer = await browser.post(f"/people/{cast.bob.id}", data={**NEW, "email": "bob@example.com", "revision": "1"})
    assert answer.status_code == 409
    assert await db.fetchval("SELECT name FROM person WHERE id = $1", cast.bob.id) == cast.bob.name


async def test_a_team_cannot_stand_below_itself(client, cast):
    browser = await client(cast.ada)
    made = await browser.post("/teams", data={"name": "North East", "parent": str(cast.north)})
    below = made.headers["location"].rsplit("/", 1)[1]
    answer = await browser.post(f"/teams/{cast.north}", data={"name": "North", "parent": below})
    assert answer.status_code == 422
    assert "below itself" in answer.text


async def test_members_see_the_customers_of_teams_below_theirs(client, cast, db):
    from kam.clock import now
    from kam.people.sessions import viewer_of

    await (await client(cast.ada)).post(f"/teams/{cast.south}", data={"name": "South", "parent": str(cast.north)})
    mona = await viewer_of(cast.mona.id, now=now())
    assert isinstance(mona, Viewer)
    assert set(mona.teams) == {cast.north, cast.south}


async def test_one_changes_ones_own_name_and_password(client, cast, db):
    from kam.people import passwords

    await db.execute(
        "UPDATE person SET password_hash = $2 WHERE id = $1", cast.bob.id, await passwords.hashed("old old password")
    )
    browser, elsewhere = await client(cast.bob), await client(cast.bob)
    saved = await browser.post("/settings", data={"name": "Robert", "language": "zh_Hant", "theme": "dark"})
    assert saved.status_code == 303
    page = (await browser.get("/settings")).text
    assert "Robert" in page
    assert 'lang="zh-Hant"' in page
    wrong = await browser.post(
        "/settings/password", data={"old": "nope", "new": "a new long password", "again": "a new long password"}
    )
    assert wrong.status_code == 422
    short = await browser.post("/settings/password", data={"old": "old old password", "new": "short", "again": "short"})
    assert short.status_code == 422
    right = await browser.post(
        "/settings/password",
        data={"old": "old old password", "new": "a new long password", "again": "a new long password"},
    )
    assert right.status_code == 303
    assert (await browser.get("/settings")).status_code == 200
    assert (await elsewhere.get("/settings")).status_code == 303
