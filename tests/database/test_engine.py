"""The faults of Piccolo's engine that ours does not have."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from kam.database.engine import DB, KamEngine
from tests.server import drop_table, make_table


@pytest.fixture
async def ground(database):
    """A table whose unique key is looked at only when the transaction is committed."""
    await make_table("ground", "n int UNIQUE DEFERRABLE INITIALLY DEFERRED")
    yield
    await drop_table("ground")


async def add(*numbers):
    for number in numbers:
        await DB.execute("INSERT INTO ground VALUES ($1)", number)


def busy():
    return DB.pool.get_size() - DB.pool.get_idle_size()


async def fail_in_transaction(numbers, error=None):
    async with DB.transaction():
        await add(*numbers)
        if error:
            raise error


async def test_a_failed_commit_gives_its_connection_back_and_leaves_no_dead_transaction(ground):
    for _ in range(40):  # more than the pool has connections
        with pytest.raises(asyncpg.UniqueViolationError):
            await fail_in_transaction([1, 1])
        assert DB.running() is None
    assert busy() == 0
    await fail_in_transaction([1])
    assert await DB.fetchval("SELECT count(*) FROM ground") == 1


async def test_an_error_rolls_back_and_reaches_the_caller(ground):
    with pytest.raises(ValueError, match="ours"):
        await fail_in_transaction([1], ValueError("ours"))
    assert await DB.fetchval("SELECT count(*) FROM ground") == 0
    assert busy() == 0


async def test_a_nested_transaction_is_a_savepoint_that_fails_alone(ground):
    async with DB.transaction():
        await add(1)
        with pytest.raises(ValueError, match="inner"):
            await fail_in_transaction([2], ValueError("inner"))
        async with DB.transaction():
            await add(3)
    assert [row["n"] for row in await DB.fetch("SELECT n FROM ground ORDER BY n")] == [1, 3]


async def test_a_statement_that_fails_inside_a_savepoint_leaves_the_outer_transaction_usable(ground):
    async with DB.transaction():
        await add(1)
        with pytest.raises(asyncpg.PostgresError):
            async with DB.transaction():
                await DB.execute("SELECT 1 / 0")
        assert await DB.fetchval("SELECT count(*) FROM ground") == 1


async def test_parts_of_a_whole_are_undone_together_even_if_the_error_of_one_was_caught(ground):
    with pytest.raises(RuntimeError, match="all of it was undone"):
        async with DB.transaction(whole=True):
            await add(1)
            with pytest.raises(ValueError, match="partly"):
                async with DB.transaction():
                    await add(2)
                    raise ValueError("partly")
    assert await DB.fetchval("SELECT count(*) FROM ground") == 0
    assert (DB.running(), busy()) == (None, 0)


async def test_an_attempt_inside_a_whole_may_fail_alone(ground):
    async with DB.transaction(whole=True):
        async with DB.transaction():
            await add(1)
        with pytest.raises(asyncpg.PostgresError):
            async with DB.attempt():
                await add(2)
                async with DB.transaction():
                    await DB.execute("SELECT 1 / 0")
        await add(3)
    assert [row["n"] for row in await DB.fetch("SELECT n FROM ground ORDER BY n")] == [1, 3]


async def test_the_isolation_level_is_what_was_asked_for(database):
    async with DB.transaction(isolation="serializable"):
        assert await DB.fetchval("SHOW transaction_isolation") == "serializable"
    async with DB.transaction():
        assert await DB.fetchval("SHOW transaction_isolation") == "read committed"


async def test_work_cancelled_in_the_middle_is_rolled_back_and_frees_its_connection(ground):
    async def slow():
        async with DB.transaction():
            await add(1)
            await DB.fetch("SELECT pg_sleep(30)")

    for _ in range(20):
        task = asyncio.create_task(slow())
        await asyncio.sleep(0.02)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert busy() == 0
    assert await DB.fetchval("SELECT count(*) FROM ground") == 0


async def test_a_task_that_outlives_its_transaction_does_not_write_into_it(ground):
    async def later(ended):
        await ended.wait()
        await add(7)
        return DB.running()

    ended = asyncio.Event()
    async with DB.transaction():
        task = asyncio.create_task(later(ended))
        await add(1)
    ended.set()
    assert await task is None
    assert await DB.fetchval("SELECT count(*) FROM ground") == 2


async def test_a_connection_that_dies_inside_a_transaction_is_replaced(ground):
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)):
        async with DB.transaction():
            pid = await DB.fetchval("SELECT pg_backend_pid()")
            async with DB.pool.acquire() as other:
                await other.execute("SELECT pg_terminate_backend($1)", pid)
            await add(1)
    assert DB.running() is None
    assert busy() == 0
    await add(2)


async def test_bulk_rows_join_the_transaction(ground):
    with pytest.raises(ValueError, match="undone"):
        async with DB.transaction():
            await DB.copy_records("ground", columns=["n"], records=[(n,) for n in range(100)])
            assert await DB.fetchval("SELECT count(*) FROM ground") == 100
            raise ValueError("undone")
    assert await DB.fetchval("SELECT count(*) FROM ground") == 0


def test_an_engine_that_is_not_open_says_so():
    from kam.errors import Unavailable

    with pytest.raises(Unavailable, match="not open"):
        asyncio.run(KamEngine(config={}).fetch("SELECT 1"))


async def test_who_is_given_up_on_when_their_connection_is_lost_is_given_up_on_all_the_same(database, monkeypatch):
    """The pool takes back what is lost by itself, and complains of a second time."""
    release = asyncpg.Pool.release

    async def after_it_was_lost(pool, connection, **how):
        holder = connection._holder
        await release(pool, connection, **how)
        await holder.release(None)

    async def waits_for_ever():
        async with DB.connection():
            waiting.set()
            await asyncio.Event().wait()

    monkeypatch.setattr(asyncpg.Pool, "release", after_it_was_lost)
    waiting = asyncio.Event()
    task = asyncio.create_task(waits_for_ever())
    await waiting.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert busy() == 0
