"""Contacts, and the role of each at a customer: who decides there, and how far they are for us."""

from __future__ import annotations

from kam.contacts.facts import CHAMPION, DECIDES, FACTS, OPPONENT
from kam.contacts.placing import placed
from kam.contacts.tables import Contact, ContactRole
from kam.customers.terms import CHANNELS
from kam.language import N_
from kam.records import fields as f
from kam.records.fields import Field, Look
from kam.records.kind import OF_CUSTOMER, Kind, Sharing

NEUTRAL, SOME = "neutral", 3
# From most for us to most against us.
STANCES = {
    CHAMPION: N_("Champion"),
    "supporter": N_("Supporter"),
    NEUTRAL: N_("Neutral"),
    "sceptic": N_("Sceptic"),
    OPPONENT: N_("Opponent"),
}
LOOKS = {
    CHAMPION: Look("good", icon="star"),
    "supporter": Look("info", icon="thumbs-up"),
    NEUTRAL: Look("calm", icon="minus"),
    "sceptic": Look("watch", icon="circle-question-mark"),
    OPPONENT: Look("bad", icon="thumbs-down"),
}
INFLUENCES = {
    DECIDES: N_("Decides"),
    4: N_("Strong influence"),
    SOME: N_("Some influence"),
    2: N_("Little influence"),
    1: N_("No influence"),
}

_SAID = (
    Field(name="job", title=N_("Job"), length=200, indexed=True),
    Field(name="department", title=N_("Department"), length=200, listed=False),
    Field(
        name="influence",
        title=N_("Influence"),
        type=f.GRADE,
        choices=INFLUENCES,
        required=True,
        usual=SOME,
        indexed=True,
    ),
    Field(
        name="stance",
        title=N_("Stance toward us"),
        type=f.CHOICE,
        choices=STANCES,
        looks=LOOKS,
        required=True,
        usual=NEUTRAL,
    ),
    Field(name="reports_to", title=N_("Reports to"), type=f.RECORD, of="contact", within=True),
    Field(name="main", title=N_("Main contact"), type=f.YES_NO, required=True, usual=False, listed=False),
)

ROLE = Kind(
    name="contact_role",
    title=N_("Role of a contact"),
    titles=N_("Roles of contacts"),
    new=N_("New role of a contact"),
    about=N_("What each contact is at a customer: what they do there, what they decide, how far they are for us."),
    path="contact-roles",
    icon="id-card",
    group="",
    table=ContactRole,
    ability="write_contacts",
    belongs=OF_CUSTOMER,
    titled="name",
    sort="name",
    completes=placed,
    taken={"contact_role_once": ("contact", N_("This contact already belongs to the customer."))},
    facts=FACTS,
    fields=(
        Field(name="name", title=N_("Name"), length=200, reckoned=True, indexed=True),
        Field(name="contact", title=N_("Contact"), type=f.RECORD, of="contact", required=True, listed=False),
        *_SAID,
        Field(name="owner", title=N_("Covered by"), type=f.PERSON, usual=f.nobody),
    ),
)

CONTACT = Kind(
    name="contact",
    title=N_("Contact"),
    titles=N_("Contacts"),
    new=N_("New contact"),
    about=N_("The people at our customers: who they are, what they decide, how far they are for us."),
    path="contacts",
    icon="contact",
    group="",
    table=Contact,
    ability="write_contacts",
    shared=Sharing(ROLE.name, "contact"),
    titled="name",
    sort="name",
    former=(*_SAID, Field(name="covered_by", title=N_("Covered by"), type=f.PERSON)),
    fields=(
        Field(name="name", title=N_("Name"), length=200, required=True, indexed=True),
        Field(name="name_zh", title=N_("Chinese name"), length=200),
        Field(name="email", title=N_("E-mail"), type=f.EMAIL, sought=True),
        Field(name="phone", title=N_("Phone"), type=f.PHONE, length=60),
        Field(name="preferred_channel", title=N_("Preferred channel"), type=f.CHOICE, choices=CHANNELS),
        Field(name="birthday", title=N_("Birthday"), type=f.DAY, listed=False),
        Field(name="notes", title=N_("Notes"), type=f.LONG, listed=False),
    ),
)
