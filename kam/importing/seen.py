"""What was seen of an uploaded file, kept beside it: its page shows that, and does not read the file again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from kam.importing import apart, queries
from kam.importing.layout import Layout
from kam.importing.reading import Opened
from kam.importing.source import Source
from kam.people.viewer import Viewer

_MOST_CHARACTERS = 300_000
_LONGEST_CELL = 200
# What decides where rows and cells begin and end; the rest of a layout only how they are understood.
_CUTTING = ("encoding", "separator", "header", "spreadsheet")


def layout_of(file: Mapping[str, Any]) -> Layout:
    return Layout.from_stored(file["options"]["layout"])


async def opened(file: Mapping[str, Any], viewer: Viewer, layout: Layout | None = None) -> Opened:
    """The file as it was seen last; read anew only if the `layout` cuts it otherwise. Raises Invalid if it cannot."""
    stored = layout_of(file)
    layout, options = layout or stored, file["options"]
    if file["first"] is not None and all(getattr(layout, name) == getattr(stored, name) for name in _CUTTING):
        return Opened(layout, options["header"], file["first"], options["rows"])
    source = Source(file["name"], await queries.content_of(viewer, file["id"]))
    return await apart.peek(source, layout, length=options["rows"])


def kept(opened: Opened) -> str:
    """As JSON, as many of the first rows as are worth keeping."""
    rows: list[list[str]] = []
    characters = 0
    for cells in opened.first:
        rows.append([cell.replace("\0", "")[:_LONGEST_CELL] for cell in cells])
        characters += sum(map(len, rows[-1])) + len(cells)
        if characters > _MOST_CHARACTERS:
            break
    return json.dumps(rows)
