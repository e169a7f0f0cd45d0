"""Contacts as records that several customers have, and what each is at a customer as a record of its own.

A role was there as long as its contact, and went and came back with them. The list is sorted by what the contact is
called, which stands in the role too.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, ForeignKey, Integer, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from kam.database.columns import NewId
from kam.database.migrating import new_columns, searched, with_statements

ID = "2026-11-28T00:07:00"


class Person(Table, tablename="person"):
    id = UUID(default=NewId(), primary_key=True)


class ContactRole(Table, tablename="contact_role"):
    name = Varchar(length=200, default="")
    created_at = Timestamptz(null=True, default=None)
    created_by = ForeignKey(references=Person, on_delete=OnDelete.restrict, default=None, null=True)
    updated_at = Timestamptz(null=True, default=None)
    deleted_at = Timestamptz(null=True, default=None)
    revision = Integer(default=1)


SINCE = """
UPDATE contact_role r SET name = c.name, created_at = c.created_at, created_by = c.created_by,
                          updated_at = c.updated_at, deleted_at = c.deleted_at
FROM contact c WHERE c.id = r.contact
"""
ORDERS = (
    "ALTER TABLE contact DROP COLUMN search_text, DROP COLUMN search_grams",
    "CREATE INDEX contact_by_name ON contact (name, id) WHERE deleted_at IS NULL",
    "CREATE UNIQUE INDEX contact_role_once ON contact_role (contact, customer) WHERE deleted_at IS NULL",
    *(
        f"CREATE INDEX contact_role_by_{name}{down} ON contact_role ({name}{order}) WHERE deleted_at IS NULL"
        for name in ("name", "job")
        for down, order in (("", ", id"), ("_down", " DESC NULLS LAST, id DESC"))
    ),
    "CREATE INDEX contact_role_by_influence ON contact_role (influence, id) WHERE deleted_at IS NULL",
)
ROWS = (
    """
    INSERT INTO record (id, kind, customer, number, title, owner, state, deleted_at, words)
    SELECT id, 'contact', NULL, '', name, NULL, '', deleted_at, concat_ws(' ', '', name, name_zh, email) FROM contact
    """,
    """
    INSERT INTO record (id, kind, customer, number, title, owner, state, deleted_at, words)
    SELECT id, 'contact_role', customer, '', name, owner, '', deleted_at, concat_ws(' ', '', name, job, department)
    FROM contact_role
    """,
)
# What is said otherwise now, in the views that people keep: who covers a contact is called the owner of the role.
VIEWS = (
    r"""
    UPDATE saved_view SET query = regexp_replace(query,
        '(^|&)(owner=[^&]*|sort=-?(customer|stance|email|phone|covered_by|department|birthday)(?=&|$))', '\1', 'g')
    WHERE list_name = 'contacts'
    """,
    r"""
    UPDATE saved_view
    SET query = regexp_replace(regexp_replace(query, 'covered_by', 'owner', 'g'), '(^|&)covered=', '\1owner=', 'g')
    WHERE list_name = 'contacts'
    """,
)


async def forwards() -> MigrationManager:
    manager = new_columns(ID, "Roles of contacts as records", ContactRole)
    manager.rename_column("ContactRole", "contact_role", "covered_by", "owner", "covered_by", "owner")
    manager.drop_constraint(
        table_class_name="ContactRole", tablename="contact_role", constraint_name="once_per_customer"
    )
    return with_statements(manager, SINCE, *ORDERS, *searched("contact"), *searched("contact_role"), *ROWS, *VIEWS)
