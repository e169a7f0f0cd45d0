"""Work that is given up when the browser goes away."""

from __future__ import annotations

import asyncio

import pytest

from kam.web.leaving import while_waited_for
from kam.web.limits import Left


class Visitor:
    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    async def receive(self) -> dict[str, str]:
        await asyncio.sleep(self.seconds)
        return {"type": "http.disconnect"}


async def test_who_stays_gets_the_answer_and_its_refusals():
    async def refused() -> None:
        raise ValueError("refused")

    assert await while_waited_for(Visitor(60), asyncio.sleep(0, "done")) == "done"
    with pytest.raises(ValueError, match="refused"):
        await while_waited_for(Visitor(60), refused())


async def test_what_nobody_waits_for_any_more_is_cancelled():
    ended = asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    with pytest.raises(Left):
        await while_waited_for(Visitor(0.01), work())
    assert ended.is_set()
