"""The Jinja environments: one per language, so that `_` is fixed when a template is compiled and macros just use it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from kam.language import LANGUAGES, N_, TAGS, catalog, gettext, title
from kam.people.roles import ROLES
from kam.records import catalogue, sharing
from kam.web import formats
from kam.web.addresses import mail_address, own_path, phone_address, web_address
from kam.web.assets import asset, icon
from kam.web.badges import badge, badges_of
from kam.web.compiling import PageEnvironment
from kam.web.current import current
from kam.web.door import DOOR
from kam.web.zones import local, zone_name
from kam.workflow.phrases import Listed

WORK_STATES = {
    "waiting": N_("Waiting"), "running": N_("Running"), "done": N_("Done"), "failed": N_("Failed"),
    "cancelled": N_("Cancelled"), "finished": N_("Done"),
}  # fmt: skip
FOLDER = Path(__file__).parents[2] / "templates"


@cache
def environment(language: str) -> PageEnvironment:
    made = PageEnvironment(
        loader=FileSystemLoader(FOLDER), autoescape=True, trim_blocks=True, lstrip_blocks=True,
        undefined=StrictUndefined, extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"],
        cache_size=400, auto_reload=False,
    )  # fmt: skip
    made.install_gettext_translations(catalog(language), newstyle=True)  # type: ignore[attr-defined]
    made.globals.update(_globals(language))
    made.filters.update(_filters(language))
    made.known = {"_": lambda text: Markup(gettext(language, text)) % {}, "icon": icon}
    return made


def _globals(language: str) -> dict[str, Any]:
    return {
        "asset": asset, "icon": icon, "language": language, "languages": LANGUAGES, "lang_tags": TAGS,
        "csrf": csrf_field, "door": DOOR, "zone_name": zone_name, "polyline": polyline,
        "csrf_field": csrf_field, "csrf_token": csrf_token, "unique": unique,
        "role_titles": ROLES, "work_states": WORK_STATES,
        "customer_kinds": sharing.added_to_customers, "record_kinds": catalogue.current, **_filters(language),
    }  # fmt: skip


def _filters(language: str) -> dict[str, Any]:
    def money(amount: Any, currency: str = "EUR", cents: bool = False) -> str:
        return formats.money(amount, currency, language, cents=cents)

    def ago(value: Any) -> Markup:
        return moment_tag(value, language)

    def translated(message: str, /, **params: Any) -> str:
        return gettext(language, str(message), **params)

    return {
        "money": money, "number": formats.number, "percent": formats.percent,
        "size": formats.size,
        "date": lambda value: formats.day(local(value), language),
        "moment": lambda value: formats.moment(local(value), language),
        "month": lambda value: formats.month(value, language), "ago": ago, "t": translated,
        "web_address": web_address, "mail_address": mail_address, "phone_address": phone_address,
        "own_path": own_path, "badge": lambda kind, value: badge(badges_of(kind), value, language),
        "titled": lambda titles: title(titles, language) if not isinstance(titles, str) else gettext(language, titles),
        "initials": initials, "lines": lines, "listed": lambda names: Listed(tuple(names)).text(language),
    }  # fmt: skip


def moment_tag(value: Any, language: str) -> Markup:
    """How long ago, with the exact moment on hover."""
    if value is None:
        return Markup(escape(formats.ago(None, current().now, language)))
    here = local(value)
    exact = formats.moment(here, language) if hasattr(here, "hour") else formats.day(here, language)
    shown = formats.ago(here, local(current().now), language)
    return Markup(f'<time datetime="{value.isoformat()}" title="{escape(exact)}">{escape(shown)}</time>')


# Stands for the proof in everything that is drawn, so that drawn parts can be kept; `page.render` puts the proof in.
# Each process has another, so no compiled template may hold it.
PROOF = f"proof-{secrets.token_hex(16)}"
_FIELD = Markup(f'<input type="hidden" name="_csrf" value="{PROOF}">')


def csrf_token() -> str:
    return PROOF


def csrf_field() -> Markup:
    """The hidden field that every form which changes something carries."""
    return _FIELD


def unique() -> str:
    """A name for one submission of a form, so that sending it twice is noticed."""
    return secrets.token_urlsafe(12)


def initials(name: str) -> str:
    """Two letters for an avatar, from the Latin part of a name if it has one; else its last two characters."""
    latin = [word for word in name.split() if word.isascii()]
    if not latin:
        return name.replace(" ", "")[-2:]
    return (latin[0][:1] + latin[-1][:1] if len(latin) > 1 else latin[0][:2]).upper()


def polyline(values: Sequence[Any], width: float, height: float) -> str:
    """The points of a small line chart, from the lowest value at the bottom to the highest at the top."""
    low, high = float(min(values)), float(max(values))
    step, scale = (width - 4) / (len(values) - 1), (height - 6) / ((high - low) or 1)
    return " ".join(f"{2 + at * step:.1f},{height - 3 - (float(v) - low) * scale:.1f}" for at, v in enumerate(values))


def lines(text: str) -> Markup:
    """Plain text with its line breaks kept."""
    return Markup("<br>").join(text.splitlines())
