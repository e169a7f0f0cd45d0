"""The main job from the first file to the printed plan, by clicking, in two languages."""

from __future__ import annotations

import asyncio
import io
import sys
import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import Page, expect
from pypdf import PdfReader

from tests.browser.office import blocked, bring_in, find_customer, send, take, write_sections

TODAY = datetime.now(UTC).date()
NAMES = {"en": "Harbour Packaging", "zh_Hans": "港湾包装"}
WORKFLOWS = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in Path("workflows").glob("*.toml")}
STAGE = ".stage-bar [aria-current]"


@pytest.mark.parametrize("language", NAMES)
async def test_from_the_first_file_to_the_printed_plan(visit, environment, language):
    name = NAMES[language]
    administrator, manager, owner = [
        await visit(f"{role}.{language.lower()}") for role in ("administrator", "manager", "account_manager")
    ]
    await import_files(administrator, language)
    await see_who_matters(owner, name)
    customer = await find_customer(owner, name)
    await start_developing(owner, customer, language)
    await make_it_a_key_account(owner, manager, customer, language)
    plan = await write_plan(owner, customer, name)
    await approve_plan(owner, manager, customer, plan)
    await advance(owner, customer, language)
    await raise_warning(owner, customer, language, environment)
    await lower_warning(owner, manager, customer, language)
    printed = await print_plan(owner, plan, language)
    assert name in printed
    assert said(language, "account_plan", "approved") in printed


async def see_who_matters(page: Page, name: str) -> None:
    await page.goto("/ranking")
    await expect(page.locator("tbody tr").first).to_contain_text(name)
    await page.goto("/customers?sort=-score")
    await expect(page.locator("tbody tr").first).to_contain_text(name)


async def start_developing(owner: Page, customer: str, language: str) -> None:
    """Refused with every reason; possible once they are settled."""
    assert len(await blocked(owner, customer, "develop")) == 2
    await add_people(owner, customer, f"Account Manager {language}")
    await owner.goto(customer)
    await take(owner, "develop")
    await expect(owner.locator(STAGE)).to_contain_text(said(language, "relationship", "develop"))


async def make_it_a_key_account(owner: Page, manager: Page, customer: str, language: str) -> None:
    """Proposed by one and designated by another."""
    await owner.goto(customer)
    await take(owner, "propose", criterion="volume", comment="Orders every month.")
    assert await blocked(owner, customer, "designate")
    await decide(manager, "designate")
    await manager.goto(customer)
    await expect(manager.locator("#designation .panel-head")).to_contain_text(
        said(language, "designation", "designated")
    )


async def approve_plan(author: Page, manager: Page, customer: str, plan: str) -> None:
    assert await blocked(author, customer, "maintain")
    await author.goto(plan)
    await take(author, "submit")
    assert await blocked(author, plan, "approve")
    await decide(manager, "approve")


async def advance(owner: Page, customer: str, language: str) -> None:
    """The approved plan was what was missing."""
    await owner.goto(customer)
    await take(owner, "maintain")
    await expect(owner.locator(STAGE)).to_contain_text(said(language, "relationship", "maintain"))


async def raise_warning(owner: Page, customer: str, language: str, environment: dict[str, str]) -> None:
    """Two angry calls, then the night's sweep."""
    for call in ("Broken boxes", "Still broken boxes"):
        await owner.goto(f"{customer}/interactions/new")
        await send(owner, "form[action$='/interactions']", purpose=call, channel="phone", feeling="-2")
    sweep = await asyncio.create_subprocess_exec(sys.executable, "-m", "kam", "sweep", env=environment)
    assert await sweep.wait() == 0
    await owner.goto("/warnings")
    trigger = next(one for one in WORKFLOWS["early_warning"]["triggers"] if one["name"] == "feeling_bad")
    await expect(owner.locator("article.warning")).to_contain_text(trigger["title"][language])


async def lower_warning(owner: Page, manager: Page, customer: str, language: str) -> None:
    assert await blocked(owner, customer, "restore")
    await manager.goto(customer)
    await take(manager, "restore", comment="We talked, and it is settled.")
    await expect(manager.locator("#early_warning .panel-head")).to_contain_text(
        said(language, "early_warning", "normal")
    )


def said(language: str, workflow: str, state: str) -> str:
    title: str = WORKFLOWS[workflow]["states"][state]["title"][language]
    return title


async def import_files(page: Page, language: str) -> None:
    name, prefix, team = NAMES[language], language[:2].upper(), f"Office {language}"
    owner = f"Account Manager {language}"
    customers = ["Customer ID,Name,City,Country", f"{prefix}-1,{name},Rotterdam,Netherlands"]
    customers += [f"{prefix}-{place},{name} {place},Ghent,Belgium" for place in range(2, 6)] + [
        f"{prefix}-9,,Ghent,Belgium"
    ]
    await bring_in(page, "customers", "customers.csv", customers, team=team, owner=owner)
    async with page.expect_download() as download:
        await page.click("a[href$='/failed-rows']")
    assert f"{prefix}-9" in (await (await download.value).path()).read_text()
    await bring_in(page, "orders", "orders.csv", orders(prefix), team=team, owner=owner)


def orders(prefix: str) -> list[str]:
    lines = ["Order ID,Order Date,Customer ID,Product Code,Product Name,Quantity,Unit Price,Unit Cost"]
    for month in range(8):
        day = TODAY - timedelta(days=10 + 30 * month)
        lines.append(f"{prefix}{month}A,{day},{prefix}-1,BOX,Folding box,100,120,70")
        lines.append(f"{prefix}{month}B,{day},{prefix}-2,BOX,Folding box,1,120,70")
    return lines


async def add_people(page: Page, customer: str, lead: str) -> None:
    """A lead for the account, two contacts of whom one speaks for us, and a pleasant visit."""
    await page.goto(f"{customer}/team")
    person = await page.locator("select[name=person] option", has_text=lead).get_attribute("value")
    await send(page, "form[action$='/team']", person=person, position="lead")
    for contact, stance in (("Anna Visser", "champion"), ("Bram de Boer", "supporter")):
        await page.goto(f"{customer}/contacts/new")  # which leads to the form of contacts
        await send(page, "form[action='/contacts']", name=contact, stance=stance)
    await page.goto(f"{customer}/interactions/new")
    await send(page, "form[action$='/interactions']", purpose="First visit", channel="visit", feeling="1")


async def decide(page: Page, transition: str) -> None:
    """Decides the one thing that waits on the approvals page."""
    await page.goto("/approvals")
    await send(page, f"article.approval form:has(input[name=transition][value={transition}])")
    await expect(page.locator(f"article.approval input[value={transition}]")).to_have_count(0)


async def write_plan(page: Page, customer: str, title: str) -> str:
    await page.goto(f"/plans/new?customer={customer.rpartition('/')[2]}")
    until = TODAY + timedelta(days=364)
    await send(page, "form[action='/plans']", title=title, period_start=f"{TODAY}", period_end=f"{until}")
    plan = page.url
    await write_sections(page, plan)
    await page.goto(f"{plan}/sections/objectives")
    await send(
        page,
        "form.form[action$='/objectives']",
        title="More revenue",
        fact="revenue_12m",
        target="200000",
        due_on=f"{until}",
    )
    await page.goto(f"{plan}/sections/actions")
    await send(page, "form.form[action$='/initiatives']", title="A second plant")
    await add_action(page, until)
    await page.goto(f"{plan}/sections/risks")
    await send(page, "form.form[action$='/risks']", title="A second supplier", likelihood="3", impact="4")
    return plan


async def add_action(page: Page, due: date) -> None:
    form = "form.form[action$='/actions']"
    someone = await page.locator(f"{form} select[name=owner] option").nth(1).get_attribute("value")
    await send(page, form, title="Visit the plant", owner=someone, due_on=f"{due}")


async def print_plan(page: Page, plan: str, language: str) -> str:
    await page.goto(plan)
    await send(page, "form[action$='/documents']", language=language)
    document = await page.locator("a[href^='/documents/']").get_attribute("href", timeout=30_000)
    answer = await page.request.get(document)
    assert answer.headers["content-type"] == "application/pdf"
    return "".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(await answer.body())).pages)
