"""Contracts: product, term, value, notice date, renewal, owner."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kam.contracts.facts import DERIVED, FACTS
from kam.contracts.tables import Contract
from kam.language import N_
from kam.records import fields as f
from kam.records.fields import Field
from kam.records.kind import OF_CUSTOMER, Kind

AUTOMATIC, BY_AGREEMENT, NONE = "automatic", "by_agreement", "none"
RENEWALS = {
    AUTOMATIC: N_("Renews itself"),
    BY_AGREEMENT: N_("Renewed by agreement"),
    NONE: N_("Ends for good"),
}


def _in_order(values: Mapping[str, Any]) -> Mapping[str, str]:
    starts, ends, notice = values["starts_on"], values["ends_on"], values["notice_on"]
    faults = {}
    if ends and ends < starts:
        faults["ends_on"] = N_("A contract cannot end before it begins.")
    if notice and (notice < starts or (ends and notice > ends)):
        faults["notice_on"] = N_("Notice is given between the beginning and the end.")
    return faults


CONTRACT = Kind(
    name="contract",
    title=N_("Contract"),
    titles=N_("Contracts"),
    new=N_("New contract"),
    about=N_("What was agreed with customers for a time, and until when notice can be given."),
    path="contracts",
    icon="file-pen-line",
    group=N_("Sales"),
    table=Contract,
    ability="write_sales",
    belongs=OF_CUSTOMER,
    number="K-",
    sort="-ends_on",
    workflow="contract",
    rules=_in_order,
    facts=FACTS,
    derived=DERIVED,
    fields=(
        Field(name="title", title=N_("What it is about"), required=True, indexed=True),
        Field(name="product", title=N_("Product"), type=f.RECORD, of="product", listed=False),
        Field(name="starts_on", title=N_("From"), type=f.DAY, required=True, usual=lambda day: day, indexed=True),
        Field(name="ends_on", title=N_("Until"), type=f.DAY, help=N_("Empty if it has no end."), indexed=True),
        Field(
            name="notice_on",
            title=N_("Notice by"),
            type=f.DAY,
            help=N_("The last day on which notice can be given."),
            indexed=True,
        ),
        Field(name="value", title=N_("Value"), type=f.MONEY, currency="currency", indexed=True),
        Field(name="currency", title=N_("Currency"), type=f.CURRENCY, required=True, usual="EUR", listed=False),
        Field(name="renewal", title=N_("Renewal"), type=f.CHOICE, choices=RENEWALS, required=True, usual=BY_AGREEMENT),
        Field(name="owner", title=N_("Owner"), type=f.PERSON),
        Field(name="notes", title=N_("Notes"), type=f.LONG, listed=False),
    ),
)
