"""What the worker does by itself, in words."""

from __future__ import annotations

from kam.language import N_
from kam.schedule import SCHEDULE

WORDS = {
    "settle_deadlines": (N_("Settle deadlines: remind, and take the steps that are due"), N_("every minute")),
    "sweep": (
        N_("Compute all facts anew and let every trigger look at every customer"),
        N_("every night at 2:15 (UTC)"),
    ),
    "seal_history": (N_("Seal the history, so that what is taken out later is missed"), N_("every hour, at 35 past")),
    "forget_sessions": (N_("Forget sessions that have ended"), N_("every night at 3:40 (UTC)")),
    "clear_away": (N_("Clear away what has been kept for its time"), N_("every night at 4:10 (UTC)")),
}


def scheduled() -> list[tuple[str, str]]:
    """Each periodic job with when it runs; one without words is shown by its name and pattern."""
    return [WORDS.get(job.name, (job.name, job.cron)) for job in SCHEDULE]
