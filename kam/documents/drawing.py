"""Drawing documents in children, which are killed at their limits or when nobody wants the document any more."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from kam.children.keeping import MEMORY, TIME, Children, Ended
from kam.documents.fonts import prepare
from kam.errors import DomainError
from kam.language import N_

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one document: `seconds` of the clock from its turn on, `memory` in megabytes."""

    seconds: float
    memory: int


# A plan of nine pages takes one second and 150 MB.
LIMITS = Limits(seconds=60, memory=1024)
AT_ONCE = 2  # documents; further ones wait in turn
_KEPT_SECONDS = 1800  # a child that draws nothing for so long gives its memory back

_SAID = {
    TIME: N_(
        "The document took longer to draw than a minute and was stopped. Shorten the longest texts of the plan, or"
        " take entries out of its longest tables, and ask for the PDF again."
    ),
    MEMORY: N_(
        "The document needed more memory than one may take and was stopped. Shorten the longest texts of the plan, or"
        " take entries out of its longest tables, and ask for the PDF again."
    ),
}


async def drawn(draw: Callable[..., T], /, *args: Any, data: Path) -> T:
    """What `draw(*args, data=data)` returns, done in a child. Raises DomainError with what to do at a limit."""
    fonts = await asyncio.to_thread(prepare, data)
    try:
        return await _children(fonts).call(draw, *args, data=data, seconds=LIMITS.seconds, memory=LIMITS.memory)
    except Ended as ended:
        raise DomainError(_SAID.get(ended.reason, str(ended))) from ended


@cache
def _children(fonts: Path) -> Children:
    """As ourselves, because the fonts lie in our data folder; what is drawn is our own HTML."""
    return Children(
        "kam.documents.preloaded", most=AT_ONCE, idle=_KEPT_SECONDS, as_ourselves=True,
        environment={"FONTCONFIG_FILE": str(fonts)},
    )  # fmt: skip
