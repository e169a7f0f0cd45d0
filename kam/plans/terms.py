"""The words of plans: how likely and how bad a risk is."""

from __future__ import annotations

from kam.language import N_

LIKELIHOODS = {1: N_("Rare"), 2: N_("Unlikely"), 3: N_("Possible"), 4: N_("Likely"), 5: N_("Almost certain")}
IMPACTS = {1: N_("Slight"), 2: N_("Noticeable"), 3: N_("Serious"), 4: N_("Heavy"), 5: N_("Critical")}
