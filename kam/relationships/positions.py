"""The positions on an account team, as workflow files name them."""

from __future__ import annotations

from kam.language import N_

LEAD = "lead"

POSITIONS = {
    LEAD: N_("account lead"),
    "sales": N_("sales"),
    "service": N_("service"),
    "technical": N_("technical support"),
    "sponsor": N_("executive sponsor"),
}

# What somebody is to a record besides their position on the team.
STANDINGS = {
    "owner": N_("owner"),
    "author": N_("author or editor"),
    "proposer": N_("whoever took the last step"),
}
