"""Which passwords are taken: one rule for every door; and those that somebody else gave are changed first."""

import pytest

from kam.clock import now as clock
from kam.demo.people import DOMAIN
from kam.demo.people import PASSWORD as OF_THE_DEMO
from kam.errors import Invalid
from kam.people import adding, passwords, resetting
from kam.workflow.actors import SYSTEM
from tests.people.conftest import ALICE, PASSWORD, enter

WEAK = [
    "1234567890", "0987654321", "password12", "Password123!", "qwertyuiop", "1q2w3e4r5t", "abcdefghij", "aaaaaaaaaa",
    "iloveyou123", "5201314520", "a123456789", "administrator", "aliceaccount", "Alice-Account-1", "alice@example.com",
    "example2026", "kam-kam-kam", "kamexample1", "acc0untalice", "woaini1314520",
    "Winter2025!!", "short",
    "beijing2008!!", "letmein-letmein", "2026-11-28-2026", "28.11.2026-28.11.2026", "Beijing-2008-Beijing",
    "qwerty-1990-qwerty", "zhangwei19900101", "letmein letmein2", "passw0rd-2024-passw0rd", "01/02/1990 01/02/1990",
]  # fmt: skip
GOOD = ["correct horse battery", "three blind herons", "kettle-mirror-otter", "我们在黄浦江边喝茶看船", "Xq7#vPz2!mLw",
        "kettle 2008 mirror otter", "kettle-mirror-kettle-mirror-otter"]  # fmt: skip


async def check(password, **more):
    await passwords.check(password, name="Alice Account", email=ALICE, **more)


@pytest.mark.parametrize("password", WEAK)
async def test_what_is_guessed_first_is_refused(password):
    with pytest.raises(Invalid) as refused:
        await check(password)
    assert set(refused.value.fields) == {"password"}


@pytest.mark.parametrize("password", GOOD)
async def test_three_or_four_words_will_do(password):
    await check(password)


async def test_a_name_is_what_makes_a_password_weak_and_the_sentence_says_so():
    strong = "wilhelmina-brandt"
    await check(strong)
    with pytest.raises(Invalid, match="leave out your name"):
        await passwords.check(strong, name="Wilhelmina Brandt", email="w.brandt@example.com")


async def test_dates_and_what_is_said_twice_are_named_as_what_adds_nothing():
    for password in ("beijing2008!!", "letmein-letmein", "2026-11-28-2026"):
        with pytest.raises(Invalid, match="Dates, years and what is said twice"):
            await check(password)


async def test_a_long_one_is_judged_quickly():
    await check("correct horse battery " * 9)
    with pytest.raises(Invalid):
        await check("a" * 200)
    with pytest.raises(Invalid):
        await check("ab" * 100)
    with pytest.raises(Invalid):
        await check("correct horse battery " * 10)


def test_a_password_that_is_made_is_strong():
    for _ in range(20):
        assert not passwords._strength(passwords.temporary(), passwords.context("Alice Account", ALICE))


async def test_the_one_of_the_demo_is_taken_for_everybody_there():
    await passwords.check(OF_THE_DEMO, name="Ingrid Holm", email=f"ingrid@{DOMAIN}")


@pytest.fixture
def doors(client, cast, alice):
    """Every way by which somebody gets a password."""

    async def own(password):
        said = {"old": PASSWORD, "new": password, "again": password}
        answer = await (await client(alice)).post("/settings/password", data=said)
        return answer.status_code == 422

    async def first(password):
        said = {"old": PASSWORD, "new": password, "again": password}
        answer = await (await client(alice)).post("/password", data=said)
        return answer.status_code == 422

    async def added(password):
        return await refused(
            adding.add(name="Alice", email="a.a@example.com", role="service", by=SYSTEM, now=clock(), password=password)
        )

    async def from_the_command_line(password):
        return await refused(resetting.reset_password(ALICE, password, now=clock()))

    async def refused(door):
        try:
            await door
        except Invalid:
            return True
        return False

    return {"own": own, "first": first, "added": added, "command": from_the_command_line}


@pytest.mark.parametrize("door", ["own", "first", "added", "command"])
@pytest.mark.parametrize("password", ["1234567890", "password12", "alice@example.com"])
async def test_every_door_refuses_it_twice(doors, door, password):
    assert await doors[door](password)
    assert await doors[door](password)


@pytest.mark.parametrize("door", ["own", "first", "command"])
async def test_the_password_one_has_is_refused(doors, door):
    assert await doors[door](PASSWORD)


@pytest.fixture
async def given(client, cast, alice):
    """Alice's browser after an administrator gave her a new password."""
    page = await (await client(cast.ada)).post(f"/people/{alice.id}/password")
    password = page.text.split('class="secret">')[1].split("<")[0]
    browser = await client(None)
    entered = await browser.post("/sign-in", data={"email": ALICE, "password": password, "next": "/people"})
    assert entered.status_code == 303
    browser.headers.clear()
    return browser, password


def proof(text):
    return text.split('name="_csrf" value="')[1].split('"')[0]


async def test_a_temporary_password_leads_every_page_to_the_change_of_it(given, cast):
    browser, _ = given
    for path in ("/", "/people", "/settings", f"/customers/{cast.acme}"):
        answer = await browser.get(path)
        assert answer.status_code == 303 and answer.headers["location"].startswith("/password"), path
    assert (await browser.get("/people?q=x")).headers["location"] == "/password?next=%2Fpeople%3Fq%3Dx"
    told = await browser.get("/people", headers={"accept": "application/json"})
    assert told.status_code == 403 and "choose a password of your own" in told.json()["message"]


async def test_it_is_changed_and_then_everything_is_open(given):
    browser, password = given
    page = (await browser.get("/password?next=/people")).text
    said = {"_csrf": proof(page), "next": "/people"}
    wrong = await browser.post("/password", data=said | {"old": password, "new": "password12", "again": "password12"})
    assert wrong.status_code == 422 and "first passwords that are guessed" in wrong.text
    same = await browser.post("/password", data=said | {"old": password, "new": password, "again": password})
    assert same.status_code == 422 and "present password" in same.text
    own = "three blind herons"
    done = await browser.post("/password", data=said | {"old": password, "new": own, "again": own})
    assert (done.status_code, done.headers["location"]) == (303, "/people")
    assert (await browser.get("/people")).status_code == 200
    assert (await browser.get("/password")).status_code == 303
    assert (await enter(password=own)).session


async def test_a_form_that_comes_meanwhile_is_kept(given, cast):
    browser, _ = given
    said = {"_csrf": proof((await browser.get("/password")).text), "name": "Acme Next", "notes": "An hour's work"}
    answer = await browser.post("/customers", data=said, headers={"origin": "http://kam.test"})
    assert answer.status_code == 403 and "An hour&#39;s work" in answer.text and "/password" in answer.text
    assert (await browser.post("/customers", data=said)).status_code == 303


async def test_one_may_sign_out_and_choose_the_language(given):
    browser, _ = given
    token = proof((await browser.get("/password")).text)
    assert (await browser.post("/preferences", data={"_csrf": token, "language": "zh_Hans"})).status_code == 303
    assert 'lang="zh-Hans"' in (await browser.get("/password")).text
    assert (await browser.post("/sign-out", data={"_csrf": token})).headers["location"] == "/sign-in"
    assert (await browser.get("/password")).headers["location"].startswith("/sign-in")


@pytest.mark.parametrize("door", ["added", "command"])
async def test_what_others_give_is_temporary(doors, door, db):
    await doors[door]("kettle mirror otter")
    email = "a.a@example.com" if door == "added" else ALICE
    assert await db.fetchval("SELECT password_temporary FROM person WHERE email = $1", email)


async def test_what_one_chooses_oneself_is_not_temporary(doors, db, alice):
    assert not await doors["own"]("kettle mirror otter")
    assert not await db.fetchval("SELECT password_temporary FROM person WHERE id = $1", alice.id)
