"""Everything that can be odd about a line, by kind. No odd line passes in silence: each is counted and named."""

from __future__ import annotations

from dataclasses import dataclass

from kam.language import N_

# A failed line is not imported; a line left out is not imported on purpose; a noted line is imported.
FAILED, LEFT_OUT, NOTED = "failed", "left_out", "noted"


@dataclass(frozen=True, slots=True)
class Oddity:
    """`title` heads its count in the report; `reason` is the sentence in the file of failed rows."""

    severity: str
    title: str
    reason: str


ODDITIES: dict[str, Oddity] = {
    "empty_field": Oddity(FAILED, N_("A required cell is empty"), N_("The cell “%(detail)s” is empty but required.")),
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
    "refused_customer": Oddity(
        FAILED,
        N_("Refused: a customer you do not see"),
        N_("“%(detail)s” belongs to a team whose records you may not change."),
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
    "unknown_owner": Oddity(NOTED, N_("Owner is not one of our users"), N_("“%(detail)s” is not one of our users.")),
    "unknown_team": Oddity(
        NOTED, N_("Team not found"), N_("There is no team “%(detail)s” to which you may add customers.")
    ),
    "unknown_parent": Oddity(
        NOTED, N_("Parent company not found"), N_("There is no customer “%(detail)s” to be the parent.")
    ),
    "spelling": Oddity(NOTED, N_("Spelling corrected"), N_("“%(detail)s” was taken for a misspelling.")),
    "shortened": Oddity(NOTED, N_("Text shortened"), N_("“%(detail)s” is too long and was shortened.")),
    "cleaned": Oddity(
        NOTED, N_("Control characters removed"), N_("“%(detail)s” held characters that cannot be shown.")
    ),
    "undecodable": Oddity(
        NOTED,
        N_("Characters that the encoding does not have"),
        N_("“%(detail)s” holds characters that cannot be read in this encoding."),
    ),
}

NOT_IMPORTED = frozenset(name for name, oddity in ODDITIES.items() if oddity.severity != NOTED)
FAILURES = frozenset(name for name, oddity in ODDITIES.items() if oddity.severity == FAILED)
