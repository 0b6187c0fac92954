"""Pages in a real browser, and all that goes wrong in them."""

from __future__ import annotations

import asyncio
import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

from playwright.async_api import Browser, BrowserContext, Page, Request, expect

FLAGS: Final = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-proxy-server",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)  # fmt: skip
SEEN: Final = """
window.broken = [];
addEventListener("securitypolicyviolation", (event) => window.broken.push(event.violatedDirective));
"""
RUN: Final = """
async (only) => await axe.run({runOnly: only, preload: false, resultTypes: ["violations"]})
"""
WCAG: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SOON_MS: Final = 15_000
"""How long a test waits for what takes milliseconds, on a busy machine."""
expect.set_options(timeout=SOON_MS)


@cache
def axe() -> str:
    """The text of axe-core, as a package ships it."""
    found = importlib.util.find_spec("axe_playwright_python")
    assert found is not None
    assert found.origin is not None
    return (Path(found.origin).parent / "axe.min.js").read_text("utf-8")


@dataclass
class Screens:
    """Opens pages as devices of all sizes."""

    browser: Browser
    wrong: list[str] = field(default_factory=list)
    """What no page may ever do."""
    _contexts: list[BrowserContext] = field(default_factory=list)
    _pages: list[Page] = field(default_factory=list)

    async def open(
        self, address: str, *, size: tuple[int, int] = (1280, 800), dark: bool = False,
        clock: int | None = None, waits: bool = True, **more: Any,
    ) -> Page:  # fmt: skip
        """Open an address; `clock` stops the page's own clock at an instant."""
        context = await self.browser.new_context(
            viewport={"width": size[0], "height": size[1]}, color_scheme="dark" if dark else "light", **more
        )
        self._contexts.append(context)
        context.on("request", self._asked)
        await context.add_init_script(SEEN)
        page = await context.new_page()
        self._pages.append(page)
        page.on("pageerror", lambda error: self.wrong.append(f"{page.url}: {error}"))
        if clock is not None:
            await page.clock.install(time=clock / 1000 - 60)  # it runs until it is stopped
            await page.clock.pause_at(clock / 1000)
        await page.goto(address)
        if waits:
            await page.evaluate("document.fonts.ready")
        return page

    def _asked(self, request: Request) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "data:")):
            self.wrong.append(f"asked for {request.url}")

    async def close(self) -> None:
        """Close all pages, and keep what their rules caught."""
        for page in self._pages:
            self.wrong += [f"{page.url} broke {one}" for one in await page.evaluate("window.broken")]
        for context in self._contexts:
            await context.close()


async def says(page: Page, element: str, text: str) -> None:
    """Wait until an element says something."""
    await expect(page.locator(element)).to_contain_text(text)


async def becomes(page: Page, question: str) -> None:
    """Wait until an expression is true. Playwright's own way would need a page that lets texts be run."""
    for _ in range(SOON_MS // 50):
        if await page.evaluate(question):
            return
        await asyncio.sleep(0.05)
    raise AssertionError(question)


async def violations(page: Page, rules: Sequence[str] = WCAG) -> list[str]:
    """What axe-core finds wrong with a page, after WCAG 2.2 AA and good practice."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(axe())
    found = await page.evaluate(
        "async (only) => await axe.run({runOnly: only, preload: false, resultTypes: ['violations']})", rules
    )
    return [
        f"{one['id']}: {node['target']} {node.get('failureSummary', '')}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


async def overflow(page: Page) -> tuple[int, int]:
    """By how many pixels a page is wider and higher than its screen."""
    found = await page.evaluate(
        "() => { const one = document.documentElement;"
        " return [one.scrollWidth - one.clientWidth, one.scrollHeight - one.clientHeight]; }"
    )
    return found[0], found[1]
