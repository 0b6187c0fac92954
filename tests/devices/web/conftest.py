"""A web server with a board that tests fill, and one real browser that talks to nobody else."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from tests.devices.web.screens import FLAGS, Screens
from tests.devices.web.site import Site


@pytest.fixture
def site() -> Iterator[Site]:
    """A server without a journal: doors and the hall."""
    site = Site()
    site.start()
    yield site
    site.stop()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One Chromium for all tests of this folder; it resolves no name and knows no proxy."""
    found = shutil.which("chromium")
    assert found is not None, "chromium is missing: tests/run.sh installs it"
    async with async_playwright() as driver:
        chromium = await driver.chromium.launch(executable_path=found, args=list(FLAGS))
        yield chromium
        await chromium.close()


@pytest_asyncio.fixture(loop_scope="session")
async def screens(browser: Browser) -> AsyncIterator[Screens]:
    """Open pages; at the end none has called another host, broken its own rules, or failed."""
    screens = Screens(browser)
    yield screens
    await screens.close()
    assert screens.wrong == []
