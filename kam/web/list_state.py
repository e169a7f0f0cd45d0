"""What one page of a list shows: the state the address describes, and the links that change one thing of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from markupsafe import Markup

from kam.language import N_, gettext, ngettext
from kam.people.viewer import Viewer
from kam.web.choices import BETWEEN, FEW
from kam.web.list_columns import Column
from kam.web.list_filters import Filter, Query
from kam.web.templates import environment

if TYPE_CHECKING:
    from kam.web.lists import ListOf

_DRAWN: dict[Any, Markup] = {}
_PAGING = ("after", "before", "format")


@dataclass
class Listing:
    """`body` is the table's rows already written; `rows` the records they were written from."""

    of: ListOf
    query: Query
    path: str
    language: str
    viewer: Viewer
    rows: list[Any] = field(default_factory=list)
    body: Markup = field(default_factory=Markup)
    before: str = ""
    after: str = ""
    count: int = 0
    more: bool = False
    views: list[tuple[str, str, str]] = field(default_factory=list)
    loaded_choices: dict[str, Any] = field(default_factory=dict)
    loaded_mark: int = 0

    def one(self, name: str) -> str:
        texts = self.query.get(name)
        return texts[-1] if texts else ""

    @property
    def search(self) -> str:
        return self.one("q")

    @property
    def cursor_after(self) -> str:
        return self.one("after")

    @property
    def cursor_before(self) -> str:
        return self.one("before")

    @property
    def columns(self) -> list[Column]:
        """The columns chosen, in the list's own order; the main one is always there."""
        chosen = set(self.query.get("col", ()))
        if not chosen:
            return [column for column in self.of.columns if column.shown]
        return [column for column in self.of.columns if column.main or column.name in chosen]

    @property
    def sorted_by(self) -> tuple[Column, bool]:
        asked = self.one("sort") or self.of.sort
        for text in (asked, self.of.sort):
            for column in self.of.columns:
                if column.sort and column.name == text.lstrip("-"):
                    return column, text.startswith("-")
        return next(column for column in self.of.columns if column.sort), False

    @property
    def best_first(self) -> bool:
        """Whether what fits the search best comes first, as long as nobody chose an order."""
        return bool(self.of.beginning and self.search.strip()) and not self.one("sort")

    @property
    def filtered(self) -> bool:
        return bool(self.search) or any(one.active(self.query) for one in self.of.filters)

    @property
    def count_text(self) -> str:
        if self.more:
            return gettext(self.language, N_("more than %(n)s"), n=f"{self.count:,}")
        return ngettext(self.language, "%(n)s result", "%(n)s results", self.count)

    @property
    def state(self) -> str:
        """The address's query without paging: what a saved view keeps."""
        return urlencode([(n, v) for n, texts in self.query.items() if n not in _PAGING for v in texts])

    def url(self, **changes: Any) -> str:
        """The address with some parameters set, or removed where None; it always begins at the first page."""
        pairs = [(n, v) for n, texts in self.query.items() if n not in (*_PAGING, *changes) for v in texts]
        pairs += [(name, value) for name, value in changes.items() if value is not None]
        return self.path + ("?" + urlencode(pairs) if pairs else "")

    def heads(self) -> list[dict[str, Any]]:
        """For each column: title, whether sorted (ascending or descending), and the link that sorts by it."""
        by, descending = (None, False) if self.best_first else self.sorted_by
        return [
            {
                "column": column, "title": gettext(self.language, column.title),
                "sorted": ("descending" if descending else "ascending") if column is by else "",
                "url": self.url(sort=self._next_sort(column, by, descending)) if column.sort else "",
            }
            for column in self.columns
        ]  # fmt: skip

    def _next_sort(self, column: Column, by: Column | None, descending: bool) -> str:
        if column is by:
            return column.name if descending else "-" + column.name
        return ("-" if column.numeric or column.kind in ("date", "ago", "moment", "level") else "") + column.name

    def controls(self) -> list[dict[str, Any]]:
        """For each filter: its kind, whether it is set, its values and choices as the template draws them."""
        return [self._control(one) for one in self.of.filters]

    def _control(self, one: Filter) -> dict[str, Any]:
        chosen = set(self.query.get(one.name, ()))
        choices = self.loaded_choices.get(one.name)
        if choices is None and not callable(one.choices):
            choices = [(value, gettext(self.language, title)) for value, title in one.choices.items()]
        shown = [title for value, title in choices or () if value in chosen]
        typed = self._typed(one, shown) if one.kind == "person" and len(choices or ()) > FEW else None
        return {
            "name": one.name, "title": gettext(self.language, one.title), "kind": one.kind,
            "active": one.active(self.query), "value": self.one(one.name),
            "least": self.one(one.name + "_from"), "most": self.one(one.name + "_to"),
            "error": one.error(self.query, self.language), "clear": self.url(
                **{one.name: None, one.name + "_from": None, one.name + "_to": None}),
            "choices": [(value, title, value in chosen) for value, title in choices or ()],
            "shown": ", ".join(shown) or (typed or "").split(BETWEEN)[0], "typed": typed,
        }  # fmt: skip

    def _typed(self, one: Filter, shown: list[str]) -> str:
        """What stands in the field of a person where they are too many for a list."""
        text = self.one(one.name)
        return shown[0] if shown else "" if text in ("me", "none") else text

    def drawn(self, part: str) -> Markup:
        """`toolbar` or `thead` of the template, kept because they depend on little more than the address."""
        key: tuple[Any, ...] = (
            part,
            self.of.name,
            self.path,
            self.state,
            self.language,
            self.loaded_mark,
            self.viewer.role,
        )
        key += (tuple(self.views), self.count_text) if part == "toolbar" else ()
        kept = _DRAWN.get(key)
        if kept is None:
            if len(_DRAWN) > 1000:
                _DRAWN.clear()
            macros = environment(self.language).get_template("shared/list.html").module
            kept = _DRAWN[key] = Markup(getattr(macros, part)(self))
        return kept

    def hidden(self, *without: str) -> list[tuple[str, str]]:
        """The rest of the address, as hidden fields of a GET form that sets only `without`."""
        return [(n, v) for n, texts in self.query.items() if n not in (*_PAGING, *without) for v in texts]
