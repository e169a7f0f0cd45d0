"""What may be said of a customer, and what makes it acceptable; form, import and API all come through here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kam.customers.terms import CHANNELS, INDUSTRY_STAGES, KINDS, SIZES
from kam.language import N_
from kam.records.rules import (
    CURRENCIES,
    NO_ADDRESS,
    NO_CURRENCY,
    NO_EMAIL,
    Rules,
    is_amount,
    is_email,
    is_web_address,
    tidy,
    web_address,
)

# Field -> its title, in the order in which a form asks for them.
TITLES = {
    "name": N_("Name"),
    "name_zh": N_("Chinese name"),
    "code": N_("Code"),
    "kind": N_("Kind"),
    "parent": N_("Parent company"),
    "industry": N_("Industry"),
    "industry_stage": N_("Stage of the industry"),
    "size": N_("Size"),
    "employees": N_("Employees"),
    "source": N_("Source"),
    "tags": N_("Tags"),
    "country": N_("Country"),
    "region": N_("Region"),
    "city": N_("City"),
    "address": N_("Address"),
    "website": N_("Website"),
    "phone": N_("Phone"),
    "email": N_("E-mail"),
    "preferred_channel": N_("Preferred channel"),
    "contact_every_days": N_("Days between contacts"),
    "currency": N_("Currency"),
    "credit_limit": N_("Credit limit"),
    "tax_number": N_("Tax number"),
    "notes": N_("Notes"),
    "external_key": N_("Key in another system"),
}
EDITABLE = frozenset(TITLES)

LENGTHS = {
    "name": 300, "name_zh": 300, "code": 40, "industry": 120, "source": 120, "country": 120, "region": 120,
    "city": 120, "website": 300, "phone": 60, "email": 320, "tax_number": 60, "external_key": 120, "address": 10_000,
    "notes": 10_000,
}  # fmt: skip

CHOICES: dict[str, Mapping[str, str]] = {
    "kind": KINDS,
    "industry_stage": {"": "", **INDUSTRY_STAGES},
    "size": {"": "", **SIZES},
    "preferred_channel": {"": "", **CHANNELS},
}

CUSTOMER = Rules(
    {
        "name": (lambda name: bool(name and name.strip()), N_("Give the customer a name.")),
        "email": (
            lambda email: not email or is_email(email),
            NO_EMAIL,
        ),
        "employees": (lambda count: count is None or 0 <= count < 2**31, N_("Give a whole number of 0 or more.")),
        "contact_every_days": (
            lambda days: days is None or 1 <= days <= 3650,
            N_("Give a number of days from 1 to 3650."),
        ),
        "credit_limit": (is_amount, N_("Give an amount of 0 or more.")),
        "currency": (lambda currency: currency in CURRENCIES, NO_CURRENCY),
        "website": (
            lambda site: not site or is_web_address(site),
            NO_ADDRESS,
        ),
    },
    lengths=LENGTHS,
    choices=CHOICES,
)


def check(values: Mapping[str, Any]) -> None:
    """Raises Invalid with every fault at once; only the fields present in `values` are judged."""
    CUSTOMER.check(values)


def clean(values: Mapping[str, Any]) -> dict[str, Any]:
    """The known fields of `values`, without stray space and without signs that cannot be kept or seen."""
    tidied = {name: tidy(value) for name, value in values.items() if name in EDITABLE}
    return tidied | {"website": web_address(tidied["website"])} if tidied.get("website") else tidied
