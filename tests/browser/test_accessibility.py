"""axe-core finds nothing serious on any page, wide and light, narrow and dark; nothing is wider than a phone."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from playwright.async_api import Browser, Page

from kam.demo.people import PASSWORD, accounts

LISTS = [
    "/", "/portfolio", "/portfolio?view=board", "/portfolio?view=matrix", "/portfolio?view=pareto", "/ranking",
    "/customers", "/customers/new", "/contacts", "/interactions", "/orders", "/orders/new", "/opportunities",
    "/opportunities/board", "/products", "/cases", "/plans", "/plans/new", "/approvals", "/warnings", "/workflows",
    "/workflows/relationship", "/workflows/early_warning", "/imports", "/people", "/people/new", "/teams", "/settings",
]  # fmt: skip
RECORDS = {
    "/customers?sort=-score": [
        "", "/team", "/contacts", "/contacts/new", "/interactions/new", "/sales", "/service", "/plans", "/history",
        "/standing",
    ],
    "/orders": [""], "/opportunities": [""], "/cases": [""], "/interactions": [""], "/people": [""],
    "/teams": [""], "/warnings": [""],
    "/plans?state=draft": [
        "", "/sections/situation", "/sections/strengths", "/sections/objectives", "/sections/actions",
        "/sections/risks", "/differences",
    ],
}  # fmt: skip
# What the theme or the width can change; names and roles are the same.
OF_THEME_AND_WIDTH = ("color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size")
RECORD = re.compile(r"/[a-z]+/[0-9a-f-]{36}")


async def test_axe_finds_nothing_serious_and_nothing_is_too_wide(demo, chromium, accessible):
    page = await signed_in(demo, chromium)
    for path in LISTS + await records(page):
        await page.emulate_media(color_scheme="light", reduced_motion="reduce")
        await page.set_viewport_size({"width": 1280, "height": 900})
        await page.goto(path)
        await readable(page, accessible)
        await page.emulate_media(color_scheme="dark")
        await page.set_viewport_size({"width": 390, "height": 844})
        await readable(page, accessible, *OF_THEME_AND_WIDTH)
    await page.context.close()


async def signed_in(address: str, chromium: Browser) -> Page:
    """Somebody who sees everything."""
    page = await (await chromium.new_context(base_url=address)).new_page()
    await page.goto("/sign-in")
    await page.fill("input[name=email]", accounts()[0].email)
    await page.fill("input[name=password]", PASSWORD)
    await page.press("input[name=password]", "Enter")
    await page.wait_for_url(f"{address}/")
    return page


async def records(page: Page) -> list[str]:
    found = [(await first(page, path), parts) for path, parts in RECORDS.items()]
    return [record + part for record, parts in found for part in parts]


async def first(page: Page, path: str) -> str:
    """The address of the first record in a list."""
    await page.goto(path)
    links = await page.eval_on_selector_all("main a", "links => links.map(link => link.getAttribute('href'))")
    kind = path.partition("?")[0]
    found = [link for link in links if RECORD.fullmatch(link or "") and link.startswith(f"{kind}/")]
    assert found, f"{path} links to no record: {links} {await page.locator('main').inner_text()}"
    return found[0]


async def readable(page: Page, accessible: Callable[..., Awaitable[None]], *rules: str) -> None:
    await accessible(page, *rules)
    assert await page.locator("h1").count() == 1, page.url
    too_wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert too_wide <= 0, f"{page.url} is {too_wide} pixels too wide"
