"""Everything that can be odd about a line, by kind. No odd line passes in silence: each is counted and named."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from kam.importing.fields import KINDS, Field, FileKind
from kam.language import LANGUAGES, N_, Filled, gettext, title
from kam.records.guards import called
from kam.workflow.blockers import Blocker

# A failed line is not imported; a line left out is not imported on purpose; a noted line is imported.
FAILED, LEFT_OUT, NOTED = "failed", "left_out", "noted"
OTHER_ROW = "other_row"


@dataclass(frozen=True, slots=True)
class Oddity:
    """`title` heads its count in the report; `reason` is the sentence in the file of failed rows. `field` and `rule`
    are the title of the field and the sentence of the form where it is the form that refuses such a value."""

    severity: str
    title: str
    reason: str
    field: str = ""
    rule: str = ""

    guard: str = ""

    def titled(self, language: str) -> str:
        if self.guard:
            return gettext(language, self.title, guard=_guard_called(self.guard, language))
        what, which = gettext(language, self.field), gettext(language, self.rule)
        if self.field and not self.rule:
            return gettext(language, self.title, what=what)
        return gettext(language, self.title, what=what, which=which) if self.rule else gettext(language, self.title)

    def told(self, detail: str, language: str) -> str:
        if self.guard and self.severity == FAILED:
            return str(json.loads(detail)[language])
        if self.field and not self.rule:
            return _said(detail, language)
        return gettext(language, self.reason, detail=detail, rule=gettext(language, self.rule) if self.rule else "")


class _Oddities(dict[str, Oddity]):
    """Also of each field of a record by its title, `field:Value`, since which kinds there are is not known here, and of
    each guard by its name."""

    def __missing__(self, name: str) -> Oddity:
        if name.startswith(_GUARD):
            return Oddity(FAILED, N_("Refused: %(guard)s"), "", guard=name.removeprefix(_GUARD))
        if name.startswith(_PAST):
            title = N_("Let in as it is over: %(guard)s")
            return Oddity(NOTED, title, N_("“%(detail)s” is history."), guard=name.removeprefix(_PAST))
        field = name.removeprefix(_FIELD) if name.startswith(_FIELD) else _once(name)
        return Oddity(FAILED, N_("%(what)s: what cannot be taken"), "", field=field)


def _once(name: str) -> str:
    """The title of a field that reports of earlier versions name, such as `products.cost`. Raises KeyError."""
    kind, dot, field = name.partition(".")
    if not dot:
        raise KeyError(name)
    titles = {one.name: one.title for one in KINDS[kind].fields} if kind in KINDS else {}
    return titles.get(field, field)


_FIELD, _GUARD, _PAST = "field:", "guard:", "past:"

ODDITIES: dict[str, Oddity] = _Oddities(
    {
        "empty_field": Oddity(
            FAILED, N_("A required cell is empty"), N_("The cell “%(detail)s” is empty but required.")
        ),
        "bad_number": Oddity(FAILED, N_("Not a number"), N_("“%(detail)s” is not a number that can be read.")),
        "bad_date": Oddity(FAILED, N_("Not a date"), N_("“%(detail)s” is not a date that can be read.")),
        "bad_currency": Oddity(FAILED, N_("Not a currency code"), N_("“%(detail)s” is not a code such as EUR or CNY.")),
        "too_many_cells": Oddity(
            FAILED,
            N_("More cells than the header"),
            N_("The line has more cells than the header. A separator inside a text needs quotation marks."),
        ),
        "no_customer": Oddity(FAILED, N_("No customer"), N_("The line names no customer.")),
        "unknown_customer": Oddity(
            FAILED,
            N_("Unknown customer"),
            N_("There is no customer “%(detail)s”. Import customers first, or let them be created."),
        ),
        "several_customers": Oddity(
            FAILED,
            N_("Several customers of that name"),
            N_("Several customers are called “%(detail)s”. Use their key or code."),
        ),
        "refused_owner": Oddity(
            FAILED,
            N_("Refused: a customer given to somebody else"),
            N_("“%(detail)s” cannot be chosen. Only a manager may give a customer to somebody else."),
        ),
        "no_owner": Oddity(
            FAILED,
            N_("Owner has left or may only read"),
            N_("“%(detail)s” has left or may only read, and cannot be the owner. Name one of our people."),
        ),
        "taken_key": Oddity(
            FAILED,
            N_("Key used by another customer of the team"),
            N_("Another customer of this team has the key “%(detail)s”."),
        ),
        "deleted_customer": Oddity(
            FAILED, N_("Customer was deleted here"), N_("The customer “%(detail)s” was deleted here. Restore it first.")
        ),
        "other_customer": Oddity(
            FAILED, N_("Order of another customer"), N_("The order “%(detail)s” already belongs to another customer.")
        ),
        "repeated_key": Oddity(
            FAILED, N_("Key used twice in the file"), N_("“%(detail)s” stands on an earlier line with other content.")
        ),
        "unknown_stage": Oddity(FAILED, N_("Unknown stage"), N_("“%(detail)s” is not a stage of a sale.")),
        "no_name": Oddity(FAILED, N_("No name"), N_("The line has neither a key nor a name.")),
        "no_amount": Oddity(FAILED, N_("Neither price nor amount"), N_("The line has neither a price nor an amount.")),
        "too_large": Oddity(FAILED, N_("Amount too large"), N_("The amount is too large to be kept.")),
        "duplicate": Oddity(
            LEFT_OUT, N_("Exact copy of an earlier line"), N_("The line is an exact copy of an earlier line.")
        ),
        "deleted_record": Oddity(
            LEFT_OUT, N_("Record was deleted here"), N_("“%(detail)s” was deleted here and stays deleted.")
        ),
        "return": Oddity(NOTED, N_("Returns and cancellations (negative quantity)"), N_("The quantity is negative.")),
        "charge": Oddity(
            NOTED, N_("Charges instead of products (postage, fees, discounts)"), N_("“%(detail)s” is a charge.")
        ),
        "free": Oddity(NOTED, N_("Price of zero"), N_("The price is zero.")),
        "no_description": Oddity(NOTED, N_("Product without description"), N_("The product has no description.")),
        "similar_product": Oddity(
            NOTED, N_("Product matched by similar name"), N_("“%(detail)s” was taken for a product of a similar name.")
        ),
        "unknown_product": Oddity(
            NOTED, N_("Unknown product"), N_("There is no product “%(detail)s”; it is kept in the notes.")
        ),
        "unknown_owner": Oddity(
            NOTED, N_("Owner is not one of our users"), N_("“%(detail)s” is not one of our users.")
        ),
        "unknown_team": Oddity(
            NOTED, N_("Team not found"), N_("There is no team “%(detail)s” to which you may add customers.")
        ),
        "unknown_parent": Oddity(
            NOTED, N_("Parent company not found"), N_("There is no customer “%(detail)s” to be the parent.")
        ),
        "spelling": Oddity(NOTED, N_("Spelling corrected"), N_("“%(detail)s” was taken for a misspelling.")),
        "too_long": Oddity(FAILED, N_("Text too long"), N_("“%(detail)s” is too long. Shorten it.")),
        OTHER_ROW: Oddity(
            FAILED,
            N_("Another row of the same record cannot be taken"),
            N_("Another row of this record cannot be taken, and it comes in whole or not at all."),
        ),
        "circle": Oddity(
            NOTED,
            N_("Parent company stands below the customer"),
            N_("“%(detail)s” stands below this customer, directly or through others, and was not made its parent."),
        ),
        "unknown_channel": Oddity(
            NOTED, N_("Channel not known"), N_("“%(detail)s” is not a channel we know; it was taken as other.")
        ),
        "no_reason": Oddity(
            NOTED, N_("Lost without a reason"), N_("The sale was lost, and the line does not say why.")
        ),
        "past_owner": Oddity(
            NOTED,
            N_("Owner has left or may only read"),
            N_("“%(detail)s” has left or may only read; the name is kept in the notes."),
        ),
        "cleaned": Oddity(
            NOTED, N_("Control characters removed"), N_("“%(detail)s” held characters that cannot be shown.")
        ),
        "undecodable": Oddity(
            NOTED,
            N_("Characters that the encoding does not have"),
            N_("“%(detail)s” holds characters that cannot be read in this encoding."),
        ),
    }
)


def refusal(kind: FileKind, field: Field) -> str:
    """The kind of oddity of a value that the form refuses in this field."""
    return f"{kind.name}.{field.name}"


ODDITIES |= {
    refusal(kind, field): Oddity(
        FAILED,
        N_("%(what)s: %(which)s"),
        N_("“%(detail)s” cannot be taken. %(rule)s"),
        field.title,
        field.rules.holds[field.rule or field.name][1],
    )
    for kind in KINDS.values()
    for field in kind.fields
    if field.rules and (field.rule or field.name) in field.rules.holds
}

# What reports of earlier versions still name.
ODDITIES |= {
    "refused_customer": Oddity(
        FAILED,
        N_("Refused: a customer you do not see"),
        N_("“%(detail)s” belongs to a team whose records you may not change."),
    ),
    "shortened": Oddity(NOTED, N_("Text shortened"), N_("“%(detail)s” is too long and was shortened.")),
}

IMPORTED = frozenset(name for name, oddity in ODDITIES.items() if oddity.severity == NOTED)


def of_field(title: str) -> str:
    """The kind of oddity of a field of a record; its detail is `saying` of the sentence."""
    return f"{_FIELD}{title}"


def of_guard(name: str) -> str:
    """The kind of oddity of what a guard refuses; its detail is `reasoning`."""
    return f"{_GUARD}{name}"


def of_past(name: str) -> str:
    """The kind of oddity of what a guard would refuse if it were still to happen; its detail is what it is called."""
    return f"{_PAST}{name}"


def reasoning(blockers: Iterable[Blocker]) -> str:
    """What stands in the way, in every language."""
    reasons = [blocker for blocker in blockers if blocker.code != "remark"]
    return json.dumps({one: " ".join(blocker.text(one) for blocker in reasons) for one in LANGUAGES})


def _guard_called(name: str, language: str) -> str:
    guard = called(name)
    return title(guard.title, language) if guard else name


def saying(sentence: str, cell: str) -> str:
    """The sentence, which every reader gets in their language, with the cell that it is about."""
    message, places = (sentence.message, sentence.places) if isinstance(sentence, Filled) else (sentence, {})
    return json.dumps([message, {name: str(value) for name, value in places.items()}]) + "\n" + cell[:200]


def _said(detail: str, language: str) -> str:
    told, _, cell = detail.partition("\n")
    message, places = json.loads(told)
    said = gettext(language, message, **places)
    return gettext(language, N_("“%(detail)s” cannot be taken. %(rule)s"), detail=cell, rule=said) if cell else said
