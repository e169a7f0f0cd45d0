"""The words of selling: every key that stands in a column of the sales tables, with its title."""

from __future__ import annotations

from kam.language import N_

# What the histories of opportunities tell of the time before their stage was the state of a workflow.
STAGES = {
    "prospecting": N_("Prospecting"),
    "engaging": N_("Engaging"),
    "proposing": N_("Proposing"),
    "negotiating": N_("Negotiating"),
    "won": N_("Won"),
    "lost": N_("Lost"),
}

OPEN = "open"
CONFIRMED = "confirmed"
SHIPPED = "shipped"
DELIVERED = "delivered"
RETURNED = "returned"
CANCELLED = "cancelled"

# A return is an order with negative quantities and counts; a cancelled order counts nowhere.
ORDER_STATUSES = {
    OPEN: N_("Open"),
    CONFIRMED: N_("Confirmed"),
    SHIPPED: N_("Shipped"),
    DELIVERED: N_("Delivered"),
    RETURNED: N_("Return"),
    CANCELLED: N_("Cancelled"),
}

CHANNELS = {
    "direct": N_("Direct"),
    "online": N_("Online"),
    "distributor": N_("Distributor"),
    "store": N_("Store"),
    "phone": N_("Phone"),
    "other": N_("Other"),
}
