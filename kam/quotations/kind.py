"""Quotations: what was offered at which prices until when, in versions, up to the order that comes of it."""

from __future__ import annotations

from kam.language import N_
from kam.quotations.facts import FACTS
from kam.quotations.sending import EFFECTS
from kam.quotations.tables import Quotation, QuotationLine
from kam.records import fields as f
from kam.records.fields import Field
from kam.records.kind import OF_CUSTOMER, Kind
from kam.records.parts import Parts
from kam.sales import lines

LINES = Parts(
    name="lines",
    title=N_("Lines"),
    one=N_("Line"),
    table=QuotationLine,
    owner="quotation",
    least=1,
    too_few=N_("Give the quotation at least one line."),
    fields=lines.FIELDS,
)

QUOTATION = Kind(
    name="quotation",
    title=N_("Quotation"),
    titles=N_("Quotations"),
    new=N_("New quotation"),
    about=N_("What was offered to customers: line by line, valid until a day, up to the order that comes of it."),
    path="quotations",
    icon="file-text",
    group=N_("Sales"),
    table=Quotation,
    ability="write_sales",
    belongs=OF_CUSTOMER,
    number="Q-",
    sort="-valid_until",
    workflow="quotation",
    writable=frozenset({"draft"}),
    parts=(LINES,),
    completes=lines.price,
    effects=EFFECTS,
    facts=FACTS,
    fields=(
        Field(name="title", title=N_("What it is about"), required=True, indexed=True),
        Field(name="valid_until", title=N_("Valid until"), type=f.DAY, required=True, indexed=True),
        Field(name="currency", title=N_("Currency"), type=f.CURRENCY, required=True, usual="EUR", listed=False),
        Field(name="total", title=N_("Total"), type=f.MONEY, currency="currency", reckoned=True, indexed=True),
        Field(
            name="cost",
            title=N_("Cost"),
            type=f.MONEY,
            currency="currency",
            reckoned=True,
            protect="see_costs",
            listed=False,
        ),
        Field(name="owner", title=N_("Owner"), type=f.PERSON),
        Field(name="notes", title=N_("Notes"), type=f.LONG, listed=False),
    ),
)
