"""Industry names as files spell them; a near miss of a usual name is a misspelling."""

from __future__ import annotations

from difflib import get_close_matches

USUAL = (
    "agriculture", "automotive", "banking", "chemicals", "construction", "consulting", "education", "electronics",
    "employment", "energy", "entertainment", "finance", "food", "government", "healthcare", "hospitality", "insurance",
    "logistics", "manufacturing", "marketing", "media", "medical", "mining", "pharmaceuticals", "real estate", "retail",
    "services", "software", "technology", "telecommunications", "textiles", "tourism", "transport", "utilities",
)  # fmt: skip


def corrected(name: str) -> str:
    """The usual name that was meant, in its usual spelling; anything else as it is.

    >>> corrected("technolgy"), corrected("Services"), corrected("telecommunications"), corrected("Wine")
    ('technology', 'Services', 'telecommunications', 'Wine')
    """
    plain = name.strip().lower()
    if plain in USUAL or len(plain) < 5:
        return name
    return next(iter(get_close_matches(plain, USUAL, n=1, cutoff=0.9)), name)
