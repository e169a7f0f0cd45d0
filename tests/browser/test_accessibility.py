"""Every page, in both themes, at three widths and in three languages: axe-core finds nothing serious, nothing is wider
than the window, nothing is said in the console. A page is loaded once in a language; what another theme or width can
change is asked again on it. Light and wide in English, dark and wide in traditional, light and narrow in simplified
Chinese, dark and narrow in English: each theme is read at each width.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from playwright.async_api import Page

from tests.browser.walking import addresses, signed_in

OF_THEME = ("color-contrast", "link-in-text-block")
OF_WIDTH = ("target-size", "scrollable-region-focusable")
HEIGHT = 900


async def test_every_page_is_accessible_wide_and_narrow(demo, chromium, accessible):
    async def look(page: Page, path: str) -> None:
        await opened(page, path, "en", width=1280, theme="light")
        await accessible(page)
        await shown(page, width=390, theme="dark")
        await accessible(page, *OF_THEME, *OF_WIDTH)
        await shown(page, width=1920, theme="light")
        await accessible(page, *OF_WIDTH)
        await shown(page, width=640, theme="light")  # what 1280 is at twice the size
        await shown(page, width=320, theme="light")

    page = await signed_in(demo, chromium)
    await walk(page, await addresses(page), look)
    await page.context.close()


async def test_every_page_is_readable_in_both_kinds_of_chinese(demo, chromium, accessible):
    page = await signed_in(demo, chromium)
    paths = await addresses(page)

    async def simplified(page: Page, path: str) -> None:
        await opened(page, path, "zh-Hans", width=390, theme="light")
        await accessible(page, *OF_THEME, *OF_WIDTH)

    async def traditional(page: Page, path: str) -> None:
        await opened(page, path, "zh-Hant", width=1280, theme="dark")
        await accessible(page, *OF_THEME)

    for language, look in (("zh_Hans", simplified), ("zh_Hant", traditional)):
        await speak(page, language)
        await walk(page, paths, look)
    await speak(page, "en")
    await page.context.close()


async def walk(page: Page, paths: list[str], look: Callable[[Page, str], Awaitable[None]]) -> None:
    """Looks at every page, with a second tab beside the first one: a tab keeps one processor busy."""
    tabs, said = [page, await page.context.new_page()], []
    for tab in tabs:
        overhear(tab, said)

    async def share(tab: Page, paths: list[str]) -> None:
        for path in paths:
            await look(tab, path)

    await asyncio.gather(*(share(tab, paths[place :: len(tabs)]) for place, tab in enumerate(tabs)))
    assert said == []


def overhear(page: Page, said: list[str]) -> None:
    """Notes what goes wrong in the browser: errors in the console, scripts that fail, what the policy forbids."""
    page.on("console", lambda line: said.append(f"{page.url}: {line.text}") if line.type == "error" else None)
    page.on("pageerror", lambda error: said.append(f"{page.url}: {error}"))


async def opened(page: Page, path: str, language: str, *, width: int, theme: str) -> None:
    """Opens a page and looks at what no theme or width changes: one heading, a title, the language it says it has."""
    await page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    await page.set_viewport_size({"width": width, "height": HEIGHT})
    answer = await page.goto(path)
    assert answer and answer.ok, path
    found = await page.evaluate(
        "[document.documentElement.lang, document.title, document.querySelectorAll('h1').length]"
    )
    assert found[0] == language and found[2] == 1 and found[1].removesuffix("· kam").strip(), (path, found)
    await fits(page)


async def shown(page: Page, *, width: int, theme: str) -> None:
    await page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    await page.set_viewport_size({"width": width, "height": HEIGHT})
    await fits(page)


async def fits(page: Page) -> None:
    too_wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert too_wide <= 0, f"{page.url} is {too_wide} pixels too wide"


async def speak(page: Page, language: str) -> None:
    await page.goto("/more")
    await page.evaluate(
        """language => fetch("/preferences", { method: "POST", body: new URLSearchParams({ language }),
        headers: { "X-CSRF-Token": document.querySelector("meta[name=csrf]").content } })""",
        language,
    )
