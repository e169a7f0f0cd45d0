"""The board in a browser: cards move by mouse and by keyboard; what the rules refuse goes back with its reasons."""

from playwright.async_api import expect

BOARD = "/portfolio?view=board"


def card_in(page, stage, name):
    return page.locator(f"[data-stage={stage}] [data-card][data-name='{name}']")


async def test_a_refused_drag_goes_back_and_says_why(visit, accessible):
    page = await visit("alice", BOARD)
    await card_in(page, "build", "Acme Industrial").drag_to(page.locator("[data-stage=develop]"))
    dialog = page.locator("dialog[open]")
    await expect(dialog.locator("li").first).to_contain_text("needed")
    await accessible(page)
    await expect(card_in(page, "build", "Acme Industrial")).to_have_count(1)


async def test_a_stage_that_no_step_leads_to_says_so(visit):
    page = await visit("alice", BOARD)
    await card_in(page, "build", "Acme Industrial").drag_to(page.locator("[data-stage=maintain]"))
    await expect(page.locator("dialog[open]")).to_contain_text("No step leads from here")


async def test_a_card_moves_by_keyboard_alone_and_a_comment_is_asked_for(visit):
    page = await visit("charlie", BOARD)
    card = card_in(page, "build", "Omega Trading")
    await card.locator("summary").first.focus()
    await page.keyboard.press("Enter")
    await card.locator(".board-ask summary").focus()
    await page.keyboard.press("Enter")
    await card.locator("select[name=reason]").focus()
    await page.keyboard.type("No more")  # a list of choices takes the first letters
    await expect(card.locator("select[name=reason]")).to_have_value("need")
    await page.keyboard.press("Tab")
    await page.keyboard.type("They buy elsewhere.")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(card_in(page, "break", "Omega Trading")).to_have_count(1)
    await expect(page.locator("[data-board-status]")).to_contain_text("Omega Trading is now in Break")
    await page.reload()
    await expect(card_in(page, "break", "Omega Trading")).to_have_count(1)


async def test_what_was_typed_for_a_refused_move_stays_to_be_sent_again(visit):
    page = await visit("alice", BOARD)
    card = card_in(page, "build", "Acme Industrial")
    await card.locator("summary").first.click()
    await card.locator(".board-ask summary").click()
    await card.locator("select[name=reason]").select_option("need")
    await card.locator("textarea").fill("They close the plant.")
    await card.locator("input[name=revision]").last.evaluate("field => field.value = '99'")
    await card.locator("[data-transition=end] button").click()
    dialog = page.locator("dialog[open]")
    await expect(dialog).to_contain_text("Somebody else has taken a step")
    await expect(dialog.locator("textarea")).to_have_value("They close the plant.")
    await expect(dialog.locator("select[name=reason]")).to_have_value("need")
    await expect(card_in(page, "build", "Acme Industrial")).to_have_count(1)
