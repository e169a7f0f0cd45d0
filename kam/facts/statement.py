"""SQL made from declared facts: the same for one subject, for some, and for all."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from kam.facts.catalogue import CURRENCY, CUSTOMER, PER_BASE, Catalogue
from kam.facts.currencies import Currencies
from kam.facts.declare import BOOLEAN, DECIMAL, INTEGER, TEXT, DerivedFact, Fact, FactGroup
from kam.workflow.meanings import likely, states_that_mean

_PLACE = re.compile(
    r"\{(as_of|start|end|hour|total)\}|\{only:([\w.]+)\}|\{rate:([\w.]+)>([\w.]+)\}|\{per_base:([\w.]+)\}"
    r"|\{means:(\w+):(\w+)\}|\{likely:(\w+):([\w.]+)\}"
)

# The revenue of all customers comes from the last refresh up to the date, as one customer cannot know it.
_TOTAL = "(SELECT r.revenue_12m FROM fact_refresh r WHERE r.as_of <= {as_of} ORDER BY r.as_of DESC LIMIT 1)"

_TYPES = {DECIMAL: "numeric", INTEGER: "int", BOOLEAN: "boolean", TEXT: "text"}

Source = Callable[[FactGroup], str]  # empty where nothing is recorded for anybody


def fill(sql: str, currencies: Currencies, *, as_of: str, only: str = "", total: str = _TOTAL) -> str:
    """Puts SQL into the places of a group or an expression.

    `as_of` is SQL of a date. `only` is what follows a column to restrict it, such as `= $1`; empty for everything.
    `total` is SQL of the revenue of all customers, where it is known already.
    """
    words = {
        "as_of": as_of,
        "start": f"({as_of}::timestamp AT TIME ZONE 'UTC')",
        "end": f"(({as_of} + 1)::timestamp AT TIME ZONE 'UTC')",
        "total": total.format(as_of=as_of),
        "hour": f"{currencies.cost_of_an_hour}::numeric",
    }

    def put(match: re.Match[str]) -> str:
        word, column, source, target, priced, workflow, meaning, hoped, state = match.groups()
        if word:
            return words[word]
        if workflow:
            return states_that_mean(workflow, meaning)
        if hoped:
            return likely(hoped, state)
        if column:
            return f"{column} {only}" if only else "TRUE"
        return currencies.per_base(priced) if priced else currencies.sql(source, target)

    return _PLACE.sub(put, sql)


def of_one(catalogue: Catalogue, subject: str, names: Iterable[str]) -> str:
    """One row with the facts `names` of the subject whose id is `$1`, as of the date `$2`."""
    owner = "$1::uuid" if subject == CUSTOMER else f"({catalogue.subjects[subject].customer.format(subject='$1')})"

    def source(group: FactGroup) -> str:
        only = "= $1" if group.subject != CUSTOMER else f"= {owner}"
        return f"({fill(group.sql, catalogue.currencies, as_of='$2::date', only=only)})"

    subjects = f"(SELECT $1::uuid AS subject, {owner} AS customer)"
    return _of_day(select(catalogue, subject, names, subjects, source, as_of="$2::date"))


def of_some(catalogue: Catalogue, names: Iterable[str], subject: str = CUSTOMER) -> str:
    """A row with `subject` and the facts `names` of each whose id is in `$1` (a list of ids), as of the date `$2`."""
    asked, owner, owners = "unnest($1::uuid[]) asked(subject)", "asked.subject", "$1::uuid[]"
    if subject != CUSTOMER:
        owner = f"({catalogue.subjects[subject].customer.format(subject='asked.subject')})"
        owners = f"ARRAY(SELECT {owner} FROM {asked})"

    def source(group: FactGroup) -> str:
        only = f"= ANY({owners if group.subject == CUSTOMER else '$1::uuid[]'})"
        return f"({fill(group.sql, catalogue.currencies, as_of='$2::date', only=only)})"

    subjects = f"(SELECT asked.subject, {owner} AS customer FROM {asked})"
    return _of_day(select(catalogue, subject, names, subjects, source, as_of="$2::date", keys=("subject",)))


def _of_day(sql: str) -> str:
    """Facts that look at no day, such as the fields of a record, are asked for with one all the same."""
    return sql if "$2" in sql else f"{sql} WHERE $2::date IS NOT NULL"


def of_own(catalogue: Catalogue, subject: str, names: Iterable[str], *, subjects: str, as_of: str) -> str:
    """A row with `subject` and its facts `names`, which are its own and not its customer's, of each in the relation
    `subjects` (`subject`). `as_of` is SQL of the date."""

    def source(group: FactGroup) -> str:
        return f"({fill(group.sql, catalogue.currencies, as_of=as_of, only=f'IN (SELECT subject FROM {subjects} x)')})"

    asked = f"(SELECT subject, NULL::uuid AS customer FROM {subjects} x)"
    return select(catalogue, subject, sorted(names), asked, source, as_of=as_of, keys=("subject",))


def of_new(catalogue: Catalogue, new: str, records: Mapping[str, str], *, as_of: str) -> str:
    """A row with `subject` and every fact of each customer in the relation `new` (`id`), of whom nothing is known but
    what `records` says: by group, SQL that yields what the group's own would. `as_of` is SQL of the date."""

    def source(group: FactGroup) -> str:
        return f"({records[group.name]})" if group.name in records else ""

    names = list(catalogue.customer_facts)
    subjects = f"(SELECT id AS subject, id AS customer FROM {new})"
    return select(catalogue, CUSTOMER, names, subjects, source, as_of=as_of, keys=("subject",))


def select(
    catalogue: Catalogue,
    subject: str,
    names: Iterable[str],
    subjects: str,
    source: Source,
    *,
    as_of: str,
    keys: tuple[str, ...] = (),
    total: str = _TOTAL,
) -> str:
    """A row for each of `subjects` (a relation of subject and customer) from the group relations of `source`."""
    wanted = list(names)
    needed = catalogue.needed(wanted)
    sql = _gathered(catalogue, subject, needed, subjects, source)
    for level in range(1, 1 + max((catalogue.levels.get(name, 0) for name in needed), default=0)):
        facts = [catalogue.derived[name] for name in needed if catalogue.levels.get(name) == level]
        added = ", ".join(
            f"{_kept(fact, f'({_filled(catalogue, fact, as_of, total)})')} AS {fact.name}"
            for fact in sorted(facts, key=lambda fact: fact.name)
        )
        sql = f"SELECT f.*, {added} FROM ({sql} OFFSET 0) f"  # or each use of a fact would compute it anew
    return f"SELECT {', '.join((*keys, *wanted)) or 'subject'} FROM ({sql}) f"


def _filled(catalogue: Catalogue, fact: DerivedFact, as_of: str, total: str) -> str:
    return fill(fact.expression, catalogue.currencies, as_of=as_of, total=total)


def _gathered(catalogue: Catalogue, subject: str, needed: frozenset[str], subjects: str, source: Source) -> str:
    columns, joins = ["s.*"], []
    for group in catalogue.groups_for(subject, needed):
        key = "s.customer" if group.subject == CUSTOMER else "s.subject"
        joins.append(_joined(group, source(group), key))
        facts = [fact for fact in group.facts if fact.name in needed]
        columns += [f"{_with_nothing(fact, f'g_{group.name}')} AS {fact.name}" for fact in facts]
    if CURRENCY in needed:
        group = catalogue.groups_for(CUSTOMER, [CURRENCY])[0]
        columns.append(f"{catalogue.currencies.per_base(f'g_{group.name}.{CURRENCY}')} AS {PER_BASE}")
    return f"SELECT {', '.join(columns)} FROM {subjects} s {' '.join(joins)}"


def _joined(group: FactGroup, relation: str, key: str) -> str:
    """Where no group relation is, its columns are constants, which the planner computes with instead of joining."""
    if relation:
        return f"LEFT JOIN {relation} g_{group.name} ON g_{group.name}.subject = {key}"
    nothing = ", ".join(f"NULL::{_TYPES[fact.kind]} AS {fact.name}" for fact in group.facts)
    return f"CROSS JOIN (SELECT NULL::uuid AS subject, {nothing}) g_{group.name}"


def _with_nothing(fact: Fact, alias: str) -> str:
    """A fact of a group; some are known without records although they may be unknown with some."""
    value = _kept(fact, f"{alias}.{fact.name}")
    return (
        f"CASE WHEN {alias}.subject IS NULL THEN {fact.empty} ELSE {value} END"
        if fact.empty and fact.unknown
        else value
    )


def _kept(fact: Fact, column: str) -> str:
    """The value as it is stored: rounded to the digits of its unit, and something where nothing is recorded."""
    value = column if fact.digits is None else f"round({column}::numeric, {fact.digits})"
    return value if fact.unknown else f"coalesce({value}, {fact.without_records})"
