"""From the text of a TOML file to a definition, with every fault of form. What the names mean is `checking.py`."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any, TypeVar

from kam.workflow.conditions import All
from kam.workflow.definition import (
    FIELD_KINDS,
    MEANINGS,
    TONES,
    Choice,
    Deadline,
    Definition,
    Field,
    State,
    Transition,
    Trigger,
)
from kam.workflow.faults import Fault
from kam.workflow.reading import Reader, Source

_NOTHING = All(())
_SHOWN = frozenset({"title", "description", "tone", "icon"})
Item = TypeVar("Item", Choice, Deadline, Field, Trigger)


@dataclass
class Parsed:
    """A definition as far as it could be read, and the file with the faults of form."""

    definition: Definition | None
    source: Source


def parse(file: str, text: str) -> Parsed:
    source = Source(file, text)
    table = table_of(source)
    return Parsed(None if table is None else _definition(Reader(source, (), table)), source)


def table_of(source: Source) -> dict[str, Any] | None:
    """What the file holds; None, and a fault at its line, if it is not TOML."""
    try:
        return tomllib.loads(source.text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        message = f"This is not TOML: {str(error).split(' (at ')[0]}"
        number = int(line[1]) if line else len(source.text.splitlines())
        source.faults.append(Fault(source.file, number, message, "correct the line"))
        return None


def substance(text: str) -> str:
    """What a file says beside its words, colours, icons and comments, in its order; two files with the same substance
    are one version."""
    try:
        return json.dumps(_bare(tomllib.loads(text)), default=str)
    except tomllib.TOMLDecodeError:
        return text


def _bare(value: Any, *, named: bool = False) -> Any:
    """`named` tables have names for keys, of which each may be any word."""
    if isinstance(value, list):
        return [_bare(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _bare(one, named=not named and key in ("states", "transitions"))
        for key, one in value.items()
        if named or key not in _SHOWN
    }


def _definition(reader: Reader) -> Definition:
    text = reader.source.text
    definition = Definition(
        name=reader.text("name"),
        subject=reader.text("subject"),
        title=reader.titles(),
        description=reader.titles("description"),
        initial=reader.text("initial"),
        begins_in=reader.names("begins_in"),
        states={name: _state(name, state) for name, state in reader.named("states").items()},
        transitions={name: _transition(name, one) for name, one in reader.named("transitions").items()},
        triggers=_unique(reader.tables("triggers"), _trigger, "trigger"),
        source=text,
        hash=hashlib.sha256(text.encode()).hexdigest(),
        file=reader.source.file,
    )
    reader.done()
    return definition


def _state(name: str, reader: Reader) -> State:
    state = State(
        name=name,
        title=reader.titles(),
        description=reader.titles("description"),
        final=reader.text("kind", "normal", among=("normal", "final")) == "final",
        deadlines=tuple(_unique(reader.tables("deadlines"), _deadline, "deadline").values()),
        renamed_from=reader.names("renamed_from"),
        meaning=reader.text("meaning", "", among=("", *MEANINGS)),
        tone=reader.text("tone", "", among=("", *TONES)),
        icon=reader.text("icon", ""),
        likely=reader.percent("likely"),
    )
    reader.done()
    return state


def _deadline(reader: Reader) -> Deadline:
    dated = reader.has("before") or reader.has("of")
    if dated and reader.has("after"):
        reader.fault("A deadline has both `after` and `before`", "keep one: `after`, or `before` with `of`", "before")
        reader.duration("after")
    return Deadline(
        name=reader.text("name"),
        title=reader.titles(),
        after=timedelta(0) if dated else reader.duration("after"),
        before=reader.duration("before", none=True) if dated else timedelta(0),
        of=reader.text("of") if dated else "",
        transition=reader.maybe("transition"),
        tell=reader.names("tell"),
        effects=reader.names("effects"),
    )


def _transition(name: str, reader: Reader) -> Transition:
    transition = Transition(
        name=name,
        title=reader.titles(),
        description=reader.titles("description", required=False),
        sources=reader.names("from"),
        target=reader.text("to"),
        roles=frozenset(reader.names("roles")),
        positions=frozenset(reader.names("positions")),
        not_by=frozenset(reader.names("not_by")),
        guard=reader.condition("guard"),
        comment=reader.text("comment", "optional", among=("required", "optional", "none")),
        fields=tuple(_unique(reader.tables("fields"), _field, "field").values()),
        approves=reader.flag("approves"),
        automatic=reader.flag("automatic"),
        effects=reader.names("effects"),
        renamed_from=reader.names("renamed_from"),
    )
    reader.done()
    return transition


def _field(reader: Reader) -> Field:
    return Field(
        name=reader.text("name"),
        title=reader.titles(),
        kind=reader.text("kind", "text", among=FIELD_KINDS),
        required=reader.flag("required"),
        choices=tuple(_unique(reader.tables("choices"), _choice, "choice").values()),
    )


def _choice(reader: Reader) -> Choice:
    return Choice(name=reader.text("name"), title=reader.titles())


def _trigger(reader: Reader) -> Trigger:
    return Trigger(
        name=reader.text("name"),
        title=reader.titles(),
        sources=reader.names("from"),
        transition=reader.text("transition"),
        when=reader.condition("when") or _NOTHING,
        rest=reader.duration("rest", timedelta(0)),
    )


def _unique(readers: list[Reader], read: Callable[[Reader], Item], noun: str) -> dict[str, Item]:
    """The items by name, in the order of the file; a name that comes twice is a fault."""
    items: dict[str, Item] = {}
    for reader in readers:
        item = read(reader)
        reader.check_name(item.name)
        if item.name in items:
            reader.fault(f"The {noun} `{item.name}` is there twice", "give each its own name", "name")
        items[item.name] = item
        reader.done()
    return items
