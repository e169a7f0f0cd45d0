"""Bringing files in by the page, on an empty kam: upload, mapping, check, import, cancel, again, and what was odd."""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

import httpx
import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import ROOT, _served
from tests.entering import choose_password
from tests.importing.evil import HEADER, workbook
from tests.importing.test_shared_data import DATA

SEND = "form[action='/imports'] button:not([type=button])"
GIVEN, PASSWORD = "correct horse", "three blind herons"


@pytest.fixture(scope="module")
def empty_kam() -> Iterator[str]:
    """The address of `kam serve` on a new data folder, with one administrator and nothing else."""
    folder = Path(tempfile.mkdtemp(prefix="kam-importing-"))
    folder.chmod(0o755)
    environment = {**os.environ, "KAM_DATA": str(folder / "data")}
    added = [sys.executable, "-m", "kam", "user", "add", "ada@acme.example", "--name", "Ada"]
    subprocess.run(
        [*added, "--role", "administrator", "--password", GIVEN], cwd=ROOT, env=environment, check=True, timeout=120
    )
    with _served(environment, "serve", "--workers", "1") as address:
        with httpx.Client(base_url=address) as browser:
            choose_password(browser, "ada@acme.example", given=GIVEN, own=PASSWORD)
        yield address
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
async def page(empty_kam, chromium):
    context = await chromium.new_context(base_url=empty_kam, locale="en-GB", viewport={"width": 1280, "height": 900})
    page = await context.new_page()
    await page.goto("/sign-in?next=%2Fimports")
    await page.fill("input[name=email]", "ada@acme.example")
    await page.fill("input[name=password]", PASSWORD)
    await page.press("input[name=password]", "Enter")
    await page.wait_for_url("**/imports")
    yield page
    await context.close()


@pytest.fixture(scope="module")
def orders(tmp_path_factory) -> tuple[Path, int, int]:
    """A file of 40,000 order lines of which some have no customer; its path, its lines without and its orders."""
    chance, path = Random(7), tmp_path_factory.mktemp("files") / "orders.csv"
    nameless, numbers = 0, set()
    with path.open("w", newline="", encoding="utf-8") as file:
        write = csv.writer(file).writerow
        write(["order no", "customer", "date", "product", "description", "qty", "price"])
        for line in range(40_000):
            order, customer = line // 4, f"K{line // 4 % 300}"
            if chance.random() < 0.02:
                customer, nameless = "", nameless + 1
            else:
                numbers.add(order)
            day = date(2025, 1, 1) + timedelta(days=order % 360)
            write([order, customer, day, f"P{line % 50}", f"Part {line % 50}", line % 9 + 1, f"{line % 100 + 1}.50"])
    return path, nameless, len(numbers)


async def uploaded(page: Page, kind: str, path: Path) -> str:
    await page.goto("/imports")
    await page.select_option("select[name=kind]", kind)
    await page.set_input_files("input[name=file]", path)
    await page.click(SEND)
    await page.wait_for_url("**/imports/*")
    return page.url


async def done(page: Page, then: str) -> str:
    """Presses the button and waits for the report; answers its text in one line."""
    await page.click(f"button[name=then][value={then}]")
    report = page.locator("[data-report]")
    await expect(report).to_contain_text("Imported" if then == "import" else "would do", timeout=120_000)
    return re.sub(r"\s+", " ", await report.inner_text())


async def test_orders_come_in_by_the_page_also_after_a_cancel_and_once_only(page, orders):
    path, nameless, count = orders
    url = await uploaded(page, "orders", path)
    await page.check("input[name=create_customers]")
    await page.click("button[name=then][value=import]")
    await expect(page.locator("button[name=then]")).to_have_count(0)
    await page.click(".progress form button")
    await page.wait_for_url(url)
    await expect(page.locator("[data-ended=cancelled]")).to_be_visible(timeout=30_000)
    assert await page.is_checked("input[name=create_customers]"), "what was chosen is kept"
    assert f"Orders {count:,} 0 0" in await done(page, "check")
    said = await done(page, "import")
    assert f"{nameless:,} rows were not taken" in said
    assert f"Orders {count:,} 0 0" in said
    assert f"Order lines {40_000 - nameless:,}" in said
    async with page.expect_download() as download:
        await page.click("a[download]")
    kept = Path(await (await download.value).path())
    failed = kept.read_text(encoding="utf-8-sig").splitlines()  # noqa: ASYNC240
    assert len(failed) == nameless + 1
    assert failed[1].endswith("The line names no customer.")
    await page.click("[data-report] a[href='/orders']")
    await page.wait_for_url("**/orders")
    await uploaded(page, "orders", path)
    assert await page.is_checked("input[name=create_customers]"), "the choice for such files is remembered"
    assert f"Orders 0 0 {count:,}" in await done(page, "import")


async def test_a_second_tab_shows_the_import_that_is_under_way_and_going_back_finds_it_again(page, orders):
    url = await uploaded(page, "orders", orders[0])
    await page.click("button[name=then][value=check]")
    await expect(page.locator(".progress")).to_be_visible()
    other = await page.context.new_page()
    await other.goto(url)
    await expect(other.locator("button[name=then][value=import]")).to_have_count(0)
    await page.goto("/customers")
    await page.go_back()
    for tab in (page, other):
        await expect(tab.locator("[data-report]")).to_be_visible(timeout=60_000)


async def test_a_large_file_shows_how_far_its_upload_is_and_one_that_is_no_table_is_refused_in_place(page, tmp_path):
    network = await page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 20, "downloadThroughput": -1, "uploadThroughput": 400_000}
    await network.send("Network.emulateNetworkConditions", slow)
    (tmp_path / "picture.csv").write_bytes(b"\x89PNG\r\n" + bytes(range(256)) * 4000)
    await page.set_input_files("input[name=file]", tmp_path / "picture.csv")
    await page.click(SEND)
    line = page.locator("[data-uploading]")
    await expect(line).to_contain_text(re.compile(r"Uploading \d+ %"))
    await expect(line).to_contain_text("holds no table that can be read", timeout=30_000)
    await expect(page.locator(SEND)).to_be_enabled()


async def test_an_upload_that_takes_long_to_read_can_be_cancelled_and_leaves_nothing(page, tmp_path):
    (tmp_path / "slow.xlsx").write_bytes(workbook(HEADER, strings=15_000_000))
    await page.set_input_files("input[name=file]", tmp_path / "slow.xlsx")
    await page.click(SEND)
    line = page.locator("[data-uploading]")
    await expect(line).to_contain_text("Reading the file")
    await line.get_by_role("button", name="Cancel").click()
    await expect(line).to_be_hidden()
    await expect(page.locator(SEND)).to_be_enabled()
    await page.reload()
    await expect(page.get_by_text("slow.xlsx")).to_have_count(0)


async def test_a_file_that_is_too_large_is_refused_before_it_is_sent(page, tmp_path):
    with (tmp_path / "huge.csv").open("wb") as file:
        file.truncate(101 * 1024 * 1024)
    await page.goto("/imports")
    await page.set_input_files("input[name=file]", tmp_path / "huge.csv")
    asked = []
    page.on("request", lambda request: asked.append(request.method))
    await page.click(SEND)
    await expect(page.locator("[data-uploading]")).to_contain_text("larger than 100 MB")
    assert "POST" not in asked


@pytest.mark.skipif(not DATA.is_dir(), reason="the real files are not at hand")
async def test_the_real_files_come_in_with_their_odd_lines_counted(page):
    crm = DATA / "crm_sales"
    for kind, file, expected in (
        ("customers", crm / "accounts.csv", ["Customers 85 0 0", "Spelling corrected Imported 12"]),
        ("products", crm / "products.csv", ["Products 7 0 0"]),
        ("opportunities", crm / "sales_pipeline.csv", ["Opportunities 7,375 0 0", "No customer Not imported 1,425"]),
    ):
        await uploaded(page, kind, file)
        said = await done(page, "import")
        assert all(part in said for part in expected), said
    await uploaded(page, "orders", DATA / "online_retail_2010-12_to_2011-05.csv.gz")
    await page.check("input[name=create_customers]")
    said = await done(page, "import")
    for part in ("209,029 rows were read", "Customers 2,767", "Orders 8,998 0 0", "Order lines 147,327",
                 "No customer Not imported 59,976", "Exact copy of an earlier line Left out 1,726"):  # fmt: skip
        assert part in said, said
