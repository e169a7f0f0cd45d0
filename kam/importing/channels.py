"""What files call the channels of an order, besides our own keys."""

from __future__ import annotations

from functools import cache

from kam.language import LANGUAGES, gettext
from kam.orders.kind import CHANNELS

OTHER = "other"

_MORE = {
    "web": "online", "e-commerce": "online", "ecommerce": "online", "internet": "online", "电商": "online",
    "電商": "online", "网店": "online", "線上": "online", "线上": "online", "retail": "store", "shop": "store",
    "零售": "store", "经销": "distributor", "經銷": "distributor", "代理": "distributor", "wholesale": "distributor",
    "dealer": "distributor", "reseller": "distributor", "telephone": "phone", "call": "phone",
}  # fmt: skip


@cache
def channel_names() -> dict[str, str]:
    """In small letters, with the titles of every language."""
    titles = {gettext(language, title).lower(): key for language in LANGUAGES for key, title in CHANNELS.items()}
    return {**_MORE, **titles, **{key: key for key in CHANNELS}}
