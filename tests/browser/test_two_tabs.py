"""Two tabs on one plan: what is typed after the plan has left its draft stays, and says why it was not saved."""

from __future__ import annotations

from playwright.async_api import Page, expect

from tests.browser.office import send, take

PERIOD = {"period_start": "2026-07-01", "period_end": "2027-06-30"}
FIELD = "form.plan-form textarea"


async def test_a_text_typed_after_the_plan_has_left_its_draft_stays_in_sight(visit):
    tab = await visit("alice", "/plans/new")
    await send(tab, "form[action='/plans']", customer="C-ACME", title="Two tabs", **PERIOD)
    plan = tab.url
    other = await visit("alice", plan)
    await tab.goto(f"{plan}/sections/situation")
    await autosaved(tab, "While it was a draft.")
    await take(other, "discard", comment="Given up in the other tab.")

    await tab.fill(FIELD, "One sentence too late.")
    notice = tab.locator(".plan-unsaved")
    await expect(notice).to_contain_text("only a draft can be changed")
    await expect(tab.locator(FIELD)).to_have_value("One sentence too late.")
    await tab.fill(FIELD, "Two sentences too late.")
    await expect(notice).to_have_count(1)

    await tab.click("form.plan-form button")
    await expect(notice).to_contain_text("only a draft can be changed")
    await expect(tab.locator(".plan-kept")).to_have_value("Two sentences too late.")
    await expect(tab.locator(".plan-read")).to_have_text("While it was a draft.")


async def autosaved(page: Page, text: str) -> None:
    await page.fill(FIELD, text)
    await expect(page.locator("[data-status]")).to_contain_text("Saved")
