"""The forms of a page as a browser sends them when nobody touches anything."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Sheet:
    """A form: where it goes, and its fields with what stands in them."""

    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)

    @property
    def data(self) -> dict[str, list[str]]:
        sent: dict[str, list[str]] = {}
        for name, value in self.fields:
            sent.setdefault(name, []).append(value.replace("\r\n", "\n").replace("\n", "\r\n"))
        return sent


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.sheets: list[Sheet] = []
        self.inside = False
        self.select: tuple[str, list[tuple[str, bool]]] | None = None
        self.area: tuple[str, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form" and said.get("method") == "post":
            self.sheets.append(Sheet(said["action"]))
            self.inside = True
        elif self.inside and tag == "input" and said.get("name"):
            self._input(said)
        elif self.inside and tag == "select":
            self.select = (said["name"], [])
        elif self.select and tag == "option":
            self.select[1].append((said.get("value", ""), "selected" in said))
        elif self.inside and tag == "textarea":
            self.area = (said["name"], "")

    def _input(self, said: dict[str, str]) -> None:
        kind = said.get("type", "text")
        if kind in ("checkbox", "radio") and "checked" not in said:
            return
        value = said.get("value", "on" if kind == "checkbox" else "")
        if kind != "hidden":
            value = value.replace("\r", "").replace("\n", "")
        self.sheets[-1].fields.append((said["name"], value))

    def handle_data(self, data: str) -> None:
        if self.area:
            self.area = (self.area[0], self.area[1] + data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "select" and self.select:
            name, options = self.select
            chosen = [value for value, selected in options if selected] or [value for value, _ in options[:1]]
            self.sheets[-1].fields += [(name, value) for value in chosen[-1:]]
            self.select = None
        elif tag == "textarea" and self.area:
            name, text = self.area
            self.sheets[-1].fields.append((name, text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\n")))
            self.area = None


def sheets(page: str) -> list[Sheet]:
    reader = _Reader()
    reader.feed(page)
    return reader.sheets
