"""Choosing a record by typing: with the keyboard, on a phone, in Chinese, and without any script."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.browser.filling import PASSWORD

ORDER = re.compile(r"/orders/[0-9a-f-]{36}$")
PROPOSALS = ".choices:popover-open [role=option]"


async def product(page, code, name, chinese, price):
    await page.goto("/products/new")
    for field, text in (("code", code), ("name", name), ("name_zh", chinese), ("list_price", price), ("unit", "pc")):
        await page.fill(f"[name={field}]", text)
    await page.get_by_role("button", name="Add").click()
    await page.wait_for_url(re.compile(r"/products/[0-9a-f-]{36}$"))


@pytest.fixture
async def orders(visit):
    async def open_form(**how):
        page = await visit("alice", "/products?q=GB-60", **how)
        if not await page.locator("tbody tr").count():
            await product(page, "GB-60", "Gearbox 60 mm", "行星减速机", "300")
            await product(page, "GB-90", "Gearbox 90 mm", "行星齿轮箱", "400")
        await page.goto("/orders/new")
        return page

    return open_form


async def test_an_order_is_taken_by_keyboard_alone(orders):
    page = await orders()
    await expect(page.get_by_role("combobox", name="Customer")).to_be_focused()
    await page.keyboard.type("acme")
    option = page.get_by_role("option", name=re.compile("Acme Industrial"))
    await expect(option).to_be_visible()
    await page.keyboard.press("ArrowDown")
    await expect(option).to_have_attribute("aria-selected", "true")
    field = page.get_by_role("combobox", name="Customer")
    assert await field.get_attribute("aria-activedescendant") == await option.get_attribute("id")
    await page.keyboard.press("Enter")
    await expect(field).to_have_value("C-ACME · Acme Industrial")
    await expect(field).to_have_attribute("aria-expanded", "false")
    line = page.get_by_role("combobox", name="Product of row 1")
    await line.focus()
    await page.keyboard.type("减速")
    await expect(page.locator(PROPOSALS)).to_have_count(1)
    await page.keyboard.press("Enter")
    await expect(line).to_have_value("GB-60 · Gearbox 60 mm")
    await expect(page.get_by_label("Unit price of row 1")).to_have_value("300")
    await expect(page.get_by_label("Unit of row 1")).to_have_value("pc")
    await page.get_by_label("Quantity of row 1").fill("2")
    await page.keyboard.press("Enter")
    await page.wait_for_url(ORDER)
    await expect(page.locator("main")).to_contain_text("€600")


async def test_a_price_that_was_typed_stays_and_one_that_was_filled_in_follows_the_product(orders):
    page = await orders()
    await page.get_by_label("Currency").select_option("EUR")  # nobody knows yet whose order it will be
    line, price = page.get_by_role("combobox", name="Product of row 1"), page.get_by_label("Unit price of row 1")
    for code, filled in (("GB-60", "300"), ("GB-90", "400")):
        await line.fill(code)
        await expect(page.locator(PROPOSALS)).to_have_count(1)
        await line.press("Tab")  # only one is left
        await expect(line).to_have_value(re.compile(code + " · "))
        await expect(price).to_have_value(filled)
    await price.fill("350")
    await line.fill("GB-60")
    await expect(page.locator(PROPOSALS)).to_have_count(1)
    await line.press("Enter")
    await expect(price).to_have_value("350")


async def test_escape_leaves_what_was_typed_and_says_so_when_nothing_is_found(orders):
    page = await orders()
    line = page.get_by_role("combobox", name="Product of row 1")
    await line.fill("zzz")
    await expect(page.locator(".choices:popover-open")).to_contain_text("Nothing of this code or name.")
    await line.press("Escape")
    await expect(page.locator(".choices:popover-open")).to_have_count(0)
    await expect(line).to_have_value("zzz")


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_the_proposals_stay_on_a_phones_screen_and_are_accessible(orders, accessible, theme):
    page = await orders(width=390, theme=theme)
    line = page.get_by_role("combobox", name="Product of row 2")
    await line.click()
    await expect(page.locator(PROPOSALS)).to_have_count(2)
    box = await page.locator(".choices:popover-open").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390 and box["y"] >= 0 and box["y"] + box["height"] <= 900
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await line.press("ArrowDown")
    await accessible(page)


async def test_without_scripts_the_codes_are_typed(chromium, site, orders):
    await orders()
    context = await chromium.new_context(base_url=site, java_script_enabled=False)
    page = await context.new_page()
    await page.goto("/sign-in?next=%2Forders%2Fnew")
    await page.fill("input[name=email]", "alice@example.com")
    await page.fill("input[name=password]", PASSWORD)
    await page.press("input[name=password]", "Enter")
    await page.fill("input[name=customer]", "c-acme")
    await page.locator("input[name=lines_product]").first.fill("行星")
    await page.get_by_role("button", name="Add").click()
    await expect(page.locator(".fault")).to_contain_text("Several products match this.")
    await page.locator("input[name=lines_product]").first.fill("gb-90")
    await page.get_by_role("button", name="Add").click()
    await expect(page.locator("main")).to_contain_text("€400")
    await context.close()


async def test_whom_a_case_concerns_is_asked_for_the_customer_in_the_form(visit):
    page = await visit("alice", "/cases/new")
    contact = page.get_by_role("combobox", name="Contact")
    await contact.click()
    await expect(page.locator(".choices:popover-open")).to_contain_text("Choose the customer first.")
    await page.keyboard.press("Escape")
    customer = page.get_by_role("combobox", name="Customer")
    await customer.fill("acme")
    await expect(page.locator(PROPOSALS)).to_have_count(1)
    await page.keyboard.press("Enter")
    await contact.click()
    await expect(page.locator(".choices:popover-open")).to_contain_text("Nothing of this code or name.")
