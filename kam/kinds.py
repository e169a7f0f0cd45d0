"""The one list of record kinds. Importing it puts them in force."""

from __future__ import annotations

from kam.competitors.kind import COMPETITOR, POSITION
from kam.contacts.kind import CONTACT, ROLE
from kam.contracts.kind import CONTRACT
from kam.customers.kind import CUSTOMER
from kam.interactions.kind import INTERACTION
from kam.orders.kind import ORDER
from kam.plans.kind import PLAN
from kam.quotations.kind import QUOTATION
from kam.records import catalogue
from kam.sales.kind import OPPORTUNITY, PRODUCT
from kam.service.kind import CASE

KINDS = (
    CUSTOMER,
    CONTACT,
    ROLE,
    INTERACTION,
    PLAN,
    OPPORTUNITY,
    ORDER,
    PRODUCT,
    CONTRACT,
    QUOTATION,
    CASE,
    COMPETITOR,
    POSITION,
)

catalogue.use(KINDS)
