"""The frame around every page: reachable by keyboard, readable by everybody, small on the wire."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import expect

PATHS = ["/more", "/search?q=acme", "/nowhere"]


@pytest.mark.parametrize(("width", "theme"), [(390, "dark"), (1280, "light")])
async def test_axe_finds_nothing_serious(visit, accessible, theme, width):
    await accessible(await visit(None, "/sign-in", theme=theme, width=width))
    page = await visit("ada", theme=theme, width=width)
    for path in PATHS:
        await page.goto(path)
        await accessible(page)
        assert await page.locator("h1").count() == 1, path
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


async def test_a_list_page_is_small_and_needs_few_requests(visit):
    page = await visit("ada", "/more")
    sizes = []
    await (await page.context.new_cdp_session(page)).send("Network.setCacheDisabled", {"cacheDisabled": True})
    page.on("requestfinished", lambda request: sizes.append(request))
    await page.goto("/people", wait_until="networkidle")
    assert len(sizes) <= 4
    total = 0
    for request in sizes:
        total += (await request.sizes())["responseBodySize"]
    assert total < 100_000


async def test_a_form_opens_at_the_hour_that_the_clock_of_the_browser_shows(visit):
    page = await visit("alice", "/customers", zone="Asia/Shanghai")
    customer = await page.get_by_role("link", name="Acme").first.get_attribute("href")
    await page.goto(f"{customer}/interactions/new")
    proposed = datetime.fromisoformat(await page.input_value("input[name=at]"))
    assert abs(proposed - datetime.now(ZoneInfo("Asia/Shanghai")).replace(tzinfo=None)) < timedelta(minutes=5)
    await expect(page.get_by_text("China Time")).to_be_visible()


async def test_search_opens_with_the_slash_and_finds_by_keyboard(visit, accessible):
    page = await visit("alice", "/people")
    await page.keyboard.press("/")
    await page.keyboard.type("顶点")
    await expect(page.locator(".result").first).to_contain_text("Acme")
    await accessible(page)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/customers/*")


async def test_the_outsider_does_not_find_it(visit):
    page = await visit("charlie", "/search?q=Acme")
    await expect(page.locator("main")).not_to_contain_text("Acme Industrial")


async def test_n_opens_the_new_menu_and_escape_closes_it(visit):
    page = await visit("alice", "/people")
    await page.keyboard.press("n")
    await expect(page.get_by_role("link", name="Customer", exact=True)).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.locator(".menu[data-key=n]")).not_to_have_attribute("open", "")


async def test_a_row_is_reached_with_j_and_opened_with_enter(visit):
    page = await visit("ada", "/people")
    await page.keyboard.press("j")
    await page.keyboard.press("j")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/people/*")


async def test_language_is_switched_from_any_page_and_the_page_stays(visit):
    page = await visit("bob", "/people?q=a")
    await page.locator("summary[aria-label^=Language]").click()
    await page.get_by_role("button", name="简体中文").click()
    await page.wait_for_url("**/people?q=a")
    await expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")


async def test_a_refused_form_has_the_focus_on_its_first_fault(visit):
    page = await visit("ada", "/people/new")
    await page.fill("input[name=name]", "Somebody")
    await page.fill("input[name=email]", "alice@example.com")
    await page.get_by_role("main").get_by_role("button", name="Add person").click()
    await expect(page.locator("input[name=email]")).to_be_focused()
    await expect(page.locator("input[name=name]")).to_have_value("Somebody")


async def test_on_a_tablet_the_navigation_is_a_row_of_icons_that_still_have_names(visit):
    page = await visit("alice", "/people", width=800)
    side = await page.locator("nav.side").bounding_box()
    assert side["width"] < 80
    await expect(page.locator("nav.side").get_by_role("link", name="Portfolio")).to_be_visible()
