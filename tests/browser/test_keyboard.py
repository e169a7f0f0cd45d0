"""By keyboard alone, and without any script: nothing of the job needs a mouse or JavaScript."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.browser.filling import PASSWORD

RECORD = re.compile(r"/[0-9a-f-]{36}$")


async def test_the_focus_is_always_to_be_seen(visit):
    page = await visit("alice", "/customers")
    for _ in range(30):
        await page.keyboard.press("Tab")
        seen = await page.evaluate(
            """() => { const style = getComputedStyle(document.activeElement);
            return style.outlineStyle !== 'none' || style.boxShadow !== 'none'; }"""
        )
        assert seen, await page.evaluate("document.activeElement.outerHTML.slice(0, 200)")


async def test_one_escape_closes_the_search_and_gives_the_focus_back(visit):
    page = await visit("alice", "/customers")
    field = page.locator(".toolbar-search input")
    await field.focus()
    await page.keyboard.press("Control+k")
    await page.keyboard.type("Acme")
    await page.keyboard.press("Escape")
    await expect(page.locator("dialog#search")).not_to_be_visible()
    await expect(field).to_be_focused()


async def test_a_filter_is_chosen_with_the_arrows_and_left_with_tab_or_escape(visit):
    page = await visit("alice", "/customers")
    menu = page.locator("details.filter", has=page.locator("select[name=owner]"))
    await menu.locator("summary").press("Enter")
    await page.keyboard.press("ArrowDown")
    await expect(menu.locator("select")).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await expect(menu.locator("select")).to_have_value("me")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await expect(menu).not_to_have_attribute("open", "")
    await menu.locator("summary").press("Enter")
    await page.keyboard.press("Escape")
    await expect(menu).not_to_have_attribute("open", "")
    await expect(menu.locator("summary")).to_be_focused()


async def test_the_first_tab_leads_past_the_navigation(visit):
    page = await visit("alice", "/customers")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.closest('main') !== null")


async def test_on_a_phone_nothing_with_the_focus_hides_behind_the_bar_below(visit):
    page = await visit("alice", "/customers/new", width=390)
    for _ in range(30):
        await page.keyboard.press("Tab")
        hidden = await page.evaluate(
            """() => { const bar = document.querySelector(".bottom"), one = document.activeElement;
            return !bar.contains(one) && one.getBoundingClientRect().top > bar.getBoundingClientRect().top; }"""
        )
        assert not hidden, await page.evaluate("document.activeElement.outerHTML.slice(0, 200)")


async def test_k_goes_back_up_and_enter_opens_the_row(visit):
    page = await visit("ada", "/customers")
    for key in ("j", "j", "k"):
        await page.keyboard.press(key)
    name = await page.locator("tr[data-cursor] td.main a").text_content()
    await page.keyboard.press("Enter")
    await page.wait_for_url(RECORD)
    await expect(page.locator("h1")).to_contain_text(name)


async def test_letters_typed_into_a_field_are_text_and_not_shortcuts(visit):
    page = await visit("alice", "/customers/new")
    await page.locator("input[name=name]").press_sequentially("jn/k")
    await expect(page.locator("input[name=name]")).to_have_value("jn/k")
    await expect(page.locator("dialog[open]")).to_have_count(0)


async def test_two_clicks_on_a_button_add_one_customer(visit):
    page = await visit("alice", "/customers/new")
    await page.fill("input[name=name]", "Clicked Twice")
    await page.locator("form[action='/customers'] button").dblclick()
    await page.wait_for_url(RECORD)
    await page.goto("/customers?q=Clicked+Twice")
    await expect(page.locator("tbody tr")).to_have_count(1)


async def test_the_second_tab_is_told_what_the_first_has_changed(visit):
    first = await visit("charlie", "/customers?q=Omega")
    await first.locator("tbody a").first.click()
    await first.wait_for_url(RECORD)
    second = await first.context.new_page()
    for tab in (second, first):
        await tab.goto(f"{first.url.removesuffix('/edit')}/edit")
    await first.fill("input[name=city]", "Basel")
    await first.locator("main form.form button").first.click()
    await first.wait_for_url(RECORD)
    await second.fill("input[name=city]", "Bern")
    await second.locator("main form.form button").first.click()
    await expect(second.locator("[role=alert]").first).to_be_visible()
    await expect(second.locator("main")).to_contain_text("Basel")
    await expect(second.locator("input[name=city]")).to_have_value("Bern")


async def test_the_address_asked_for_is_opened_after_signing_in(visit):
    page = await visit(None, "/customers?q=Acme")
    await page.fill("input[name=email]", "alice@example.com")
    await page.fill("input[name=password]", PASSWORD)
    await page.press("input[name=password]", "Enter")
    await page.wait_for_url("**/customers?q=Acme")


@pytest.fixture
async def without_scripts(site, chromium):
    context = await chromium.new_context(base_url=site, java_script_enabled=False, locale="en-GB")
    page = await context.new_page()
    await page.goto("/sign-in")
    await page.fill("input[name=email]", "alice@example.com")
    await page.fill("input[name=password]", PASSWORD)
    await page.press("input[name=password]", "Enter")
    await page.wait_for_url(f"{site}/")
    yield page
    await context.close()


async def test_without_scripts_a_customer_is_created_a_step_taken_and_a_section_written(without_scripts):
    page = without_scripts
    await page.goto("/customers/new")
    await page.fill("input[name=name]", "No Scripts Ltd")
    await page.click("form[action='/customers'] button")
    await page.wait_for_url(RECORD)
    customer = page.url
    await page.locator("details.step[data-transition=warn] > summary").click()
    await page.fill("details.step[data-transition=warn] textarea", "Their web page is blank.")
    await page.click("details.step[data-transition=warn] button")
    await expect(page.locator("#early_warning .panel-head")).to_contain_text("Watch")
    await page.goto(f"/plans/new?customer={customer.rpartition('/')[2]}")
    await page.fill("input[name=title]", "Plain plan")
    await page.click("form[action='/plans'] button")
    await page.wait_for_url("**/plans/*")
    plan = page.url.partition("/sections")[0]
    await page.goto(f"{plan}/sections/situation")
    await page.fill("textarea[name=text]", "Written without a script.")
    await page.click("form.plan-form button")
    await page.goto(f"{plan}/sections/situation")
    await expect(page.locator("textarea[name=text]")).to_have_value("Written without a script.")
