"""Inside every kam under attack: told by a signal, it says where each of its tasks waits."""

import asyncio
import signal
import sys


def _tell(_number, _frame):
    try:
        tasks = asyncio.all_tasks()
    except RuntimeError:
        return
    for task in tasks:
        print("waits:", " < ".join(reversed(list(_places(task.get_coro())))), file=sys.stderr, flush=True)


def _places(waiting):
    """From the outermost coroutine to the innermost, which awaits something that is none."""
    while waiting is not None:
        kind = next((kind for kind in ("cr", "gi", "ag") if hasattr(waiting, f"{kind}_frame")), "")
        frame = getattr(waiting, f"{kind}_frame", None)
        if frame is None:
            yield repr(waiting)
            return
        yield f"{frame.f_code.co_filename.rpartition('/')[2]}:{frame.f_lineno} {frame.f_code.co_qualname}"
        waiting = getattr(waiting, f"{kind}_await" if kind != "gi" else "gi_yieldfrom")


signal.signal(signal.SIGUSR2, _tell)
