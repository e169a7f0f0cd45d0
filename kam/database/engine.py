"""The one connection to PostgreSQL that everything shares (skeleton, to be completed)."""

from __future__ import annotations

from typing import Any

import asyncpg
from piccolo.engine.postgres import PostgresEngine


class KamEngine(PostgresEngine):
    async def fetch(self, sql: str, *args: Any) -> list[asyncpg.Record]:
        """Rows of one statement with `$1` parameters, inside the current transaction if there is one."""
        current = self.current_transaction.get()
        if current:
            return await current.connection.fetch(sql, *args)
        async with self.pool.acquire() as connection:
            return await connection.fetch(sql, *args)

    async def fetchrow(self, sql: str, *args: Any) -> asyncpg.Record | None:
        rows = await self.fetch(sql, *args)
        return rows[0] if rows else None

    async def fetchval(self, sql: str, *args: Any) -> Any:
        row = await self.fetchrow(sql, *args)
        return row[0] if row else None

    async def execute(self, sql: str, *args: Any) -> str:
        current = self.current_transaction.get()
        if current:
            return await current.connection.execute(sql, *args)
        async with self.pool.acquire() as connection:
            return await connection.execute(sql, *args)


DB = KamEngine(config={})
