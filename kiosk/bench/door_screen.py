"""When news is on the screen of a door: a real Chromium, and beside it the plainest page that hears news."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from sharing.journal.clock import SystemClock
from sync.mosquitto.broker_files import LOOPBACK

BROWSER: Final = "chromium"
_FLAGS: Final = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-proxy-server",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)  # fmt: skip
_PATIENCE_S: Final = 60.0
_WATCH: Final = """
() => {
  const element = document.getElementById("status");
  let before = element.dataset.status;
  new MutationObserver(() => {
    const now = element.dataset.status;
    if (now === before) return;
    before = now;
    requestAnimationFrame(() => requestAnimationFrame(() => shown(now, Date.now())));
  }).observe(element, {attributes: true});
}
"""
"""Tells when a status is on the screen: the second frame begins after the first one was painted."""
_PLAIN: Final = b"""<!doctype html><title>plain</title><p id="status" data-status="">-</p><script>
new EventSource("/live").onmessage = (event) => {
  const element = document.getElementById("status");
  element.textContent = element.dataset.status = event.data;
};
</script>"""
_HEAD: Final = b"HTTP/1.1 200 OK\r\nCache-Control: no-store\r\nContent-Type: %s\r\n"


def is_there() -> bool:
    """Tell whether there is a browser, and what drives it."""
    return find_spec("playwright") is not None and shutil.which(BROWSER) is not None


def now_ms() -> int:
    """Give the time of this machine, as the browser has it too."""
    return SystemClock().read().at


class Screen:
    """A page that tells what it shows."""

    def __init__(self) -> None:
        self._shown: asyncio.Queue[tuple[str, int]] = asyncio.Queue()

    async def open(self, browser: Any, address: str) -> None:
        """Open it."""
        page = await browser.new_page()
        await page.expose_function("shown", lambda what, at: self._shown.put_nowait((what, at)))
        await page.goto(address)
        await page.evaluate("document.fonts.ready")
        await page.evaluate(_WATCH)

    async def until(self, what: str) -> int:
        """Wait until something is on the screen; gives the moment in milliseconds.

        Raises:
            TimeoutError: it never was.
        """
        async with asyncio.timeout(_PATIENCE_S):
            while True:
                found, at = await self._shown.get()
                if found == what:
                    return at


class Plain:
    """A server of one page and one stream, without anything else."""

    def __init__(self) -> None:
        self._streams: list[asyncio.StreamWriter] = []
        self.heard = asyncio.Event()
        """Somebody listens."""

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request."""
        asked = await reader.readuntil(b"\r\n\r\n")
        if asked.startswith(b"GET /live "):
            writer.write(_HEAD % b"text/event-stream" + b"\r\n")
            self._streams.append(writer)
            self.heard.set()
            return
        size = b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(_PLAIN)
        writer.write(_HEAD % b"text/html" + size + _PLAIN)
        writer.close()

    def tell(self, what: str) -> None:
        """Send a word to the page."""
        for one in self._streams:
            one.write(f"data: {what}\n\n".encode())

    def end(self) -> None:
        """Close the streams."""
        for one in self._streams:
            one.close()


@asynccontextmanager
async def screens(address: str) -> AsyncIterator[tuple[Screen, Screen, Plain]]:
    """Open the page at `address`, and the plain one with its server."""
    async with AsyncExitStack() as stack:
        driver = await stack.enter_async_context(import_module("playwright.async_api").async_playwright())
        browser = await driver.chromium.launch(executable_path=shutil.which(BROWSER), args=list(_FLAGS))
        stack.push_async_callback(browser.close)
        plain = Plain()
        server = await asyncio.start_server(plain.answer, LOOPBACK, 0)
        stack.callback(server.close)
        stack.callback(plain.end)
        ours, beside = Screen(), Screen()
        await ours.open(browser, address)
        port = server.sockets[0].getsockname()[1]
        await beside.open(browser, f"http://{LOOPBACK}:{port}/")
        await plain.heard.wait()
        yield ours, beside, plain
