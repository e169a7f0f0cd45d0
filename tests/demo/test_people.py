"""Everyone in the demo has the password that is printed."""

from kam.demo.people import PASSWORD, accounts, renew_passwords
from kam.people import adding, passwords
from kam.workflow.actors import SYSTEM


async def test_a_demo_of_an_older_kam_takes_over_the_password_that_is_printed_now(db, now):
    one, other = accounts()[:2]
    for account in (one, other):
        await adding.add(
            name=account.name,
            email=account.email,
            role=account.role,
            by=SYSTEM,
            now=now,
            password="kettle mirror otter",
        )
    await db.execute("UPDATE person SET password_set_at = NULL WHERE email = $1", one.email)
    await renew_passwords(now=now)
    hashes = {row["email"]: row["password_hash"] for row in await db.fetch("SELECT email, password_hash FROM person")}
    assert await passwords.verify(PASSWORD, hashes[one.email])
    assert await passwords.verify("kettle mirror otter", hashes[other.email]), "who chose another one keeps it"
