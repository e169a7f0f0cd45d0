"""How statuses of orders look; the words are those of `terms`."""

from __future__ import annotations

from kam.sales.terms import ORDER_STATUSES
from kam.web.badges import Badge

STATUS_BADGES = {
    "open": Badge(ORDER_STATUSES["open"], "info", icon="circle"),
    "confirmed": Badge(ORDER_STATUSES["confirmed"], "info", icon="circle-check"),
    "shipped": Badge(ORDER_STATUSES["shipped"], "info", icon="truck"),
    "delivered": Badge(ORDER_STATUSES["delivered"], "good", icon="package-check"),
    "returned": Badge(ORDER_STATUSES["returned"], "watch", icon="undo-2"),
    "cancelled": Badge(ORDER_STATUSES["cancelled"], "dark", icon="circle-x"),
}
