"""What the shared pages of contacts have of their own: a line of the list for each role, and who is meant by name."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from kam.contacts.kind import CONTACT, ROLE
from kam.database.searching import matches_indexed
from kam.database.sql import Params
from kam.language import N_
from kam.people.viewer import Viewer
from kam.records import sharing
from kam.records.pages import own
from kam.records.pages.listing import list_of
from kam.records.pages.own import Own
from kam.web.choices import ChoiceOf
from kam.web.lists import Column, ListOf


def _listed(made: ListOf) -> ListOf:
    """Those of the roles, with how each is reached: found by what the role, the contact or the customer is called."""
    roles = list_of(ROLE, ROLE.fields)
    reached = (
        Column("email", N_("E-mail"), "contact.email", sort=False),
        Column("phone", N_("Phone"), "contact.phone", sort=False),
        Column("birthday", N_("Birthday"), "contact.birthday", kind="date", sort=False, shown=False),
    )
    columns = tuple(
        replace(one, link=f"/{CONTACT.path}/{{contact_id}}", under="name_zh") if one.main else one
        for one in roles.columns
        if one.name != "contact"
    )

    def found(text: str, params: Params) -> str:
        assert callable(roles.search)
        called = f"SELECT id FROM record WHERE kind = '{CONTACT.name}' AND deleted_at IS NULL"
        return (
            f"({roles.search(text, params)} OR t.contact IN ({called} AND {matches_indexed(params, text, 'record')}))"
        )

    return replace(
        roles,
        name=made.name,
        title=made.title,
        source=f"{roles.source} JOIN contact ON contact.id = t.contact",
        columns=(*columns, *reached),
        extras={**roles.extras, "contact_id": "t.contact", "name_zh": "contact.name_zh"},
        search=found,
    )


def everybody(customer: UUID | None = None) -> ChoiceOf:
    """A contact by name or by what tells two of the same name apart; of this customer, where one is given."""
    apart = "coalesce(nullif(contact.email, ''), nullif(contact.phone, ''))"

    def scope(viewer: Viewer, params: Params) -> str:
        theirs = f"AND {sharing.theirs(CONTACT, 'contact.id', params(customer))}" if customer else ""
        return f"contact.deleted_at IS NULL AND {sharing.seen(CONTACT, viewer, params, 'contact')} {theirs}"

    def search(params: Params, text: str) -> str:
        found = f"SELECT id FROM record WHERE kind = '{CONTACT.name}' AND deleted_at IS NULL"
        return f"contact.id IN ({found} AND {matches_indexed(params, text, 'record')})"

    return ChoiceOf(
        CONTACT.sql_table,
        key=f"coalesce({apart}, contact.name)",
        shown=f"concat_ws(' · ', contact.name, {apart})",
        names=("contact.name", "contact.name_zh"),
        search=search,
        scope=scope,
        nobody=(
            N_("This customer has no contact of this name. Type the name or the e-mail address.")
            if customer
            else N_("You see no contact of this name. Type the name or the e-mail address.")
        ),
        several=(
            N_("Several contacts of this customer match this. Choose one of those proposed.")
            if customer
            else N_("Several contacts match this. Choose one of those proposed.")
        ),
    )


own.use(CONTACT, Own(listed=_listed, choice=everybody(), theirs=everybody))
