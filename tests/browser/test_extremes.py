"""What people really have: names without a space, names from right to left, twice the size, paper."""

import re

import pytest

LONG = "Wirtschaftsprüfungsgesellschaftsverwaltung" * 4
FROM_THE_RIGHT = "شركة الأمل للصناعات الهندسية"
RECORD = re.compile(r"/[0-9a-f-]{36}$")


async def added(page, path, form, **fields):
    await page.goto(path)
    for name, value in fields.items():
        await page.fill(f"{form} [name={name}]", value)
    await page.locator(f"{form} button[data-look=primary]").last.click()
    await page.wait_for_load_state()


@pytest.mark.parametrize("name", [LONG, FROM_THE_RIGHT])
async def test_no_name_makes_a_page_wider_than_the_window(visit, name):
    page = await visit("alice")
    await added(page, "/customers/new", "form[action='/customers']", name=name, city=name[:100], industry=name[:100])
    await page.wait_for_url(RECORD)
    customer = page.url
    key = customer.rpartition("/")[2]
    await added(page, f"/opportunities/new?customer={key}", "main form", name=name)
    await added(page, f"/cases/new?customer={key}", "main form", subject=name)
    for path in (
        customer, f"{customer}/sales", f"{customer}/service", f"{customer}/history", f"{customer}/edit", "/customers",
        "/opportunities", "/opportunities/board", "/cases", "/portfolio?view=board", f"/search?q={name[:12]}", "/",
    ):  # fmt: skip
        await page.goto(path)
        for width in (1280, 640, 390):  # 640 is what 1280 is at twice the size
            await page.set_viewport_size({"width": width, "height": 700})
            assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, width)


async def test_on_paper_there_is_the_content_without_the_frame_in_dark_ink(visit):
    page = await visit("alice", "/customers", theme="dark")
    await page.emulate_media(media="print")
    for part in (".side", ".top", ".toolbar", ".page-actions"):
        assert not await page.locator(part).first.is_visible(), part
    assert await page.locator(".list-table tbody tr").first.is_visible()
    assert await page.evaluate("getComputedStyle(document.querySelector('h1')).color") == "rgb(23, 24, 28)"
