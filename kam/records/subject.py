"""A record as what workflows move and facts are known of: whose it is, and its fields as facts."""

from __future__ import annotations

from kam.facts import declare
from kam.facts.declare import Fact, FactGroup, Subject
from kam.language import N_
from kam.records import fields as f
from kam.records.fields import Field
from kam.records.kind import Kind
from kam.workflow.vocabulary import SubjectKind

_CHANGE = N_("Change the record")
# How a field is known: unit, kind and SQL of its value in `t`, with the currency of the customer `c`.
_KNOWN = {
    f.WHOLE: (declare.COUNT, declare.INTEGER, "t.{name}"),
    f.NUMBER: (declare.INDEX, declare.DECIMAL, "round(t.{name}, 1)"),
    f.PERCENT: (declare.PERCENT, declare.DECIMAL, "round(t.{name}, 1)"),
    f.MONEY: (declare.MONEY, declare.DECIMAL, "round(t.{name} * {{rate:t.{currency}>c.currency}}, 2)"),
    f.DAY: (declare.DAYS, declare.INTEGER, "t.{name} - {{as_of}}"),
    f.YES_NO: (declare.YES_NO, declare.BOOLEAN, "t.{name}"),
    f.GRADE: (declare.INDEX, declare.INTEGER, "t.{name}"),
    f.CHOICE: (declare.SEGMENT, declare.TEXT, "t.{name}"),
}
# Of what belongs to nobody.
_IN_BASE = "round(t.{name} / {{per_base:t.{currency}}}, 2)"


def subject_of(kind: Kind) -> SubjectKind:
    """Its authors are all who have written on it."""
    return SubjectKind(
        name=kind.name,
        title=kind.title,
        link=kind.address("{subject}"),
        standing=f"""
            SELECT r.customer, r.title, coalesce(r.owner, c.owner) AS owner,
                array(SELECT DISTINCT h.by FROM record_change h WHERE h.record = r.id AND h.by IS NOT NULL) AS authors,
                (SELECT jsonb_agg(jsonb_build_array(m.person, m.position)) FROM account_member m
                 WHERE m.customer = c.id AND m.until IS NULL) AS members
            FROM record r LEFT JOIN customer c ON c.id = r.customer
            WHERE r.id = {{subject}} AND r.kind = '{kind.name}' AND r.deleted_at IS NULL AND c.deleted_at IS NULL
        """,
        table=kind.sql_table,
        workflow=kind.workflow,
        of_customer=kind.belongs is not None,
        days=frozenset(one.name for one in kind.fields if one.type == f.DAY),
        moments=frozenset(one.name for one in kind.fields if one.type == f.MOMENT),
        columns=frozenset(kind.by_name),
        every=f"SELECT t.id AS subject, {_whose(kind)} AS customer FROM {kind.sql_table} t",
    )


def facts_of(kind: Kind) -> Subject:
    known = [one for one in kind.fields if one.type in _KNOWN]
    whose = _whose(kind)
    joined = f"JOIN customer c ON c.id = {whose}" if kind.belongs else ""
    values = ", ".join(f"{_sql(one, kind)} AS {fact_name(one)}" for one in known)
    group = FactGroup(
        name=f"fields_of_{kind.name}",
        subject=kind.name,
        sql=f"SELECT t.id AS subject, {values} FROM {kind.sql_table} t {joined} WHERE {{only:t.id}}",
        facts=tuple(_fact(kind, one) for one in known),
    )
    return Subject(
        name=kind.name,
        customer=f"SELECT {whose} FROM {kind.sql_table} t WHERE t.id = {{subject}}",
        groups=(group,) if known else (),
    )


def _whose(kind: Kind) -> str:
    return f"t.{kind.belongs.column}" if kind.belongs else "NULL::uuid"


def fact_name(field: Field) -> str:
    """A day is known by how far it is: `days_to_notice` for `notice_on`."""
    return f"days_to_{field.name.removesuffix('_on')}" if field.type == f.DAY else field.name


def _sql(field: Field, kind: Kind) -> str:
    sql = _KNOWN[field.type][2]
    if field.type == f.MONEY and not kind.belongs:
        sql = _IN_BASE
    return sql.format(name=field.name, currency=field.currency)


def _fact(kind: Kind, field: Field) -> Fact:
    unit, of, _ = _KNOWN[field.type]
    return Fact(
        name=fact_name(field),
        title=field.title,
        unit=unit,
        kind=of,
        unknown=field.type != f.YES_NO,
        help=field.help or field.title,
        change_by=_CHANGE,
        link="{page}/edit",
        protect=field.protect,
    )
