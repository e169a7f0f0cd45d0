"""Writes tables down as they stand, one migration for each slice: the beginning of the history of the schema."""

from __future__ import annotations

import inspect
import subprocess
import sys
from enum import Enum
from importlib import import_module
from pathlib import Path
from typing import Any

from piccolo.columns import Array, Column, ForeignKey, Varchar
from piccolo.table import Table

from kam.database.app import SLICES

_FOLDER = Path(__file__).parent / "migrations"
_FIRST = 10
_HIDDEN = {"help_text", "tags", "auto_update"}


def freeze() -> None:
    for number, slice_name in enumerate(SLICES, start=_FIRST):
        module = import_module(f"kam.{slice_name}.tables")
        tables = [t for t in vars(module).values() if _is_table_of(t, module.__name__)]
        path = _FOLDER / f"kam_2026_11_22t00_00_{number}_{slice_name}.py"
        path.write_text(_migration(number, slice_name, tables), encoding="utf-8")
        subprocess.run([sys.executable, "-m", "ruff", "format", "-q", str(path)], check=False)
        subprocess.run([sys.executable, "-m", "ruff", "check", "-q", "--fix", str(path)], check=False)


def _is_table_of(value: Any, module: str) -> bool:
    return inspect.isclass(value) and issubclass(value, Table) and value.__module__ == module


def _migration(number: int, slice_name: str, tables: list[type[Table]]) -> str:
    strangers = {other for t in tables for other in _pointed_at(t)} - set(tables)
    classes = [_stub(t) for t in sorted(strangers, key=lambda t: t.__name__)] + [_frozen(t) for t in tables]
    body = "\n\n\n".join(classes)
    names = ", ".join(t.__name__ for t in tables)
    return (
        f'"""The tables of {slice_name} as they were first laid down."""\n\n'
        f"{_imports(body)}\n\n"
        f'ID = "2026-11-22T00:00:{number}"\n\n\n{body}\n\n\n'
        f"async def forwards() -> MigrationManager:\n"
        f"    return new_tables(ID, {'Tables of ' + slice_name!r}, {names})\n"
    )


def _imports(body: str) -> str:
    kinds = [n for n in _column_names() if f" {n}(" in body or f"={n}(" in body]
    lines = ["from piccolo.apps.migrations.auto.migration_manager import MigrationManager"]
    lines.append(f"from piccolo.columns import {', '.join(kinds)}")
    for name, module in (("OnDelete", "piccolo.columns.base"), ("Unique", "piccolo.constraints")):
        if name in body:
            lines.append(f"from {module} import {name}")
    lines += ["from piccolo.table import Table", "", "from kam.database.columns import NewId"]
    lines.append("from kam.database.migrating import new_tables")
    head = ["from decimal import Decimal", ""] if "Decimal(" in body else []
    return "\n".join(head + lines)


def _column_names() -> list[str]:
    import piccolo.columns as columns

    return sorted(
        n for n, v in vars(columns).items() if inspect.isclass(v) and issubclass(v, Column) and n != "Decimal"
    )


def _pointed_at(table: type[Table]) -> set[type[Table]]:
    return {column._foreign_key_meta.resolved_references for column in table._meta.foreign_key_columns}


def _stub(table: type[Table]) -> str:
    return f"{_head(table)}\n    {_line(table._meta.primary_key)}"


def _frozen(table: type[Table]) -> str:
    lines = [_line(column) for column in table._meta.non_default_columns]
    lines += [_constraint(constraint) for constraint in table._meta.constraints]
    return "\n".join([_head(table), *(f"    {line}" for line in lines)])


def _head(table: type[Table]) -> str:
    return f'class {table.__name__}(Table, tablename="{table._meta.tablename}"):'


def _line(column: Column) -> str:
    return f"{column._meta.name} = {_column(column)}"


def _constraint(constraint: Any) -> str:
    columns = ", ".join(c if isinstance(c, str) else c._meta.name for c in constraint.columns)
    return f'{constraint._meta.name} = Unique([{columns}], name="{constraint._meta.name}")'


def _column(column: Column) -> str:
    usual = _usual(column)
    given = {
        name: value
        for name, value in column._meta.params.items()
        if name not in _HIDDEN and (name not in usual or repr(usual[name]) != repr(value))
    }
    return f"{type(column).__name__}({', '.join(f'{k}={_value(v)}' for k, v in given.items())})"


def _usual(column: Column) -> dict[str, Any]:
    """What the column's parameters are when nothing is said."""
    if isinstance(column, ForeignKey):
        plain: Column = ForeignKey(references=Table)
    elif isinstance(column, Array):
        plain = Array(base_column=Varchar())
    else:
        plain = type(column)()
    return {k: v for k, v in plain._meta.params.items() if k not in ("references", "base_column")}


def _value(value: Any) -> str:
    if isinstance(value, Enum):
        return f"{type(value).__name__}.{value.name}"
    if inspect.isclass(value):
        return value.__name__
    if isinstance(value, Column):
        return _column(value)
    if type(value).__module__.startswith(("piccolo.columns.defaults", "kam.")):
        return f"{type(value).__name__}()"
    return repr(value)


if __name__ == "__main__":
    freeze()
