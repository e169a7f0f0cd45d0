"""What people type into a large text field, as paragraphs and lists. No markup: the text stays text."""

from __future__ import annotations

import re
from dataclasses import dataclass

_BULLET = re.compile(r"^\s*[-*•‣·–]\s+(?=\S)")
_NUMBER = re.compile(r"^\s*\d{1,3}[.)、]\s*(?=\S)")


@dataclass(frozen=True, slots=True)
class Block:
    """`kind` is "paragraph" (lines), "bullets" or "numbers" (items)."""

    kind: str
    lines: tuple[str, ...]


def blocks(text: str) -> list[Block]:
    """An empty line or a change between text and list starts a new block.

    >>> blocks("Two goals:\\n- grow\\n- keep")
    [Block(kind='paragraph', lines=('Two goals:',)), Block(kind='bullets', lines=('grow', 'keep'))]
    """
    found: list[Block] = []
    kind, lines = "", list[str]()
    for line in [*text.replace("\r\n", "\n").split("\n"), ""]:
        of, content = _read(line)
        if of != kind and lines:
            found.append(Block(kind, tuple(lines)))
            lines = []
        kind = of
        if of:
            lines.append(content)
    return found


def _read(line: str) -> tuple[str, str]:
    if not line.strip():
        return "", ""
    if _BULLET.match(line):
        return "bullets", _BULLET.sub("", line).strip()
    if _NUMBER.match(line):
        return "numbers", _NUMBER.sub("", line).strip()
    return "paragraph", line.strip()
