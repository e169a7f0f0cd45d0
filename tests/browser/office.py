"""What somebody does at the pages of kam, by names and addresses that are the same in every language."""

from __future__ import annotations

import re
from typing import Any

from playwright.async_api import Page, expect


async def bring_in(page: Page, kind: str, name: str, lines: list[str], **choices: str) -> None:
    """Uploads a CSV file, checks what an import would do, then imports it."""
    await page.goto("/imports")
    await page.select_option("select[name=kind]", kind)
    content = "\n".join(lines).encode()
    await page.set_input_files("input[name=file]", {"name": name, "mimeType": "text/csv", "buffer": content})
    await page.click("form[action='/imports'] button:not([type=button])")
    for field, choice in choices.items():
        await page.select_option(f"select[name={field}]", label=choice)
    for then in ("check", "import"):
        await page.click(f"button[name=then][value={then}]")
        await expect(page.locator("[data-report]")).to_be_visible(timeout=20_000)


async def send(page: Page, form: str, **values: Any) -> None:
    """Fills a form and sends it with its own button; True ticks a box. A form in a closed part is opened first."""
    await _open(page, form)
    inside = page.locator(form)
    for name, value in values.items():
        field = inside.locator(f"[name={name}]").first
        kind = await field.evaluate("field => field.localName === 'select' ? 'select' : field.type")
        if kind == "select":
            await field.select_option(value)
        elif value is True:
            await field.check()
        else:
            await field.fill(value)
    await inside.locator("button:not([type=button])").first.click()
    await page.wait_for_load_state()


async def _open(page: Page, form: str) -> None:
    await page.locator(form).evaluate(
        "form => { const inside = form.closest('details'); if (inside) inside.open = true; }"
    )


def taking(transition: str) -> str:
    return f"details.step[data-transition={transition}] form"


async def take(page: Page, transition: str, **values: Any) -> None:
    """Takes a step that the page says is possible."""
    await page.locator(f"details.step[data-transition={transition}] > summary").click()
    await send(page, taking(transition), **values)


async def blocked(page: Page, address: str, transition: str) -> list[str]:
    """The reasons that a page gives against a step."""
    await page.goto(address)
    step = page.locator(f"details.step[data-transition={transition}][data-blocked]")
    await step.locator("> summary").click()
    await expect(step.locator(".blockers li").first).to_be_visible()
    return await step.locator(".blockers li p:first-child").all_text_contents()


async def find_customer(page: Page, name: str) -> str:
    """Searches for the customer as one types and gives the address of its page."""
    await page.keyboard.press("/")
    await page.keyboard.type(name)
    await page.locator(".result", has_text=name).first.click()
    await page.wait_for_url(re.compile(r"/customers/[0-9a-f-]{36}$"))
    return page.url


async def write_sections(page: Page, plan: str) -> None:
    """Walks from section to section by the link to the next one and writes each text."""
    await page.goto(f"{plan}/sections/situation")
    while True:
        await _write(page)
        following = page.locator("nav.plan-neighbours a[rel=next]")
        if not await following.count():
            return
        await following.click()
        await page.wait_for_load_state()


async def _write(page: Page) -> None:
    for section in await page.locator("form[data-autosave]").all():
        async with page.expect_response(lambda answer: "/sections/" in answer.url and answer.request.method == "POST"):
            await section.locator("textarea").fill("They pack for pharmacies. 他们为药房包装。")
            await section.locator("textarea").blur()
        await expect(section.locator("[data-status]")).to_contain_text("·")
