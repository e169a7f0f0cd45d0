"""Whether a condition can hold at all: tests on one fact can exclude each other. Finds triggers that would flap."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator
from typing import Any as Anything

from kam.workflow.conditions import _COMPARE, ORDERINGS, All, Condition, Test


def satisfiable(condition: Condition) -> bool:
    """False only when no values of the facts could ever meet the condition."""
    return any(all(_possible(tests) for tests in by_fact.values()) for by_fact in _alternatives(condition))


def _alternatives(condition: Condition) -> Iterator[dict[str, list[Test]]]:
    for tests in _disjunction(condition):
        by_fact: dict[str, list[Test]] = defaultdict(list)
        for test in tests:
            by_fact[test.fact].append(test)
        yield by_fact


def _disjunction(condition: Condition) -> Iterator[tuple[Test, ...]]:
    if isinstance(condition, Test):
        yield (condition,)
    elif isinstance(condition, All):
        for parts in itertools.product(*(list(_disjunction(part)) for part in condition.parts)):
            yield tuple(itertools.chain.from_iterable(parts))
    else:
        for part in condition.parts:
            yield from _disjunction(part)


def _possible(tests: list[Test]) -> bool:
    """Tries the values at, below, above and between those that the tests name; one that meets all suffices."""
    comparing = [test for test in tests if test.operator != "known"]
    known = {test.value for test in tests if test.operator == "known"}
    if False in known:
        return True not in known and not comparing
    return not comparing or any(
        all(_COMPARE[test.operator](value, test.value) for test in comparing) for value in _candidates(comparing)
    )


def _candidates(tests: list[Test]) -> list[Anything]:
    values = list(itertools.chain.from_iterable(_values(test) for test in tests))
    if any(isinstance(value, bool) for value in values):
        return [True, False]
    if any(isinstance(value, str) for value in values):
        return [*values, object()] if all(test.operator not in ORDERINGS for test in tests) else values
    numbers = sorted(set(values))
    between = [(low + high) / 2 for low, high in itertools.pairwise(numbers)]
    return [*numbers, *between, numbers[0] - 1, numbers[-1] + 1]


def _values(test: Test) -> tuple[Anything, ...]:
    return test.value if isinstance(test.value, tuple) else (test.value,)
