"""Interactions: every touch on every channel, who took part on both sides, how they felt, and what was agreed."""

from __future__ import annotations

from kam.customers.terms import CHANNELS
from kam.interactions.agreeing import agreed, said_of_what
from kam.interactions.facts import GROUPS
from kam.interactions.tables import Interaction, Participant
from kam.language import N_
from kam.records import fields as f
from kam.records.fields import Field, Look
from kam.records.kind import OF_CUSTOMER, Kind
from kam.records.parts import Parts

DIRECTIONS = {"out": N_("We contacted them"), "in": N_("They contacted us")}
_CHANNEL_LOOKS = {
    "visit": Look("calm", icon="map-pin"),
    "meeting": Look("calm", icon="users"),
    "phone": Look("calm", icon="phone"),
    "email": Look("calm", icon="mail"),
    "letter": Look("calm", icon="mail-open"),
    "fax": Look("calm", icon="printer"),
    "web": Look("calm", icon="globe"),
    "chat": Look("calm", icon="message-circle"),
    "event": Look("calm", icon="calendar"),
    "survey": Look("calm", icon="clipboard-list"),
}
# How the customer felt, as far as one of ours could tell.
FEELINGS = {2: N_("Delighted"), 1: N_("Pleased"), 0: N_("Calm"), -1: N_("Annoyed"), -2: N_("Angry")}
LOOKS = {
    2: Look("good", icon="face-grinning"),
    1: Look("good", icon="face-slightly-smiling"),
    0: Look("calm", icon="face-neutral"),
    -1: Look("watch", icon="face-slightly-frowning"),
    -2: Look("bad", icon="face-angry"),
}

PARTICIPANTS = Parts(
    name="participants",
    title=N_("Took part"),
    one=N_("Participant"),
    table=Participant,
    owner="interaction",
    ticked=True,
    fields=(
        Field(name="person", title=N_("Our side"), type=f.PERSON),
        Field(name="contact", title=N_("Their side"), type=f.RECORD, of="contact", within=True),
    ),
)

INTERACTION = Kind(
    name="interaction",
    title=N_("Interaction"),
    titles=N_("Interactions"),
    new=N_("Log contact"),
    about=N_("Log every visit, call and message, so that nothing about a customer is known to one person only."),
    path="interactions",
    icon="messages-square",
    group="",
    table=Interaction,
    ability="write_interactions",
    belongs=OF_CUSTOMER,
    titled="purpose",
    sort="-at",
    happens="at",
    told=("channel", "feeling", "outcome", "notes"),
    parts=(PARTICIPANTS,),
    rules=said_of_what,
    completes=agreed,
    facts=GROUPS,
    fields=(
        Field(name="purpose", title=N_("Purpose"), required=True, help=N_("In a few words.")),
        Field(
            name="channel",
            title=N_("Channel"),
            type=f.CHOICE,
            choices=CHANNELS,
            looks=_CHANNEL_LOOKS,
            required=True,
        ),
        Field(name="at", title=N_("When"), type=f.MOMENT, required=True, usual=lambda now: now, indexed=True),
        Field(
            name="feeling",
            title=N_("How they felt"),
            type=f.GRADE,
            choices=FEELINGS,
            looks=LOOKS,
            help=N_("Empty where nobody could tell."),
        ),
        Field(
            name="direction",
            title=N_("Direction"),
            type=f.CHOICE,
            choices=DIRECTIONS,
            required=True,
            usual="out",
            listed=False,
        ),
        Field(name="notes", title=N_("Notes"), type=f.LONG, sought=True, listed=False),
        Field(name="outcome", title=N_("Outcome"), type=f.LONG, sought=True),
        Field(name="next_step", title=N_("Next step")),
        Field(name="next_step_on", title=N_("Next step on"), type=f.DAY, indexed=True),
        Field(name="next_step_by", title=N_("Next step by"), type=f.PERSON, usual=f.nobody, listed=False),
        Field(name="next_step_done_at", title=N_("Next step done"), type=f.MOMENT, reckoned=True, listed=False),
        Field(name="hours", title=N_("Hours"), type=f.NUMBER, least=0, most=1000, listed=False),
        Field(name="cost", title=N_("Cost"), type=f.MONEY, currency="currency", listed=False),
        Field(name="currency", title=N_("Currency"), type=f.CURRENCY, required=True, usual="EUR", listed=False),
    ),
)
