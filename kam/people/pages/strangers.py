"""What somebody who signs in is told of others who tried."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from kam.language import N_, gettext
from kam.people.attempts import Strange
from kam.people.pages.agents import browser
from kam.web import formats
from kam.web.zones import local


def told(strange: Strange, language: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Flashes, to be read in the person's language and by the clock of the browser."""
    if strange.failed:
        yield (
            "warning",
            N_(
                "Wrong passwords were tried to sign in to your account: %(count)s since %(since)s, from %(addresses)s."
                " If it was not you, change your password."
            ),
            {
                "count": strange.failed,
                "since": _shown(strange.since, language),
                "addresses": ", ".join(strange.addresses),
            },
        )
    if strange.browser is not None:
        yield (
            "warning",
            N_(
                "Your account was signed in to from a new browser: %(browser)s, %(address)s, %(at)s. If it was not you,"
                " change your password."
            ),
            {
                "browser": browser(strange.browser) or gettext(language, N_("Unknown browser")),
                "address": strange.browser_address,
                "at": _shown(strange.browser_at, language),
            },
        )


def _shown(moment: datetime | None, language: str) -> str:
    return formats.moment(local(moment), language)
