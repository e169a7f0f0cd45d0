"""Cases: what a customer complains of, asks for or wants mended, until it is solved."""

from __future__ import annotations

from kam.language import N_
from kam.records import fields as f
from kam.records.fields import Field
from kam.records.kind import OF_CUSTOMER, Kind
from kam.service.facts import COMPLAINT, FACTS
from kam.service.priorities import LOOKS, PRIORITIES, USUAL, due_by_priority
from kam.service.solving import EFFECTS
from kam.service.tables import Case

KINDS = {
    COMPLAINT: N_("Complaint"),
    "defect": N_("Defective goods"),
    "order_query": N_("Order query"),
    "repair": N_("Repair"),
    "maintenance": N_("Maintenance"),
    "request": N_("Request"),
}
SATISFACTION = {"content": N_("Content"), "so_so": N_("So-so"), "discontent": N_("Discontent")}
# Where cases stood before there was a workflow of them.
_STATUSES = {"open": N_("Open"), "in_progress": N_("In progress"), "solved": N_("Solved"), "closed": N_("Closed")}

CASE = Kind(
    name="case",
    title=N_("Case"),
    titles=N_("Cases"),
    new=N_("New case"),
    about=N_("Complaints, defects, repairs and requests are kept here until they are solved."),
    path="cases",
    icon="life-buoy",
    group=N_("Service"),
    table=Case,
    ability="write_service",
    belongs=OF_CUSTOMER,
    titled="subject",
    number="S-{year}-",
    sort="-added",
    workflow="service_case",
    completes=due_by_priority,
    effects=EFFECTS,
    facts=FACTS,
    fields=(
        Field(name="subject", title=N_("Subject"), required=True, indexed=True),
        Field(name="kind", title=N_("Kind"), type=f.CHOICE, choices=KINDS, required=True, usual=COMPLAINT),
        Field(
            name="priority",
            title=N_("Priority"),
            type=f.CHOICE,
            choices=PRIORITIES,
            looks=LOOKS,
            required=True,
            usual=USUAL,
            help=N_("It decides by when the case is due."),
        ),
        Field(name="due_at", title=N_("Due"), type=f.MOMENT, reckoned=True, indexed=True),
        Field(name="owner", title=N_("Owner"), type=f.PERSON, usual=f.nobody),
        Field(
            name="contact",
            title=N_("Contact"),
            type=f.RECORD,
            of="contact",
            within=True,
            help=N_("Who told us of it."),
            listed=False,
        ),
        Field(
            name="sales_order",
            title=N_("Order"),
            type=f.RECORD,
            of="order",
            within=True,
            help=N_("The order it is about."),
            listed=False,
        ),
        Field(name="product", title=N_("Product"), type=f.RECORD, of="product", listed=False),
        Field(name="problem", title=N_("The problem"), type=f.LONG, sought=True, listed=False),
        Field(name="solution", title=N_("How it was solved"), type=f.LONG, reckoned=True, listed=False),
        Field(name="satisfaction", title=N_("Satisfaction"), type=f.CHOICE, choices=SATISFACTION, reckoned=True),
        Field(name="solved_at", title=N_("Solved at"), type=f.MOMENT, reckoned=True, listed=False),
    ),
    former=(Field(name="status", title=N_("Status"), type=f.CHOICE, choices=_STATUSES),),
)
