"""How priorities and statuses of cases look; the words are those of `terms`."""

from __future__ import annotations

from kam.service.terms import PRIORITIES, STATUSES
from kam.web.badges import Badge

STATUS_BADGES = {
    "open": Badge(STATUSES["open"], "watch", icon="circle"),
    "in_progress": Badge(STATUSES["in_progress"], "info", icon="circle-dot"),
    "solved": Badge(STATUSES["solved"], "good", icon="circle-check"),
    "closed": Badge(STATUSES["closed"], "calm", icon="archive"),
}
PRIORITY_BADGES = {
    "urgent": Badge(PRIORITIES["urgent"], "bad", icon="siren"),
    "high": Badge(PRIORITIES["high"], "watch", icon="arrow-up"),
    "normal": Badge(PRIORITIES["normal"], "calm", icon="minus"),
    "low": Badge(PRIORITIES["low"], "calm", icon="arrow-down"),
}
