"""Customers as records: a row among all records, by which they are named, and the next code by the rule of all."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kam.database.migrating import statements

ID = "2026-11-28T00:08:00"

# They are searched by columns of their own, so their rows have no words.
ROWS = """
INSERT INTO record (id, kind, customer, number, title, owner, state, deleted_at, words)
SELECT id, 'customer', id, code, name, owner, '', deleted_at, '' FROM customer
"""
SEQUENCE = "ALTER SEQUENCE customer_code RENAME TO customer_number"
# The next of the sequence of a table that nobody has given by hand.
FREE = """
CREATE FUNCTION free_number(place text, name text, beginning text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    number text;
    taken boolean;
BEGIN
    LOOP
        number := beginning || lpad(nextval(format('%I', place || '_number')::regclass)::text, 6, '0');
        EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE %I = $1)', place, name) INTO taken USING number;
        EXIT WHEN NOT taken;
    END LOOP;
    RETURN number;
END
$$
"""


async def forwards() -> MigrationManager:
    return statements(ID, "Customers as records", ROWS, SEQUENCE, FREE)
