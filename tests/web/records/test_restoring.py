"""What is called as a deleted record was may be added, and restoring that one then says so, for every kind."""

from __future__ import annotations

import pytest

from kam.database.engine import DB
from kam.errors import Invalid
from kam.kinds import KINDS
from kam.records.deleting import delete
from tests.belongings import RECORDS
from tests.records.making import make

_UNIQUE = """
SELECT i.indexrelid::regclass::text AS name,
       (SELECT array_agg(a.attname::text) FROM pg_attribute a WHERE a.attrelid = i.indexrelid) AS columns
FROM pg_index i WHERE i.indrelid = $1::text::regclass AND i.indisunique AND NOT i.indisprimary
"""
# Numbers come from sequences; the key of another system is only ever said by a file, which looks first.
GIVEN_ONCE = frozenset({"number", "external_key"})


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
async def test_whatever_is_unique_has_its_sentence(kind, cast):
    for row in await DB.fetch(_UNIQUE, kind.sql_table):
        assert row["name"] in kind.taken or GIVEN_ONCE & set(row["columns"]), row["name"]


async def again(kind, cast, now):
    """A second of the same name, or what is said against it."""
    try:
        return await make(kind, cast.acme, by=cast.alice, now=now)
    except Invalid as told:
        return told


@pytest.mark.parametrize("kind", RECORDS, ids=lambda kind: kind.name)
async def test_a_deleted_one_makes_room_and_comes_back_once_there_is_room_again(client, kind, cast, now):
    browser = await client(cast.alice)
    first = await make(kind, cast.acme, by=cast.alice, now=now)
    await delete(kind, first, by=cast.alice, now=now)
    if [one for one in kind.fields if one.required and one.of]:
        return  # what it refers to is another's, so that the second differs anyway
    second = await again(kind, cast, now)
    if isinstance(second, Invalid):  # it keeps what it is called by, and that is said at the field
        assert second.fields.items() <= set(kind.taken.values())
        assert (await browser.post(f"{kind.address(first)}/restoration", data={})).status_code == 303
        return
    answer = await browser.post(f"{kind.address(first)}/restoration", data={})
    if not kind.taken:
        assert answer.status_code == 303
        return
    assert answer.status_code == 422, kind.name
    assert any(sentence in answer.text for _, sentence in kind.taken.values())
    assert await DB.fetchval(f"SELECT deleted_at IS NOT NULL FROM {kind.sql_table} WHERE id = $1", first)
    await delete(kind, second, by=cast.alice, now=now)
    assert (await browser.post(f"{kind.address(first)}/restoration", data={})).status_code == 303
    for record in (first, second):
        assert (await browser.get(kind.address(record))).status_code == 200
