"""A TOML table read key by key; whatever is wrong becomes a fault with its line, and reading goes on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from kam.language import LANGUAGES, Titles
from kam.workflow.conditions import Condition, Unreadable, parse
from kam.workflow.faults import Fault
from kam.workflow.lines import Lines, Place

_DURATION = re.compile(r"^(\d+) (minute|hour|day|week)s?$")
_NAME = re.compile(r"^[a-z][a-z0-9_]*$")


class Source:
    """One definition file while it is read: its lines, and the faults found so far."""

    def __init__(self, file: str, text: str) -> None:
        self.file, self.text, self.lines = file, text, Lines(text)
        self.faults: list[Fault] = []

    def fault(self, place: Place, message: str, remedy: str, near: str = "") -> None:
        self.faults.append(Fault(self.file, self.lines.of(place, near), message, remedy))


class Reader:
    """The keys of one table. Getters note what is missing or of the wrong type and answer with an empty value."""

    def __init__(self, source: Source, place: Place, table: Any) -> None:
        self.source, self.place = source, place
        self._left: dict[str, Any] = dict(table) if isinstance(table, Mapping) else {}
        if not isinstance(table, Mapping):
            self.fault(f"`{place[-1]}` is not a table", f"write it as [{'.'.join(map(str, place))}]")

    def fault(self, message: str, remedy: str, key: str = "", near: str = "") -> None:
        self.source.fault((*self.place, key) if key else self.place, message, remedy, near)

    def text(self, key: str, default: str | None = None, among: tuple[str, ...] = ()) -> str:
        value = self._left.pop(key, default)
        if value is None:
            self.fault(f"`{key}` is missing", f'add {key} = "…"')
        elif not isinstance(value, str) or (among and value not in among):
            self.fault(f"`{key}` is {value!r}", f"write one of {', '.join(among)}" if among else "write a text", key)
        else:
            return value
        return default or ""

    def maybe(self, key: str) -> str | None:
        return self.text(key) if key in self._left else None

    def flag(self, key: str) -> bool:
        value = self._left.pop(key, False)
        if not isinstance(value, bool):
            self.fault(f"`{key}` is {value!r}", "write true or false", key)
        return value is True

    def percent(self, key: str) -> int | None:
        value = self._left.pop(key, None)
        if value is None or (isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 100):
            return value
        self.fault(f"`{key}` is {value!r}", "write a whole number from 0 to 100", key)
        return None

    def names(self, key: str) -> tuple[str, ...]:
        value = self._left.pop(key, [])
        value = [value] if isinstance(value, str) else value
        if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
            self.fault(f"`{key}` is not a list of names", f'write {key} = ["…", "…"]', key)
            return ()
        if len(set(value)) < len(value):
            self.fault(f"`{key}` names the same thing twice", "name each once", key)
        return tuple(dict.fromkeys(value))

    def titles(self, key: str = "title", required: bool = True) -> Titles:
        value = self._left.pop(key, None)
        if value is None and not required:
            return {}
        if not isinstance(value, Mapping):
            self.fault(f"`{key}` is missing in every language", f"add {key} = {{ {_each_language()} }}", key)
            return {}
        for language in LANGUAGES:
            if not isinstance(value.get(language), str) or not value[language].strip():
                self.fault(f"`{key}` is missing in {language}", f'add {language} = "…" to it', key)
        for language in sorted(set(value) - set(LANGUAGES)):
            self.fault(f"`{key}` is given in {language}", f"use {', '.join(LANGUAGES)}", key)
        return {language: str(text) for language, text in value.items()}

    def has(self, key: str) -> bool:
        return key in self._left

    def duration(self, key: str, default: timedelta | None = None, *, none: bool = False) -> timedelta:
        """With `none` it may be none at all, such as "0 days"."""
        value = self._left.pop(key, None)
        if value is None and default is not None:
            return default
        match = _DURATION.match(value) if isinstance(value, str) else None
        if not match or not (none or int(match[1])):
            self.fault(f"`{key}` is {value!r}", 'write a length of time such as "36 hours", "14 days", "2 weeks"', key)
            return timedelta(days=1)
        try:
            return timedelta(**{f"{match[2]}s": int(match[1])})
        except OverflowError:
            return timedelta.max

    def condition(self, key: str) -> Condition | None:
        if key not in self._left:
            return None
        try:
            return parse(self._left.pop(key))
        except Unreadable as unreadable:
            self.fault(str(unreadable), unreadable.remedy, key, unreadable.near)
            return None

    def tables(self, key: str) -> list[Reader]:
        """The items of `[[key]]`."""
        value = self._left.pop(key, [])
        if not isinstance(value, list):
            self.fault(f"`{key}` is not a list", f"write each as [[{'.'.join(map(str, (*self.place, key)))}]]", key)
            return []
        return [Reader(self.source, (*self.place, key, n), item) for n, item in enumerate(value)]

    def named(self, key: str) -> dict[str, Reader]:
        """The tables `[key.name]`."""
        value = self._left.pop(key, {})
        if not isinstance(value, Mapping):
            self.fault(f"`{key}` is not a table", f"write each as [{key}.name]", key)
            return {}
        readers = {name: Reader(self.source, (*self.place, key, name), item) for name, item in value.items()}
        for name, reader in readers.items():
            reader.check_name(name)
        return readers

    def check_name(self, name: str) -> None:
        if name and not _NAME.match(name):
            self.fault(f"`{name}` is no name", "use small letters, digits and _, beginning with a letter")

    def done(self) -> None:
        """Names every key that nobody asked for: a misspelt key must not be silently without effect."""
        for key in self._left:
            self.fault(f"`{key}` means nothing here", "remove it, or see workflows/README.md for what may stand", key)


def _each_language() -> str:
    return ", ".join(f'{language} = "…"' for language in LANGUAGES)
