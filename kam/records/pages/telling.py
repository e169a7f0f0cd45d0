"""How the value of a field is told: on the page of its record, and in a sentence of the history, by type."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from markupsafe import Markup, escape

from kam.language import N_, gettext, title
from kam.records import catalogue
from kam.records import fields as f
from kam.records.fields import Field
from kam.records.kind import Kind
from kam.records.pages.looking import badges_of
from kam.web import formats
from kam.web.addresses import mail_address, phone_address, web_address
from kam.web.badges import badge
from kam.web.current import current
from kam.web.templates import moment_tag
from kam.web.zones import local
from kam.workflow.registry import current as workflows

Row = Mapping[str, Any]
Names = Mapping[str, str]
YES, NO = N_("yes"), N_("no")
STATE = N_("State")


def value_of(field: Field, row: Row) -> Any:
    """What stands on the page of a record, as text or markup; a dash where nothing was said."""
    value = row[field.name]
    if value is None or value == "" or value == []:
        return formats.NOTHING
    return VALUES[field.type](field, value, row)


def sentence_of(field: Field, value: Any, names: Names) -> str:
    """A value as the history keeps it, in words; `names` are of the people and records by their ids."""
    if value is None or value == "" or value == []:
        return ""
    return SENTENCES[field.type](field, value, names)


def lines(fields: Sequence[Field], changes: Mapping[str, Any], names: Names) -> list[str]:
    """One line for each of these fields that changed: its title, what it was, what it is."""
    language, told = current().language, []
    for one in fields:
        if one.name not in changes:
            continue
        old, new = (sentence_of(one, value, names) for value in changes[one.name])
        told.append(_told(gettext(language, one.title), old, new))
    return [line for line in told if line]


def moved(kind: Kind, changes: Mapping[str, Any]) -> list[str]:
    """Where it began, if that is not where they all do; the steps tell the rest."""
    if "state" not in changes or not kind.workflow:
        return []
    definition, language = workflows().known_or_absent(kind.workflow), current().language
    return [_told(gettext(language, STATE), "", title(definition.state(changes["state"][1]).title, language))]


def _told(what: str, old: str, new: str) -> str:
    which = f"{old} → {new or formats.NOTHING}" if old else new
    return gettext(current().language, N_("%(what)s: %(which)s"), what=what, which=which) if which else ""


def _plain(_field: Field, value: Any, _row: Any) -> str:
    return str(value)


def _outside(address: Callable[[str], str]) -> Callable[[Field, Any, Row], Any]:
    def link(_field: Field, value: Any, _row: Row) -> Any:
        to = address(value)
        return Markup('<a href="{}" rel="noreferrer noopener">{}</a>').format(to, value) if to else value

    return link


def _tags(_field: Field, value: Any, _row: Row) -> Markup:
    return Markup(" ").join(Markup('<span class="tag">{}</span>').format(tag) for tag in value)


def _number(field: Field, value: Any, _row: Any) -> str:
    """Without the noughts that a column of the database adds."""
    try:
        text = formats.number(Decimal(str(value)), field.digits)
    except InvalidOperation:
        return str(value)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _percent(field: Field, value: Any, row: Any) -> str:
    return f"{_number(field, value, row)}%"


def _money(field: Field, value: Any, row: Row) -> str:
    return formats.money(value, row.get(field.currency, ""), current().language, cents=value != int(value))


def _day(_field: Field, value: date, _row: Row) -> Markup:
    """With how far it is from today."""
    language = current().language
    far = formats.ago(value, local(current().now), language)
    return Markup('{} <span class="quiet">· {}</span>').format(formats.day(value, language), far)


def _moment(_field: Field, value: datetime, _row: Row) -> Markup:
    language = current().language
    exact = formats.moment(local(value), language)
    return Markup('{} <span class="quiet">· {}</span>').format(exact, moment_tag(value, language))


def _yes_no(_field: Field, value: Any, _row: Any) -> str:
    return gettext(current().language, YES if value else NO)


def _choice(field: Field, value: Any, _row: Any) -> Any:
    return badge(badges_of(field), value, current().language) if value in field.looks else _title(field, value)


def _title(field: Field, value: Any) -> str:
    return gettext(current().language, field.choices.get(value, str(value)))


def _person(field: Field, _value: Any, row: Row) -> Any:
    return row[f"{field.name}_name"] or formats.NOTHING


def _record(field: Field, value: Any, row: Row) -> Any:
    name = row[f"{field.name}_name"]
    if name is None:
        return "…"  # it is of a customer whom the viewer does not see
    kind = catalogue.current().get(field.of)
    return Markup('<a href="{}">{}</a>').format(kind.address(value), name) if kind else escape(name)


def _named(_field: Field, value: Any, names: Names) -> str:
    return names.get(str(value), "…")


def _moment_said(_field: Field, value: Any, _names: Any) -> str:
    return _read(value, lambda: formats.moment(local(datetime.fromisoformat(value)), current().language))


def _day_said(_field: Field, value: Any, _names: Any) -> str:
    return _read(value, lambda: formats.day(date.fromisoformat(value), current().language))


def _read(value: Any, say: Callable[[], str]) -> str:
    """What an earlier version kept otherwise is told as it is."""
    try:
        return say()
    except (TypeError, ValueError):
        return str(value)


def _listed(_field: Field, value: Any, _names: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


VALUES: Mapping[str, Callable[[Field, Any, Row], Any]] = {
    f.TEXT: _plain,
    f.LONG: _plain,
    f.EMAIL: _outside(mail_address),
    f.PHONE: _outside(phone_address),
    f.WEB: _outside(web_address),
    f.TAGS: _tags,
    f.WHOLE: _number,
    f.NUMBER: _number,
    f.PERCENT: _percent,
    f.MONEY: _money,
    f.CURRENCY: _plain,
    f.DAY: _day,
    f.MOMENT: _moment,
    f.YES_NO: _yes_no,
    f.CHOICE: _choice,
    f.GRADE: _choice,
    f.PERSON: _person,
    f.RECORD: _record,
}
SENTENCES: Mapping[str, Callable[[Field, Any, Names], str]] = {
    f.TEXT: _plain,
    f.LONG: _plain,
    f.EMAIL: _plain,
    f.PHONE: _plain,
    f.WEB: _plain,
    f.TAGS: _listed,
    f.WHOLE: _number,
    f.NUMBER: _number,
    f.PERCENT: _percent,
    f.MONEY: _number,
    f.CURRENCY: _plain,
    f.DAY: _day_said,
    f.MOMENT: _moment_said,
    f.YES_NO: _yes_no,
    f.CHOICE: lambda field, value, _names: _title(field, value),
    f.GRADE: lambda field, value, _names: _title(field, value),
    f.PERSON: _named,
    f.RECORD: _named,
}
