"""A network between kam and its database that can swallow what is sent: no error, no answer."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlsplit


class Network:
    """Lies between a TCP port of its own and the socket of the test server. `silent` is set and unset by a test."""

    def __init__(self, socket: str) -> None:
        self.socket = socket
        self.silent = False
        self.port = 0
        self.connections = 0

    async def joined(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        there = await asyncio.open_unix_connection(self.socket)
        with contextlib.suppress(OSError):
            await asyncio.gather(self.carry(reader, there[1]), self.carry(there[0], writer))

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while piece := await reader.read(65536):
            if not self.silent:
                writer.write(piece)
                await writer.drain()
        writer.close()


@contextlib.asynccontextmanager
async def network(address: str) -> AsyncIterator[tuple[Network, str]]:
    """The network, and the address of the database as reached through it."""
    parts = urlsplit(address)
    said = parse_qs(parts.query)
    between = Network(f"{said['host'][0]}/.s.PGSQL.{said.get('port', ['5432'])[0]}")
    server = await asyncio.start_server(between.joined, "127.0.0.1", 0)
    between.port = server.sockets[0].getsockname()[1]
    try:
        yield between, f"postgresql://{parts.username}@127.0.0.1:{between.port}{parts.path}"
    finally:
        server.close()
