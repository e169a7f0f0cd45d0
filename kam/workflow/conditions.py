"""Conditions over facts: tested for one subject, turned into SQL for all, listed as what is missing.

A condition is data and never evaluated as code. A fact without a value is not known: a test of it is neither met nor
unmet, in Python as in SQL (three-valued logic), so both always agree. `not` is moved down to the tests when a file is
read, so only tests, `All` and `Any` remain. Sentences are made in `sentences.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any as Anything
from typing import ClassVar

from kam.database.sql import Params

Value = bool | int | Decimal | str | tuple[str | int | Decimal, ...]

OPPOSITE = {
    "above": "at_most",
    "at_most": "above",
    "below": "at_least",
    "at_least": "below",
    "equals": "not",
    "not": "equals",
    "one_of": "none_of",
    "none_of": "one_of",
}
OPERATORS = (*OPPOSITE, "known")
ORDERINGS = ("above", "at_least", "below", "at_most")

_COMPARE: dict[str, Callable[[Anything, Anything], bool]] = {
    "above": lambda now, value: now > value,
    "at_least": lambda now, value: now >= value,
    "below": lambda now, value: now < value,
    "at_most": lambda now, value: now <= value,
    "equals": lambda now, value: now == value,
    "not": lambda now, value: now != value,
    "one_of": lambda now, value: now in value,
    "none_of": lambda now, value: now not in value,
}
_SQL = {
    "above": "{fact} > {value}",
    "at_least": "{fact} >= {value}",
    "below": "{fact} < {value}",
    "at_most": "{fact} <= {value}",
    "equals": "{fact} = {value}",
    "not": "{fact} <> {value}",
    "one_of": "{fact} = ANY({value})",
    "none_of": "{fact} <> ALL({value})",
}


@dataclass(frozen=True, slots=True)
class Test:
    __test__: ClassVar[bool] = False  # nothing for a test collector

    fact: str
    operator: str
    value: Value


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Any:
    parts: tuple[Condition, ...]


Condition = Test | All | Any


class Unreadable(Exception):
    """A condition that cannot be read; `near` is what to look for in the file, `remedy` what to write instead."""

    def __init__(self, message: str, remedy: str, near: str = "") -> None:
        super().__init__(message)
        self.remedy, self.near = remedy, near


def parse(source: Anything) -> Condition:
    """The condition of a TOML value: a table, or a list of tables of which all must hold. Raises `Unreadable`."""
    if isinstance(source, list):
        return _joined(All, source, "all")
    if not isinstance(source, dict):
        raise Unreadable("A condition must be a table", 'write { fact = "…", above = … }')
    for word, kind in (("all", All), ("any", Any)):
        if set(source) == {word}:
            return _joined(kind, source[word], word)
    if set(source) == {"not"}:
        return opposite(parse(source["not"]))
    return _test(source)


def _joined(kind: type[All] | type[Any], parts: Anything, word: str) -> Condition:
    if not isinstance(parts, list) or not parts:
        raise Unreadable(f"`{word}` must list at least one condition", f"write {word} = [ {{ … }}, {{ … }} ]", word)
    return kind(tuple(parse(part) for part in parts))


def _test(source: Mapping[str, Anything]) -> Test:
    fact = source.get("fact")
    if not isinstance(fact, str):
        raise Unreadable("A condition names no fact", 'write { fact = "…", above = … }, or all, any, not')
    operators = [key for key in source if key != "fact"]
    if len(operators) != 1 or operators[0] not in OPERATORS:
        wrong = ", ".join(operators) or "nothing"
        raise Unreadable(f"`{fact}` is compared by {wrong}", f"use one of {', '.join(OPERATORS)}", f'"{fact}"')
    value = source[operators[0]]
    return Test(fact, operators[0], tuple(value) if isinstance(value, list) else value)


def opposite(condition: Condition) -> Condition:
    if isinstance(condition, All):
        return Any(tuple(opposite(part) for part in condition.parts))
    if isinstance(condition, Any):
        return All(tuple(opposite(part) for part in condition.parts))
    if condition.operator == "known":
        return Test(condition.fact, "known", not condition.value)
    return Test(condition.fact, OPPOSITE[condition.operator], condition.value)


def tests_in(condition: Condition) -> Iterator[Test]:
    if isinstance(condition, Test):
        yield condition
        return
    for part in condition.parts:
        yield from tests_in(part)


def facts_in(condition: Condition) -> frozenset[str]:
    return frozenset(test.fact for test in tests_in(condition))


def holds(condition: Condition, facts: Mapping[str, Anything]) -> bool | None:
    """True or false, or `None` when it hangs on a fact that is not known yet."""
    if isinstance(condition, Test):
        return _compare(condition, facts.get(condition.fact))
    results = [holds(part, facts) for part in condition.parts]
    decisive = isinstance(condition, Any)
    if decisive in results:
        return decisive
    return None if None in results else not decisive


def _compare(test: Test, now: Anything) -> bool | None:
    if test.operator == "known":
        return (now is not None) == test.value
    return None if now is None else _COMPARE[test.operator](now, test.value)


def unmet(condition: Condition, facts: Mapping[str, Anything]) -> list[Test | Any]:
    """Everything that keeps the condition from holding: tests, and alternatives of which none holds."""
    if holds(condition, facts):
        return []
    if isinstance(condition, All):
        return [missing for part in condition.parts for missing in unmet(part, facts)]
    return [condition]


def to_sql(condition: Condition, params: Params, alias: str = "f", own: Collection[str] = ()) -> str:
    """A WHERE expression over the columns of `alias`, and of `own` for those that it names. Names come from checked
    definitions, values are parameters."""
    if isinstance(condition, Test):
        return _test_sql(condition, params, f"{'own' if condition.fact in own else alias}.{condition.fact}")
    joint = " AND " if isinstance(condition, All) else " OR "
    return "(" + joint.join(to_sql(part, params, alias, own) for part in condition.parts) + ")"


def _test_sql(test: Test, params: Params, column: str) -> str:
    if test.operator == "known":
        return f"{column} IS NOT NULL" if test.value else f"{column} IS NULL"
    value = list(test.value) if isinstance(test.value, tuple) else test.value
    return _SQL[test.operator].format(fact=column, value=f"{params(value)}::{_sql_type(test.value)}")


def _sql_type(value: Value) -> str:
    if isinstance(value, tuple):
        kinds = {_sql_type(item) for item in value}
        return ("numeric" if len(kinds) > 1 else kinds.pop()) + "[]"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "bigint"
    return "numeric" if isinstance(value, Decimal) else "text"
