"""Where in a TOML file something stands; `tomllib` forgets it, so headers and keys are looked up in the text."""

from __future__ import annotations

import re
from collections import Counter

_HEADER = re.compile(r"^\s*(\[\[?)\s*([\w.\-\" ]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"^\s*\"?([\w\-]+)\"?\s*=")

Place = tuple[str | int, ...]


class Lines:
    """Line numbers (from 1) by place: `("transitions", "approve", "guard")`, or `("triggers", 2, "when")`."""

    def __init__(self, source: str) -> None:
        self._text = source.splitlines()
        self._places: dict[Place, int] = {(): 1}
        self._read()

    def of(self, place: Place, near: str = "") -> int:
        """The line of `place`, or of the nearest table around it; of the next line with `near`, if there is one."""
        while place not in self._places:
            place = place[:-1]
        start = self._places[place]
        return next((n for n, text in enumerate(self._text[start - 1 :], start) if near in text), start)

    def _read(self) -> None:
        seen: Counter[Place] = Counter()
        here: Place = ()
        for number, text in enumerate(self._text, 1):
            if header := _HEADER.match(text):
                here = self._table(header[2], header[1] == "[[", seen)
                self._places.setdefault(here, number)
            elif key := _KEY.match(text):
                self._places.setdefault((*here, key[1]), number)

    @staticmethod
    def _table(name: str, repeated: bool, seen: Counter[Place]) -> Place:
        """The place of a header; the parts of it that are lists get the number of their last item."""
        place: Place = ()
        parts = [part.strip(' "') for part in name.split(".")]
        for depth, part in enumerate(parts, 1):
            place = (*place, part)
            if repeated and depth == len(parts):
                seen[place] += 1
            if seen[place]:
                place = (*place, seen[place] - 1)
        return place
