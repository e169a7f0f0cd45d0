"""A kam that is killed while its child works: `python -m tests.children.parent WORK`."""

from __future__ import annotations

import asyncio
import sys

from kam.children.keeping import Children
from tests.children import works


async def main(work: str) -> None:
    children = Children("tests.children.works")
    print(await children.call(works.pid, seconds=10, memory=256), flush=True)
    await children.call(getattr(works, work), seconds=100, memory=256)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
