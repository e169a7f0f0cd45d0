"""The pages of plans and approvals."""

from __future__ import annotations

from kam.plans.pages import approving, comments, documents, entries, listing, owners, sections, showing, versions

ROUTES = [
    *listing.ROUTES,
    *showing.ROUTES,
    *sections.ROUTES,
    *entries.ROUTES,
    *owners.ROUTES,
    *comments.ROUTES,
    *versions.ROUTES,
    *documents.ROUTES,
    *approving.ROUTES,
]
