"""Products as records: when each was added, whether it was deleted, and its row among all records."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import UUID, ForeignKey, Integer, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from kam.database.columns import NewId
from kam.database.migrating import new_columns, searched, with_statements

ID = "2026-11-28T00:05:02"


class Person(Table, tablename="person"):
    id = UUID(default=NewId(), primary_key=True)


class Product(Table, tablename="product"):
    created_at = Timestamptz(null=True, default=None)
    created_by = ForeignKey(references=Person, on_delete=OnDelete.restrict, default=None, null=True)
    updated_at = Timestamptz(null=True, default=None)
    deleted_at = Timestamptz(null=True, default=None)
    revision = Integer(default=1)


# Of what came by file no history says when; it was there before anything that happens from now on.
SINCE = """
UPDATE product SET created_at = coalesce(h.first, now()), updated_at = coalesce(h.last, now()), created_by = h.by
FROM product p LEFT JOIN (
    SELECT record, min(at) AS first, max(at) AS last,
           (array_agg(by) FILTER (WHERE event = 'created' AND by IN (SELECT id FROM person)))[1] AS by
    FROM record_change WHERE record_kind = 'product' GROUP BY record
) h ON h.record = p.id
WHERE product.id = p.id
"""
ROWS = """
INSERT INTO record (id, kind, customer, number, title, owner, state, deleted_at, words)
SELECT id, 'product', NULL, code, name, NULL, '', NULL, concat_ws(' ', code, name, name_zh, family, unit) FROM product
"""
VIEWS = r"""
UPDATE saved_view SET query = regexp_replace(query, '(^|&)sort=(-?)(unit|cost|active)(&|$)', '\1\4')
WHERE list_name = 'products' AND query ~ 'sort='
"""


async def forwards() -> MigrationManager:
    manager = new_columns(ID, "Products as records", Product)
    manager.alter_column(
        table_class_name="Product",
        tablename="product",
        column_name="code",
        db_column_name="code",
        params={"unique": False},
        old_params={"unique": True},
        column_class=Varchar,
        old_column_class=Varchar,
    )
    return with_statements(
        manager,
        SINCE,
        "CREATE UNIQUE INDEX product_code_key ON product (code) WHERE deleted_at IS NULL",
        "CREATE INDEX product_by_code ON product (code, id) WHERE deleted_at IS NULL",
        "DROP INDEX product_by_name",
        "CREATE INDEX product_by_name ON product (name, id) WHERE deleted_at IS NULL",
        "CREATE INDEX product_by_family ON product (family, id) WHERE deleted_at IS NULL",
        "CREATE INDEX product_by_family_down ON product (family DESC NULLS LAST, id DESC) WHERE deleted_at IS NULL",
        "CREATE INDEX product_by_list_price ON product (list_price, id) WHERE deleted_at IS NULL",
        "CREATE INDEX product_by_list_price_down ON product (list_price DESC NULLS LAST, id DESC)"
        " WHERE deleted_at IS NULL",
        *searched("product"),
        ROWS,
        VIEWS,
    )
