"""How the value segments of `workflows/segments.toml` are shown; one that is not named here shows its own name."""

from __future__ import annotations

from kam.language import N_
from kam.web.badges import Badge, Badges

SEGMENT_BADGES: Badges = {
    "mvc": Badge(N_("Most valuable"), "good", icon="gem"),
    "mgc": Badge(N_("Most growable"), "info", icon="sprout"),
    "bz": Badge(N_("Below zero"), "bad", icon="arrow-down-to-line"),
}
