"""The addresses of every page there is, with records of the demo in them; a new route is walked without being named."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from itertools import product

from playwright.async_api import Browser, Page

from kam.demo.people import PASSWORD, accounts
from kam.records.kind import Kind
from kam.records.pages.routing import SHARING
from tests.belongings import parameters, routes
from tests.records.making import sample

# Where the first record of each parameter is found. A route with another parameter fails until that stands here.
SOURCES = {
    "customer": "/customers?sort=-score", "contact": "/contacts",
    "interaction": "/interactions", "opportunity": "/opportunities", "order": "/orders", "person": "/people",
    "plan": "/plans?state=draft", "product": "/products", "team": "/teams",
}  # fmt: skip
VALUES = {
    "key": ["situation", "strengths", "objectives", "actions", "risks"],
    "name": ["relationship", "early_warning", "account_plan", "designation"],
}
# Of what has versions, those that have one are named below.
NO_PAGES = frozenset(
    {"/customers/similar", "/sign-in", "/password", "/plans/{plan:uuid}/versions/{number:int}"}
    | {"/quotations/{record:uuid}/versions/{number:int}"}
    | {"/healthz", "/readyz", "/metrics"}
)
NOT_IN_THE_DEMO = frozenset({"document", "file", "work"})
MORE = [
    "/portfolio?view=board", "/portfolio?view=matrix", "/portfolio?view=pareto", "/search?q=ma", "/customers?q=zzzz",
]  # fmt: skip
UUID = "[0-9a-f]{8}-[0-9a-f-]{27}"


async def signed_in(address: str, chromium: Browser) -> Page:
    """Somebody who sees everything."""
    context = await chromium.new_context(base_url=address, reduced_motion="reduce", locale="en-GB")
    page = await context.new_page()
    await page.goto("/sign-in")
    await page.fill("input[name=email]", accounts()[0].email)
    await page.fill("input[name=password]", PASSWORD)
    await page.press("input[name=password]", "Enter")
    await page.wait_for_url(f"{address}/")
    return page


async def addresses(page: Page) -> list[str]:
    """Every page, once; of the kinds of page that look alike for many values, a few."""
    values = dict(VALUES)
    for parameter, source in SOURCES.items():
        source = re.sub(r"{(\w+)}", lambda found: values[found[1]][0], source)
        values[parameter] = [await first(page, source, parameter)]
    values |= {kind.path: [await of_kind(page, kind, values["customer"][0])] for kind in SHARING}
    version = f"/plans/{await first(page, '/plans?state=in_execution', 'plan')}"
    sent = f"/quotations/{await first(page, '/quotations?state=sent', 'quotation')}/versions/1"
    found = [address for path in routes("GET") if _is_page(path) for address in expanded(path, values)]
    return [*found, *MORE, version, f"{version}/versions/1", f"{version}/differences", sent]


def _is_page(path: str) -> bool:
    if path in NO_PAGES or path.endswith(("/choices", "/theirs")):
        return False
    return not NOT_IN_THE_DEMO & set(parameters(path))


def expanded(path: str, values: dict[str, list[str]]) -> list[str]:
    """The path with each combination of values in the place of its parameters."""
    names = parameters(path)
    plain = re.sub(r":\w+}", "}", path)
    found = [values[path.split("/")[1] if name == "record" else name] for name in names]
    return [plain.format(**dict(zip(names, chosen, strict=True))) for chosen in product(*found)]


async def of_kind(page: Page, kind: Kind, customer: str) -> str:
    """The id of a record of this kind; where the demo has none, one is added by its form."""
    await page.goto(f"/{kind.path}")
    if not await page.locator("tbody td.main a").count():
        await page.goto(f"/{kind.path}/new?customer={customer}")
        for name, value in sample(kind, datetime.now(UTC)).items():
            control = page.locator(f"main input:is([type=text], [type=date])[name={name}]")
            if await control.count() and not await control.input_value():
                await control.fill(str(value))
        await page.locator("main .form-actions button").click()
        return re.search(UUID, page.url)[0]
    return re.search(UUID, await page.locator("tbody td.main a").first.get_attribute("href"))[0]


async def first(page: Page, source: str, kind: str) -> str:
    """The id of the first record of its kind that a page links to."""
    await page.goto(source)
    links = await page.eval_on_selector_all("main a", "links => links.map(link => link.getAttribute('href') || '')")
    plural = {"person": "people"}.get(kind, f"{kind.removesuffix('y')}{'ies' if kind.endswith('y') else 's'}")
    for link in links:
        if found := re.search(rf"/{plural}/({UUID})(?:/edit)?$", link):
            return found[1]
    raise AssertionError(f"{source} links to no {kind}: {links}")
