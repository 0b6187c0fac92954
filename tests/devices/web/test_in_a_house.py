"""A door of a real house: a central, its broker, what says how rooms stand, and Chromium."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.async_api import expect

from sync.mosquitto.broker_files import free_port
from tests.devices.web.screens import Screens, becomes, says
from tests.integration.doors import Doors
from tests.integration.machines import Central
from tests.integration.mosquitto import until

PATIENCE_S = 30.0
LINKS = """
const link = document.getElementById("link");
window.links = [link.dataset.linked];
const seen = () => link.dataset.linked === window.links.at(-1) || window.links.push(link.dataset.linked);
new MutationObserver(seen).observe(link, {attributes: true});
"""


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Doors, str]]:
    """A house, and where its pages are."""
    port = free_port("127.0.0.1")
    central = Central(tmp_path / "central", {"TEILHAUS_WEB_PORT": str(port)})
    central.say("central", "init", "--demo", "--name", "Testhaus")
    central.start()
    central.ready()
    address = f"http://127.0.0.1:{port}"
    try:
        until(lambda: answers(address), PATIENCE_S)
        yield Doors(central), address
    finally:
        central.stop()


def answers(address: str) -> bool:
    try:
        with urlopen(f"{address}/house", timeout=5) as page:
            return int(page.status) == 200
    except URLError:
        return False


@pytest.mark.asyncio(loop_scope="session")
async def test_a_door_shows_what_is_booked_and_the_truth_again_after_each_fall(
    served: tuple[Doors, str], screens: Screens
) -> None:
    doors, address = served
    assert isinstance(doors.central, Central)
    page = await screens.open(f"{address}/door/saal-a")
    await says(page, "#link-word", "Verbunden")
    await page.evaluate(LINKS)

    booking = await asyncio.to_thread(doors.block, "saal-a")
    await says(page, "#word", "BELEGT")

    assert doors.central.kill_broker()
    await becomes(page, "window.links.join() === 'true,false,true'")
    await says(page, "#word", "BELEGT")

    doors.central.kill()
    await says(page, "#link-word", "Keine Verbindung")
    await says(page, "#word", "BELEGT")
    await asyncio.to_thread(doors.central.say, "booking", "cancel", f"{booking}/0")
    doors.central.start()
    await says(page, "#link-word", "Verbunden")
    await expect(page.locator("#word")).not_to_contain_text("BELEGT")
    assert await page.evaluate("window.links.join()") == "true,false,true,false,true"
