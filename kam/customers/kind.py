"""Customers: whom we know and what they are. Their pages and their list are their own; what may be said of them, how
they begin, change and go, and how all that is told, is as for every kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kam.customers.beginning import first_facts
from kam.customers.parents import require_no_circle
from kam.customers.tables import Customer
from kam.customers.terms import CHANNELS, INDUSTRY_STAGES, KINDS, ORGANISATION, SIZES
from kam.language import N_
from kam.records import fields as f
from kam.records.fields import Field
from kam.records.kind import ITSELF, Kind

CODE_TAKEN = N_("This code is not free. Give a different one, or leave it empty for the next free code.")
KEY_TAKEN = N_("Another customer of this team has this key in the other system.")


async def _completes(values: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """A code that was emptied stays, and nobody stands below themselves."""
    if before and values["parent"] and values["parent"] != before["parent"]:
        await require_no_circle(values["parent"], before["id"])
    code = values["code"] or (before["code"] if before else "")
    return {"code": code, "external_key": values["external_key"] or None}


CUSTOMER = Kind(
    name="customer",
    title=N_("Customer"),
    titles=N_("Customers"),
    new=N_("New customer"),
    about=N_("Whom we sell to or would like to."),
    path="customers",
    icon="building-complex",
    group="",
    table=Customer,
    ability="write_customers",
    belongs=ITSELF,
    titled="name",
    number="C-",
    known_by="code",
    taken={"customer_code_key": ("code", CODE_TAKEN), "key_once_per_team": ("external_key", KEY_TAKEN)},
    completes=_completes,
    beside=first_facts,
    shares_pages=False,
    fields=(
        Field(name="name", title=N_("Name"), required=True),
        Field(name="name_zh", title=N_("Chinese name")),
        Field(name="code", title=N_("Code"), length=40, help=N_("Leave it empty for the next free code.")),
        Field(
            name="kind", title=N_("Kind"), type=f.CHOICE, choices=KINDS, required=True, usual=ORGANISATION, listed=False
        ),
        Field(name="parent", title=N_("Parent company"), type=f.RECORD, of="customer"),
        Field(name="industry", title=N_("Industry"), length=120),
        Field(name="industry_stage", title=N_("Stage of the industry"), type=f.CHOICE, choices=INDUSTRY_STAGES),
        Field(name="size", title=N_("Size"), type=f.CHOICE, choices=SIZES),
        Field(name="employees", title=N_("Employees"), type=f.WHOLE, least=0),
        Field(name="source", title=N_("Source"), length=120, help=N_("How we came to know them.")),
        Field(name="tags", title=N_("Tags"), type=f.TAGS),
        Field(name="country", title=N_("Country"), length=120),
        Field(name="region", title=N_("Region"), length=120),
        Field(name="city", title=N_("City"), length=120),
        Field(name="address", title=N_("Address"), length=10_000),
        Field(name="website", title=N_("Website"), type=f.WEB),
        Field(name="phone", title=N_("Phone"), type=f.PHONE, length=60),
        Field(name="email", title=N_("E-mail"), type=f.EMAIL),
        Field(name="preferred_channel", title=N_("Preferred channel"), type=f.CHOICE, choices=CHANNELS),
        Field(
            name="contact_every_days",
            title=N_("Days between contacts"),
            type=f.WHOLE,
            least=1,
            most=3650,
            help=N_("Longer silence counts as overdue."),
        ),
        Field(name="currency", title=N_("Currency"), type=f.CURRENCY, required=True, usual="EUR"),
        Field(name="credit_limit", title=N_("Credit limit"), type=f.MONEY, currency="currency"),
        Field(name="tax_number", title=N_("Tax number"), length=60),
        Field(name="notes", title=N_("Notes"), type=f.LONG, length=10_000),
        Field(name="external_key", title=N_("Key in another system"), length=120),
        Field(name="owner", title=N_("Owner"), type=f.PERSON, reckoned=True),
        Field(name="team", title=N_("Team"), type=f.RECORD, of="team", reckoned=True),
        Field(name="blacklist_reason", title=N_("Reason for the blacklist"), type=f.LONG, reckoned=True),
    ),
)
