"""Documents are drawn in a child: killed at its limits or when nobody wants the document, and the next one works."""

from __future__ import annotations

import asyncio
import os

import pytest

from kam.documents import drawing
from kam.documents.drawing import Limits, drawn
from kam.errors import DomainError
from kam.plans.drawing import draw
from tests.children.test_keeping import is_gone
from tests.documents.test_rendering import DATA
from tests.documents.works import dying, hanging, small, swelling
from tests.plans.examples import content, sheet


@pytest.fixture
def limited(monkeypatch):
    def limit(seconds: float, memory: int = 1024) -> None:
        monkeypatch.setattr(drawing, "LIMITS", Limits(seconds, memory))

    return limit


async def test_a_document_is_drawn_by_another_process_which_is_kept_for_the_next():
    first, second = [await drawn(small, "Hello", data=DATA) for _ in range(2)]
    assert first == second and first[0] != os.getpid() and first[1].startswith(b"%PDF")


async def test_a_child_draws_the_same_bytes_as_any_other_process():
    of = content()
    assert await drawn(draw, of, sheet(of=of), "zh_Hans", data=DATA) == draw(of, sheet(of=of), "zh_Hans", data=DATA)


async def test_a_document_that_hangs_is_stopped_with_what_to_do_and_the_next_one_is_drawn(limited):
    limited(0.5)
    with pytest.raises(DomainError, match=r"longer to draw than a minute.* Shorten the longest texts"):
        await drawn(hanging, data=DATA)
    limited(60)
    assert (await drawn(small, "Next", data=DATA))[1].startswith(b"%PDF")


async def test_a_document_that_takes_too_much_memory_is_stopped_with_what_to_do(limited):
    limited(60, 400)
    with pytest.raises(DomainError, match=r"more memory than one may take.* Shorten the longest texts"):
        await drawn(swelling, data=DATA)
    assert (await drawn(small, "Next", data=DATA))[1].startswith(b"%PDF")


async def test_a_child_that_is_killed_says_so():
    with pytest.raises(DomainError, match="broke off unexpectedly"):
        await drawn(dying, data=DATA)


async def test_a_child_whose_document_nobody_wants_any_more_is_killed(tmp_path):
    begun = tmp_path / "begun"
    hangs = asyncio.create_task(drawn(hanging, str(begun), data=DATA))
    while not begun.exists() or not begun.read_text():  # noqa: ASYNC110 - a file tells nobody
        await asyncio.sleep(0.05)
    hangs.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hangs
    assert await is_gone(int(begun.read_text()))


async def test_while_one_hangs_another_is_drawn(limited):
    limited(20)
    hangs = asyncio.create_task(drawn(hanging, data=DATA))
    assert (await asyncio.wait_for(drawn(small, "Meanwhile", data=DATA), 15))[1].startswith(b"%PDF")
    hangs.cancel()
