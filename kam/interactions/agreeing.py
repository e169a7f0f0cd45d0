"""What follows from an interaction: that it has happened, who took part, and whose the next step is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from kam.errors import Invalid
from kam.language import N_

# A clock that is a little ahead is no reason to refuse.
TOLERANCE = timedelta(days=1)

STILL_TO_COME = N_("Say when it happened. What is still to come belongs under “Next step”.")
WHAT = N_("Say what the next step is, or empty its date and person.")
ONE_EACH = N_("Choose our people, and contacts of this customer.")

Values = Mapping[str, Any]


def said_of_what(values: Values) -> Mapping[str, str]:
    """A day or a person alone is no next step."""
    of_nothing = (values["next_step_on"] or values["next_step_by"]) and not values["next_step"]
    return {"next_step": WHAT} if of_nothing else {}


async def agreed(values: Values, before: Values) -> dict[str, Any]:
    """Raises Invalid for what is still to come. Where nobody is named, whoever writes took part, and the step is
    theirs."""
    if values["at"] != before.get("at") and values["at"] > values["updated_at"] + TOLERANCE:
        raise Invalid({"at": STILL_TO_COME})
    participants = values["participants"]
    if any(bool(one["person"]) == bool(one["contact"]) for one in participants):
        raise Invalid({"participants": ONE_EACH})
    if before:
        return {}
    follows: dict[str, Any] = {}
    if values["next_step"] and not values["next_step_by"]:
        follows["next_step_by"] = values["created_by"]
    if not any(one["person"] for one in participants):
        follows["participants"] = [{"person": values["created_by"], "contact": None}, *participants]
    return follows
