"""The words of customers: every key that stands in a column of their table, with its title."""

from __future__ import annotations

from kam.language import N_

ORGANISATION = "organisation"
PERSON = "person"
DISTRIBUTOR = "distributor"
PROSPECT = "prospect"

KINDS = {
    ORGANISATION: N_("Organisation"),
    PERSON: N_("Private person"),
    DISTRIBUTOR: N_("Distributor"),
    PROSPECT: N_("Prospect"),
}

INDUSTRY_STAGES = {
    "start_up": N_("Start-up"),
    "growth": N_("Growth"),
    "mature": N_("Mature"),
    "decline": N_("Decline"),
}

SIZES = {
    "micro": N_("Micro (under 10)"),
    "small": N_("Small (10 to 49)"),
    "medium": N_("Medium (50 to 249)"),
    "large": N_("Large (250 and more)"),
    "enterprise": N_("Enterprise (5,000 and more)"),
}

# How we and a customer reach each other; interactions happen on the same channels.
VISIT = "visit"
CHANNELS = {
    VISIT: N_("Visit"),
    "meeting": N_("Meeting"),
    "phone": N_("Phone"),
    "email": N_("E-mail"),
    "letter": N_("Letter"),
    "fax": N_("Fax"),
    "web": N_("Web"),
    "chat": N_("Chat"),
    "event": N_("Event"),
    "survey": N_("Survey"),
}
