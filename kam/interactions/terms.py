"""The words of interactions: every key that stands in a column of their tables, with its title."""

from __future__ import annotations

from kam.customers.terms import CHANNELS, VISIT
from kam.language import N_

__all__ = ["CHANNELS", "DIRECTIONS", "FEELINGS", "VISIT"]

DIRECTIONS = {
    "out": N_("We contacted them"),
    "in": N_("They contacted us"),
}

# How the customer felt, as far as one of ours could tell.
FEELINGS = {
    2: N_("Delighted"),
    1: N_("Pleased"),
    0: N_("Calm"),
    -1: N_("Annoyed"),
    -2: N_("Angry"),
}
