"""What is known of a customer from its own record."""

from __future__ import annotations

from kam.facts.declare import BOOLEAN, CURRENCY, DAYS, INTEGER, TEXT, YES_NO, DerivedFact, Fact, FactGroup
from kam.language import N_

RECORD = FactGroup(
    name="record",
    sql="""
        SELECT c.id AS subject,
               {as_of} - (c.created_at AT TIME ZONE 'UTC')::date AS customer_age_days,
               c.contact_every_days, c.currency,
               c.blacklisted_at IS NOT NULL AND c.blacklisted_at < {end} AS blacklisted
        FROM customer c
        WHERE {only:c.id} AND c.created_at < {end}
    """,
    facts=(
        Fact(
            name="customer_age_days",
            title=N_("Days as a customer"),
            unit=DAYS,
            kind=INTEGER,
            help=N_("Days since the customer was recorded."),
            change_by=N_("Only time changes this"),
        ),
        Fact(
            name="contact_every_days",
            title=N_("Agreed days between contacts"),
            unit=DAYS,
            kind=INTEGER,
            unknown=True,
            help=N_("How often the customer wants to hear from us, in days."),
            change_by=N_("Set the frequency of contact on the customer's record"),
        ),
        Fact(
            name="currency",
            title=N_("Currency"),
            unit=CURRENCY,
            kind=TEXT,
            help=N_("The currency of the customer, in which its amounts are given."),
            change_by=N_("Set the currency on the customer's record"),
        ),
        Fact(
            name="blacklisted",
            title=N_("Blacklisted"),
            unit=YES_NO,
            kind=BOOLEAN,
            help=N_("Nothing is sold to a blacklisted customer."),
            change_by=N_("A manager takes the customer off the blacklist"),
        ),
    ),
)

GROUPS = (RECORD,)

DERIVED = (
    DerivedFact(
        name="contact_overdue_days",
        title=N_("Contact overdue"),
        unit=DAYS,
        kind=INTEGER,
        unknown=True,
        expression="greatest(coalesce(days_since_contact, customer_age_days) - contact_every_days, 0)",
        help=N_("Days past the agreed time between contacts; not known while no frequency is agreed."),
        change_by=N_("Log a contact with the customer"),
    ),
)
