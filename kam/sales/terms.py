"""The words of selling: every key that stands in a column of the sales tables, with its title."""

from __future__ import annotations

from kam.language import N_

PROSPECTING = "prospecting"
ENGAGING = "engaging"
PROPOSING = "proposing"
NEGOTIATING = "negotiating"
WON = "won"
LOST = "lost"

STAGES = {
    PROSPECTING: N_("Prospecting"),
    ENGAGING: N_("Engaging"),
    PROPOSING: N_("Proposing"),
    NEGOTIATING: N_("Negotiating"),
    WON: N_("Won"),
    LOST: N_("Lost"),
}
OPEN_STAGES = (PROSPECTING, ENGAGING, PROPOSING, NEGOTIATING)
CLOSED_STAGES = (WON, LOST)

# What is expected of an opportunity that nobody has judged yet, in per cent.
USUAL_PROBABILITY = {PROSPECTING: 10, ENGAGING: 25, PROPOSING: 50, NEGOTIATING: 75, WON: 100, LOST: 0}

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
