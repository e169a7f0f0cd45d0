"""The desk in a browser: what needs somebody is settled there, and a refusal is shown where it was tried."""

from playwright.async_api import expect


def warning(page, name):
    return page.locator(f"article.desk-warning[aria-label='{name}']")


async def warn(visit, name):
    """Alice puts a customer of her own on watch, on its page."""
    page = await visit("alice", "/customers/new")
    await page.fill("input[name=name]", name)
    await page.click("form[action='/customers'] button")
    await page.locator("details.step[data-transition=warn] > summary").click()
    await page.fill("details.step[data-transition=warn] textarea", "Their plant stands still.")
    await page.click("details.step[data-transition=warn] button")
    await expect(page.locator("#early_warning .panel-head")).to_contain_text("Watch")
    return page


async def test_a_warning_is_raised_on_the_desk_and_what_is_in_the_way_is_read_there(visit, accessible):
    await warn(visit, "Pepper Mills")
    page = await visit("mona", "/")

    def step(page, transition):
        return warning(page, "Pepper Mills").locator(f"details.step[data-transition={transition}]")

    await step(page, "restore").locator("> summary").click()
    await expect(step(page, "restore").locator(".blockers li").first).to_contain_text("needed: at most 30 days")
    await step(page, "doubt").locator("> summary").click()
    await accessible(page)
    await step(page, "doubt").locator("textarea").fill("They do not answer.")
    await step(page, "doubt").locator("button").click()
    await expect(page.locator(".flash")).to_contain_text("Pepper Mills – done: Call doubtful")
    assert page.url.endswith("/")
    await expect(warning(page, "Pepper Mills")).to_contain_text("They do not answer.")
    # What was possible when the page was drawn and no longer is: refused in place, with what was typed.
    second = await page.context.new_page()
    for tab in (page, second):
        await tab.goto("/")
        await step(tab, "give_up").locator("> summary").click()
    await step(page, "give_up").locator("textarea").fill("We part.")
    await step(page, "give_up").locator("button").click()
    await expect(page.locator(".flash")).to_be_visible()
    await step(second, "give_up").locator("textarea").fill("Typed in the other tab")
    await step(second, "give_up").locator("button").click()
    await expect(second.locator("section.refused")).to_contain_text("Typed in the other tab")
    await expect(second.locator("section.refused")).to_contain_text("Somebody else has taken a step")
    assert second.url.endswith("/")  # to load it again sends nothing again
    await accessible(second)


async def test_without_a_script_the_reasons_are_read_on_the_desk(site, chromium, visit):
    page = await warn(visit, "Ginger Foods")
    context = await chromium.new_context(base_url=site, java_script_enabled=False, locale="en-GB")
    await context.add_cookies(await page.context.cookies())
    plain = await context.new_page()
    await plain.goto("/")
    blocked = warning(plain, "Ginger Foods").locator("details.step[data-transition=restore]")
    await blocked.locator("> summary").click()
    await expect(blocked.locator(".blockers")).to_contain_text("Nobody does this in their own matter")
    await context.close()
