"""What may be said of an order with its lines; every way in comes through here."""

from __future__ import annotations

from kam.language import N_
from kam.records.rules import CURRENCIES, NO_CURRENCY, Rules
from kam.sales.terms import CHANNELS, ORDER_STATUSES

_CURRENCY = (lambda currency: currency in CURRENCIES, NO_CURRENCY)
TOO_LARGE = N_("The amount of a line is too large.")
TOTAL_TOO_LARGE = N_("The total of the order is too large. Divide it into several orders.")

ORDER = Rules(
    {"currency": _CURRENCY},
    lengths={"number": 60},
    choices={"status": ORDER_STATUSES, "channel": ("", *CHANNELS)},
)

LINE = Rules(
    {"quantity": (lambda quantity: round(quantity, 4) != 0, N_("The quantity cannot be zero."))},
    lengths={"description": 300, "unit": 20},
)
