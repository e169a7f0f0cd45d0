"""What people open first is drawn when a process begins: by the pages themselves, for nobody, with nothing written."""

from __future__ import annotations

from kam.app import create
from kam.database.engine import DB
from kam.rehearsing import rehearse

_TABLES = "SELECT relname FROM pg_stat_user_tables WHERE schemaname = 'public' ORDER BY relname"


async def written():
    return {
        row["relname"]: await DB.fetchval(f"SELECT count(*) FROM {row['relname']}") for row in await DB.fetch(_TABLES)
    }


def overheard(app, monkeypatch):
    """Each page with its status, as it is drawn."""
    drawn, draw = [], app.draw

    async def draw_and_tell(scope, reader):
        drawn.append((scope["path"], await draw(scope, reader)))

    monkeypatch.setattr(app, "draw", draw_and_tell, raising=False)
    return drawn


async def test_the_daily_pages_are_drawn_and_nothing_is_written(cast, monkeypatch):
    app, before = create(), await written()
    drawn = overheard(app, monkeypatch)
    await rehearse(app)
    assert {status for _, status in drawn} == {200}
    assert {"/", "/customers", f"/customers/{cast.acme}"} <= {path for path, _ in drawn}
    assert await written() == before


async def test_where_nobody_is_yet_nothing_is_drawn(db, monkeypatch):
    app = create()
    drawn = overheard(app, monkeypatch)
    await rehearse(app)
    assert drawn == []
