"""The other visitor: asks for pages at a steady beat, in a process of its own, each over a new connection.

    python -m tests.attacks.visiting PORT COOKIE SECONDS

The beat does not wait for answers, so that a service that stands still is felt by every visit of that time. Prints the
seconds of each visit as JSON; one that failed counts as `NEVER`.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

from kam.web.cookies import SESSION

BEAT = 0.05
NEVER = 60.0
PAGES = ("/customers", "/sign-in", "/portfolio")


async def visits(port: int, cookie: str, seconds: float) -> list[float]:
    beats = range(int(seconds / BEAT))
    return await asyncio.gather(*(_visit(port, PAGES[beat % len(PAGES)], cookie, beat * BEAT) for beat in beats))


async def _visit(port: int, page: str, cookie: str, wait: float) -> float:
    await asyncio.sleep(wait)
    begun = time.perf_counter()
    try:
        async with asyncio.timeout(NEVER / 2):
            status = await _status(port, page, cookie)
    except (OSError, TimeoutError, EOFError):
        return NEVER
    return time.perf_counter() - begun if status in (b"200", b"303") else NEVER


async def _status(port: int, page: str, cookie: str) -> bytes:
    reading, writing = await asyncio.open_connection("127.0.0.1", port)
    try:
        head = f"GET {page} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {SESSION}={cookie}\r\n"
        writing.write(f"{head}Connection: close\r\n\r\n".encode())
        first = await reading.readuntil(b"\r\n")
        await reading.read(-1)
        return first.split()[1]
    finally:
        writing.close()


if __name__ == "__main__":
    print(json.dumps(asyncio.run(visits(int(sys.argv[1]), sys.argv[2], float(sys.argv[3])))))
