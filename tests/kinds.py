"""What each kind of record costs: `python -m tests.kinds` prints its files, its lines and the edits in shared files.

Counted after the formatter, with its facts and tests; its workflow file, texts, changelog and migration apart. Verbs
that have a meaning of their own, which no declaration could replace, are counted beside it with the tests named after
them.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kam.kinds import KINDS
from kam.records.kind import Kind

ROOT = Path(__file__).parents[1]
# Where kinds are listed or told of by name.
LISTED = ("kam/kinds.py", "kam/database/app.py")
APART = ("kam/database/migrations/", "kam/demo/")
DECLARED = frozenset({"__init__.py", "kind.py", "tables.py", "facts.py"})
# The same word with another meaning: a stage of an opportunity in a file, a section of a plan.
OTHERWISE = {("kam/importing/opportunities.py", "quotation"), ("templates/documents/plan.html", "competitor")}
# Slices that may read another's table for what a page shows of it at a glance, or for the files it comes by, and
# templates that lead to it: by slice or folder, the tables.
READERS: dict[str, frozenset[str]] = {
    "approvals": frozenset({"plan"}),
    "contacts": frozenset({"interaction"}),
    "customers": frozenset({"opportunity", "plan", "sales_order", "contact", "interaction"}),
    "desk": frozenset({"plan", "interaction"}),
    "importing": frozenset({"opportunity", "product", "sales_order"}),
    "interactions": frozenset({"contact", "contact_role"}),
    "layouts": frozenset({"plan"}),
    "leaving": frozenset({"plan"}),
    "warnings": frozenset({"interaction"}),
    "orders": frozenset({"opportunity", "product"}),
    "plans": frozenset({"sales_order", "contact", "contact_role"}),
    "service": frozenset({"product"}),
    "work": frozenset({"plan"}),
}
# Slices whose records are used daily, with pages and verbs of their own beside the shared ones: counted, not limited.
DAILY = frozenset({"customers", "orders", "plans", "sales", "contacts", "interactions"})


# A kind whose name is that of a field, too: its bare name says nothing of which of them is meant.
_FIELDS = {
    one.name for kind in KINDS for fields in (kind.fields, *(part.fields for part in kind.parts)) for one in fields
}


@dataclass(frozen=True, slots=True)
class Mention:
    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.what}"


def slice_of(kind: Kind) -> str:
    return kind.table.__module__.split(".")[1]


def files_of(kind: Kind) -> list[Path]:
    """What tries something shared by the example of a kind lies apart, in a folder `shared`."""
    return [file for file in _files(kind) if file not in verbs_of(kind) and "shared" not in file.parts]


def verbs_of(kind: Kind) -> list[Path]:
    """Verbs and pages of its own, with the tests that are called after them."""
    own = ROOT / "kam" / slice_of(kind)
    verbs = [file for file in _files(kind) if file.is_relative_to(own) and file.name not in DECLARED]
    tested = {f"test_{file.parent.stem if file.parent != own else file.stem}.py" for file in verbs}
    templates = [file for file in _files(kind) if file.suffix == ".html"]
    return verbs + [file for file in _files(kind) if file.name in tested] + templates


def _files(kind: Kind) -> list[Path]:
    folders = (ROOT / "kam" / slice_of(kind), ROOT / "tests" / slice_of(kind), ROOT / "templates" / slice_of(kind))
    return [file for folder in folders for file in sorted(folder.rglob("*")) if file.suffix in (".py", ".html")]


def lines_of(files: list[Path]) -> int:
    return sum(len(file.read_text("utf-8").splitlines()) for file in files)


def mentions(kind: Kind) -> list[Mention]:
    """Of its name, its table or its address in what is shared or another's: none may be there."""
    found = [*_in_code(kind), *_in_templates(kind)]
    return [one for one in found if (one.file, kind.name) not in OTHERWISE]


def edits(kind: Kind) -> list[Mention]:
    """In shared files: its lines in the lists, whatever imports its slice, and what must not be there."""
    name = slice_of(kind)
    imported = rf"(from|import) kam\.{name}\b"
    tests = ((str(file.relative_to(ROOT)), file.read_text("utf-8")) for file in _tests(kind))
    found = [
        Mention(path, number, line.strip())
        for path, text in (*_shared(kind), *tests)
        for number, line in enumerate(text.splitlines(), start=1)
        if re.match(imported, line) or (path in LISTED and f'"{name}"' in line)
    ]
    return found + mentions(kind)


def _in_code(kind: Kind) -> Iterator[Mention]:
    reads = re.compile(rf"\b(?:FROM|JOIN|UPDATE|INTO)\s+(?:ONLY\s+)?{kind.sql_table}\b")
    for path, text in _shared(kind):
        if path in LISTED or kind.sql_table in READERS.get(path.split("/")[1], ()):
            continue
        for node in _literals(ast.parse(text)):
            if (node.value == kind.name and kind.name not in _FIELDS) or reads.search(str(node.value)):
                yield Mention(path, node.lineno, " ".join(str(node.value).split())[:80])


def _literals(tree: ast.AST) -> Iterator[ast.Constant]:
    """Without docstrings, which may speak of a kind as an example, and without the fields by which kinds refer to
    each other."""
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    told |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg == "of"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node


def _in_templates(kind: Kind) -> Iterator[Mention]:
    address = re.compile(rf"[\"']/?{kind.path}[/\"'?]")
    for file in sorted((ROOT / "templates").rglob("*.html")):
        if file.parent.name == slice_of(kind) or kind.sql_table in READERS.get(file.parent.name, ()):
            continue
        for number, line in enumerate(file.read_text("utf-8").splitlines(), start=1):
            if address.search(line):
                yield Mention(str(file.relative_to(ROOT)), number, line.strip()[:80])


def _shared(kind: Kind) -> Iterator[tuple[str, str]]:
    own = f"kam/{slice_of(kind)}/"
    for file in sorted((ROOT / "kam").rglob("*.py")):
        path = str(file.relative_to(ROOT))
        if not path.startswith((own, *APART)):
            yield path, file.read_text("utf-8")


def _tests(kind: Kind) -> list[Path]:
    """Of the others: what is deleted with a kind must be missed by none of them."""
    return [file for file in sorted((ROOT / "tests").rglob("*.py")) if file not in _files(kind)]


if __name__ == "__main__":
    print(f"{'kind':20}{'files':>6}{'lines':>7}{'edits':>7}{'verbs':>7}{'lines':>7}")
    for one in KINDS:
        own, verbs = files_of(one), verbs_of(one)
        counted = f"{len(own):6}{lines_of(own):7}{len(edits(one)):7}{len(verbs):7}{lines_of(verbs):7}"
        print(f"{one.name:20}{counted}")
        for mention in () if one.is_itself else edits(one):
            print(f"    {mention}")
