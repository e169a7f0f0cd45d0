"""A served kam of its own and Chromium: `page = await visit("alice")`, `await accessible(page)`."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.async_api import Browser, Page, async_playwright

from tests.browser.filling import PASSWORD

ROOT = Path(__file__).parents[2]
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
Visit = Callable[..., Awaitable[Page]]
# Of rows, cards and entries that all look alike the first five are asked about.
GRAVE = """async options => (await axe.run({ exclude: ["main :is(tr, li):nth-child(n+6)"] }, options)).violations
  .filter(one => ["serious", "critical"].includes(one.impact))
  .map(one => `${one.id}: ${one.help} at ${JSON.stringify(one.nodes.slice(0, 3).map(node => node.target))}`)"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def environment() -> Iterator[dict[str, str]]:
    """The environment of commands that work on the data folder of this run."""
    folder = Path(tempfile.mkdtemp(prefix="kam-browser-"))
    folder.chmod(0o755)
    yield {**os.environ, "KAM_DATA": str(folder / "data")}
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def site(environment: dict[str, str]) -> Iterator[str]:
    """The address of `kam serve` on a data folder of its own, with the cast in it."""
    subprocess.run([sys.executable, "-m", "tests.browser.filling"], cwd=ROOT, env=environment, check=True, timeout=120)
    with _served(environment, "serve", "--workers", "1") as address:
        yield address


@pytest.fixture(scope="session")
def demo() -> Iterator[str]:
    """The address of `kam demo`: two years of records, so that every page has something to show."""
    folder = Path(tempfile.mkdtemp(prefix="kam-browser-"))
    folder.chmod(0o755)
    with _served({**os.environ, "KAM_DATA": str(folder / "data")}, "demo") as address:
        yield address
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _served(environment: dict[str, str], *command: str) -> Iterator[str]:
    port = _free_port()
    served = subprocess.Popen(
        [sys.executable, "-m", "kam", *command, "--port", str(port)], cwd=ROOT, env=environment, start_new_session=True
    )
    try:
        _wait_for(f"http://127.0.0.1:{port}/sign-in", served)
        yield f"http://127.0.0.1:{port}"
    finally:
        served.send_signal(signal.SIGTERM)
        served.wait(20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(address: str, served: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert served.poll() is None, "kam serve ended"
        try:
            if httpx.get(address).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError("kam serve does not answer")


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    path = os.environ.get("KAM_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest.fixture
async def visit(site: str, chromium: Browser) -> AsyncIterator[Visit]:
    """`await visit("alice", "/customers", width=390, theme="dark", locale="zh-CN")`: a page of that person's browser.

    Without a person it is a visitor's. Errors in the console fail the test when it ends.
    """
    contexts, faults = [], []

    async def open_page(
        person: str | None = None,
        path: str = "/",
        *,
        width: int = 1280,
        theme: str = "light",
        locale: str = "en-GB",
        zone: str = "UTC",
    ) -> Page:
        context = await chromium.new_context(
            base_url=site, locale=locale, color_scheme=theme, timezone_id=zone, viewport={"width": width, "height": 900}
        )
        contexts.append(context)
        page = await context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda line: faults.append(line.text) if "Content Security Policy" in line.text else None)
        if person:
            await page.goto("/sign-in?next=%2Fmore")
            await page.fill("input[name=email]", f"{person}@example.com")
            await page.fill("input[name=password]", PASSWORD)
            await page.press("input[name=password]", "Enter")
            await page.wait_for_url("**/more")
        await page.goto(path)
        return page

    yield open_page
    for context in contexts:
        await context.close()
    assert faults == []


@pytest.fixture
def accessible() -> Callable[..., Awaitable[None]]:
    """Fails when axe-core finds something serious on the page, and says what and where."""

    async def check(page: Page, *rules: str) -> None:
        """`rules` are those to look at; without any, all."""
        if await page.evaluate("typeof axe === 'undefined'"):
            await page.evaluate(AXE_SCRIPT)
        options = {"resultTypes": ["violations"], "elementRef": False} | ({"runOnly": rules} if rules else {})
        assert await page.evaluate(GRAVE, options) == [], page.url

    return check
