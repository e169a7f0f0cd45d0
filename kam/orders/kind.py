"""Orders: what a customer buys, line by line, until it is delivered; what they send back is an order of its own."""

from __future__ import annotations

from kam.language import N_
from kam.orders.facts import DERIVED, FACTS
from kam.orders.numbering import complete
from kam.orders.tables import Order, OrderLine
from kam.records import fields as f
from kam.records.fields import Field
from kam.records.kind import OF_CUSTOMER, Kind
from kam.records.parts import Parts
from kam.sales import lines

CHANNELS = {
    "direct": N_("Direct"),
    "online": N_("Online"),
    "distributor": N_("Distributor"),
    "store": N_("Store"),
    "phone": N_("Phone"),
    "other": N_("Other"),
}
# Where orders stood before there was a workflow of them.
_STATUSES = {
    "open": N_("Open"),
    "confirmed": N_("Confirmed"),
    "shipped": N_("Shipped"),
    "delivered": N_("Delivered"),
    "returned": N_("Return"),
    "cancelled": N_("Cancelled"),
}

LINES = Parts(
    name="lines",
    title=N_("Order lines"),
    one=N_("Line"),
    table=OrderLine,
    owner="sales_order",
    least=1,
    most=2_000,  # a wholesaler's order may have more than a thousand
    too_few=N_("Give the order at least one line with a quantity."),
    fields=lines.FIELDS,
)

ORDER = Kind(
    name="order",
    title=N_("Order"),
    titles=N_("Orders"),
    new=N_("New order"),
    about=N_("Orders are taken here or brought in from a file."),
    path="orders",
    icon="receipt-text",
    group=N_("Sales"),
    table=Order,
    ability="write_sales",
    belongs=OF_CUSTOMER,
    titled="number",
    sort="-ordered_on",
    workflow="order",
    happens="ordered_on",
    parts=(LINES,),
    completes=complete,
    facts=FACTS,
    derived=DERIVED,
    fields=(
        Field(
            name="number",
            title=N_("Order number"),
            length=60,
            help=N_("Leave it empty for the next free number."),
            indexed=True,
        ),
        Field(
            name="ordered_on",
            title=N_("Order date"),
            type=f.DAY,
            required=True,
            usual=lambda day: day,
            indexed=True,
        ),
        Field(name="channel", title=N_("Channel"), type=f.CHOICE, choices=CHANNELS, listed=False),
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
        Field(name="notes", title=N_("Notes"), type=f.LONG, listed=False),
    ),
    former=(Field(name="status", title=N_("Status"), type=f.CHOICE, choices=_STATUSES),),
)
