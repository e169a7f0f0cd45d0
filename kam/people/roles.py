"""What our people may do, by role. `visibility.py` says which records they see, the workflow files who takes a step."""

from __future__ import annotations

from kam.language import N_

ADMINISTRATOR = "administrator"
MANAGER = "manager"
ACCOUNT_MANAGER = "account_manager"
TEAM_MEMBER = "team_member"
SERVICE = "service"
READ_ONLY = "read_only"

ROLES = {
    ADMINISTRATOR: N_("Administrator"),
    MANAGER: N_("Manager"),
    ACCOUNT_MANAGER: N_("Account manager"),
    TEAM_MEMBER: N_("Team member"),
    SERVICE: N_("Service"),
    READ_ONLY: N_("Read-only"),
}

_EVERYONE_WHO_WRITES = frozenset(ROLES) - {READ_ONLY}
_SELLERS = frozenset({ADMINISTRATOR, MANAGER, ACCOUNT_MANAGER, TEAM_MEMBER})

# An ability that is not in this table is a programming error, not a refusal.
ABILITIES: dict[str, frozenset[str]] = {
    "manage_people": frozenset({ADMINISTRATOR}),
    "manage_storage": frozenset({ADMINISTRATOR}),
    "manage_workflows": frozenset({ADMINISTRATOR, MANAGER}),
    "import": frozenset({ADMINISTRATOR, MANAGER, ACCOUNT_MANAGER}),
    "export": frozenset(ROLES),
    "write_customers": _SELLERS,
    "assign_customers": frozenset({ADMINISTRATOR, MANAGER}),
    "blacklist_customers": frozenset({ADMINISTRATOR, MANAGER}),
    "write_contacts": _EVERYONE_WHO_WRITES,
    "write_interactions": _EVERYONE_WHO_WRITES,
    "write_sales": _SELLERS,
    "see_market": frozenset(ROLES),
    "see_products": frozenset(ROLES),
    "see_costs": _SELLERS,
    "write_service": _EVERYONE_WHO_WRITES,
    "write_plans": _SELLERS,
    "comment_plans": _EVERYONE_WHO_WRITES,
    "assign_account_team": frozenset({ADMINISTRATOR, MANAGER, ACCOUNT_MANAGER}),
}
