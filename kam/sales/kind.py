"""What is sold: products, and the opportunities to sell them.

Whether a product is still sold is a field and no workflow: nobody approves it, nothing falls due, it may change at any
time in either direction, and its history tells who did it. An order keeps the price and cost of its day.
"""

from __future__ import annotations

from kam.language import N_
from kam.records import fields as f
from kam.records.fields import Field
from kam.records.kind import OF_CUSTOMER, Kind
from kam.sales.closing import EFFECTS
from kam.sales.opportunity_facts import OPPORTUNITIES
from kam.sales.tables import Opportunity, Product

# What the histories of opportunities tell of the time before their stage was the state of a workflow.
_STAGES = {
    "prospecting": N_("Prospecting"),
    "engaging": N_("Engaging"),
    "proposing": N_("Proposing"),
    "negotiating": N_("Negotiating"),
    "won": N_("Won"),
    "lost": N_("Lost"),
}

PRODUCT = Kind(
    name="product",
    title=N_("Product"),
    titles=N_("Products"),
    new=N_("New product"),
    about=N_("Products are added here or brought in from a file."),
    path="products",
    icon="package",
    group=N_("Sales"),
    table=Product,
    ability="write_sales",
    sees="see_products",
    titled="name",
    known_by="code",
    sort="name",
    taken={"product_code_key": ("code", N_("Another product has this code."))},
    fields=(
        Field(name="name", title=N_("Name"), required=True, indexed=True),
        Field(name="name_zh", title=N_("Chinese name"), listed=False),
        Field(name="code", title=N_("Code"), length=60, required=True, indexed=True, code=True),
        Field(name="family", title=N_("Family"), length=120, indexed=True),
        Field(name="list_price", title=N_("List price"), type=f.MONEY, digits=4, currency="currency", indexed=True),
        Field(name="unit", title=N_("Unit"), length=20, help=N_("piece, m, kg …")),
        Field(
            name="cost",
            title=N_("Cost"),
            type=f.MONEY,
            digits=4,
            currency="currency",
            protect="see_costs",
            help=N_("Orders from now on keep this cost; earlier ones keep theirs."),
        ),
        Field(name="currency", title=N_("Currency"), type=f.CURRENCY, required=True, usual="EUR", listed=False),
        Field(name="active", title=N_("Still sold"), type=f.YES_NO, required=True, usual=True),
    ),
)

OPPORTUNITY = Kind(
    name="opportunity",
    title=N_("Opportunity"),
    titles=N_("Opportunities"),
    new=N_("New opportunity"),
    about=N_("Note possible sales here, and follow them until they are won or lost."),
    path="opportunities",
    icon="trending-up",
    group=N_("Sales"),
    table=Opportunity,
    ability="write_sales",
    belongs=OF_CUSTOMER,
    titled="name",
    sort="-amount",
    workflow="opportunity",
    happens="engaged_on",
    former=(Field(name="stage", title=N_("Stage"), type=f.CHOICE, choices=_STAGES),),
    effects=EFFECTS,
    facts=(OPPORTUNITIES,),
    fields=(
        Field(name="name", title=N_("Name"), required=True, indexed=True),
        Field(name="product", title=N_("Product"), type=f.RECORD, of="product", listed=False),
        Field(name="amount", title=N_("Amount"), type=f.MONEY, currency="currency", indexed=True),
        Field(name="currency", title=N_("Currency"), type=f.CURRENCY, required=True, usual="EUR", listed=False),
        Field(
            name="probability",
            title=N_("Probability"),
            type=f.PERCENT,
            digits=0,
            help=N_("In per cent; empty for what is usual where it stands."),
        ),
        Field(name="engaged_on", title=N_("Engaged on"), type=f.DAY, usual=lambda day: day, listed=False),
        Field(name="expected_on", title=N_("Expected on"), type=f.DAY, indexed=True),
        Field(name="owner", title=N_("Owner"), type=f.PERSON),
        Field(name="closed_on", title=N_("Closed on"), type=f.DAY, reckoned=True, listed=False, indexed=True),
        Field(name="lost_reason", title=N_("Reason of the loss"), type=f.LONG, reckoned=True, listed=False),
        Field(name="notes", title=N_("Notes"), type=f.LONG, listed=False),
    ),
)
