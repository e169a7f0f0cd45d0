"""Faults of conditions: unknown facts, values that do not fit the fact, tests that exclude each other."""

from __future__ import annotations

from decimal import Decimal

from kam.workflow.against import Against
from kam.workflow.conditions import ORDERINGS, Condition, Test, tests_in
from kam.workflow.contradiction import satisfiable
from kam.workflow.lines import Place
from kam.workflow.vocabulary import KnownFact

_TYPES: dict[str, tuple[type, ...]] = {
    "decimal": (int, Decimal),
    "integer": (int,),
    "boolean": (bool,),
    "text": (str,),
}
_EXAMPLES = {"decimal": "a number", "integer": "a whole number", "boolean": "true or false", "text": "a text"}


def check_condition(checking: Against, place: Place, condition: Condition) -> None:
    facts = checking.vocabulary.facts[checking.subject]
    fine = True
    for test in tests_in(condition):
        near = f'"{test.fact}"'
        if not checking.known(place, "fact", [test.fact], facts):
            fine = False
        elif fault := _mismatch(test, facts[test.fact]):
            checking.fault(place, *fault, near)
            fine = False
        else:
            _check_named(checking, place, test, facts[test.fact])
    if fine and not satisfiable(condition):
        checking.fault(place, "This condition can never hold: its tests exclude each other", "change one of its values")


def _mismatch(test: Test, fact: KnownFact) -> tuple[str, str] | None:
    """What is wrong with the value of a test, and the remedy."""
    if test.operator == "known":
        return None if isinstance(test.value, bool) else (f"`known` is {test.value!r}", "write true or false")
    if isinstance(test.value, tuple) != (test.operator in ("one_of", "none_of")) or test.value == ():
        said = f"`{test.operator}` of `{test.fact}` is {test.value!r}"
        return said, "write a list for one_of and none_of, one value for the others"
    if test.operator in ORDERINGS and fact.kind in ("boolean", "text"):
        return f"`{test.fact}` is {_EXAMPLES[fact.kind]} and cannot be {test.operator}", "use equals, not, or one_of"
    for value in test.value if isinstance(test.value, tuple) else (test.value,):
        if not isinstance(value, _TYPES[fact.kind]) or (isinstance(value, bool) and fact.kind != "boolean"):
            return f"`{test.fact}` is compared with {value!r}", f"write {_EXAMPLES[fact.kind]}"
    return None


def _check_named(checking: Against, place: Place, test: Test, fact: KnownFact) -> None:
    """Stages and levels are known by name; a value that none has would never match."""
    names = checking.naming.get(fact.unit)
    if not names or test.operator == "known":
        return
    for value in test.value if isinstance(test.value, tuple) else (test.value,):
        if value not in names:
            among = ", ".join(str(name) for name in names)
            checking.fault(place, f"`{test.fact}` is never {value!r}", f"use one of {among}", f'"{test.fact}"')
