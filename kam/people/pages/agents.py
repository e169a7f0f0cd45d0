"""What people call a browser."""

from __future__ import annotations

# In this order: Edge also says Chrome, and Chrome also says Safari.
_PRODUCTS = {"Edg/": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
_SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS": "macOS",
    "Linux": "Linux",
}


def browser(agent: str) -> str:
    """From what it calls itself: "Chrome · macOS"; empty if that says nothing."""
    product = next((name for mark, name in _PRODUCTS.items() if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS.items() if mark in agent), "")
    return " · ".join(filter(None, (product, system)))
