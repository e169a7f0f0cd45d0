"""Alice with a password, and trying to sign in as her."""

import pytest

from kam.clock import now as clock
from kam.people import guessing, passwords, signing_in

PASSWORD = "correct horse battery"
ALICE = "alice@example.com"


@pytest.fixture(autouse=True)
def nothing_remembered():
    """What this process has refused in another test."""
    guessing._REFUSED.clear()


@pytest.fixture
async def alice(cast, db):
    hashed = await passwords.hashed(PASSWORD)
    await db.execute("UPDATE person SET password_hash = $2 WHERE id = $1", cast.alice.id, hashed)
    return cast.alice


async def enter(email=ALICE, password=PASSWORD, *, address="203.0.113.7", browser="", now=None, agent="Firefox/1"):
    moment = now or clock()
    return await signing_in.sign_in(email, password, address=address, agent=agent, browser=browser, now=moment)
