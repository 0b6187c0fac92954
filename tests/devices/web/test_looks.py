"""What doors and the hall look like: on every screen, from afar, in the dark, to those who see less."""

from __future__ import annotations

import io
from typing import cast

import pytest
import zxingcpp
from PIL import Image
from playwright.async_api import Page, expect

from devices.panels.granting import Granting
from devices.panels.state import VALID_MS, Known
from sharing.rooms.rules import State
from tests.devices.panels.known import date
from tests.devices.web.screens import WCAG, Screens, becomes, overflow, says, violations
from tests.devices.web.site import Site, choir, hall
from tests.sharing.rooms.values import at

pytestmark = pytest.mark.asyncio(loop_scope="session")

LONG = "Arbeitsgemeinschaft für Begegnung, Bildung und Beratung am Neckar e. V., Ortsgruppe Mitte " * 3
ADDRESS = "http://192.168.178.20:8480/book/0191f2d3c4b5a697888796a5b4c3d2e1"
BIG = (
    (1280, 800), (800, 1280), (1024, 600), (1920, 1080), (3840, 2160), (1366, 768), (1024, 768), (768, 1024),
    (800, 480),
)  # fmt: skip
PHONES = ((320, 640), (360, 740), (640, 320))
TABLET_MM = 217
"""How wide the picture of a tablet of 10.1 inches is, at 1280 × 800."""


def crowded() -> Known:
    """A room with the longest of everything."""
    return hall(
        date("10:00", "12:05", who=LONG, n=1),
        date("14:00", "15:30", who=LONG, n=2, state=State.PROVISIONAL),
        date("16:00", "18:00", who=LONG, n=3),
        de=LONG[:200], en=LONG[:190], ar="قاعة الاجتماعات الكبيرة " * 9, book=ADDRESS,
    )  # fmt: skip


@pytest.fixture
def full(site: Site) -> Site:
    """A door with everything there is, which also takes cards."""
    site.stop()
    site.granting = cast("Granting", object())
    site.start()
    site.put(crowded(), at=site.now - VALID_MS)
    return site


@pytest.mark.parametrize("size", BIG, ids=str)
async def test_a_door_fits_on_a_screen_with_the_longest_of_everything(
    full: Site, screens: Screens, size: tuple[int, int]
) -> None:
    page = await screens.open(f"{full.address}/door/saal", size=size)
    await expect(page.locator("#with-card")).to_be_visible()
    await says(page, "#soon", "Gleich zu Ende")
    await says(page, "#stale", "VERALTET")

    assert await overflow(page) == (0, 0)
    await page.locator("footer").scroll_into_view_if_needed()
    bottom = await page.evaluate("document.querySelector('footer').getBoundingClientRect().bottom")
    assert bottom <= size[1]


@pytest.mark.parametrize("size", PHONES, ids=str)
async def test_on_a_phone_nothing_runs_off_the_side(
    full: Site, screens: Screens, size: tuple[int, int]
) -> None:
    for path in ("/door/saal", "/house"):
        page = await screens.open(f"{full.address}{path}", size=size)
        await says(page, "#link-word", "Verbunden")
        assert (await overflow(page))[0] == 0


@pytest.mark.parametrize("size", PHONES, ids=str)
async def test_on_a_phone_a_short_name_and_the_date_are_whole_words(
    full: Site, screens: Screens, size: tuple[int, int]
) -> None:
    full.put(hall(choir(), key="naehen", id_="ab02", de="Nähzimmer", en="Sewing room"))
    door = await screens.open(f"{full.address}/door/naehen", size=size)
    await says(door, "#name", "Nähzimmer")
    await expect(door.locator("#with-card")).to_be_visible()
    assert await rows(door, "#name") == 1
    assert await door.locator("#name").evaluate("(one) => one.scrollWidth <= one.clientWidth")

    page = await screens.open(f"{full.address}/house", size=size)
    await says(page, "#day", "Juni")
    assert await rows(page, "#day") == 1


async def rows(page: Page, element: str) -> int:
    """In how many rows a text stands."""
    return int(await page.locator(element).evaluate(
        "(one) => { const text = document.createRange(); text.selectNodeContents(one);"
        " return new Set([...text.getClientRects()].map((box) => Math.round(box.top))).size; }"
    ))  # fmt: skip


async def test_a_door_is_read_from_four_metres(site: Site, screens: Screens) -> None:
    """ISO 9241-303, 5.5.4: capitals of 20 to 22 minutes of arc are best, and none less than 16."""
    site.put(hall(choir()))
    page = await screens.open(f"{site.address}/door/saal")
    await says(page, "#word", "BELEGT")

    for element, least in (("#word", 20), ("#until", 16)):
        size = await page.locator(element).evaluate("(one) => parseFloat(getComputedStyle(one).fontSize)")
        capital_mm = size * CAPITALS * TABLET_MM / 1280
        minutes = capital_mm / 4000 * 180 / 3.14159 * 60
        assert minutes >= least


CAPITALS = 0.689
"""Of the size of FiraGO's letters: the height of its capitals and digits."""


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_doors_and_the_hall_can_be_used_by_everybody(site: Site, screens: Screens, theme: str) -> None:
    """WCAG 2.2 AA by axe-core; contrast in each status."""
    moments = {"busy": "11:00", "buffer": "12:10", "free": "13:00", "closed": "23:00"}
    dates = (date("10:00", "12:00", n=1, buffers=(0, 20)), choir("18:00", "20:00", n=2))
    site.now = at("2026-06-02 10:00")
    site.put(hall(key="saal"))
    page = await screens.open(f"{site.address}/door/saal?theme={theme}")
    for status, moment in moments.items():
        site.now = at(f"2026-06-02 {moment}")
        site.put(hall(*dates, en="Great Hall", ar="القاعة", book=ADDRESS))
        await page.wait_for_selector(f"#status[data-status={status}]")
        assert await violations(page, ["color-contrast"]) == []
    rules = WCAG if theme == "light" else ["color-contrast"]
    assert await violations(page, rules) == []
    site.now += VALID_MS
    for path in ("/door/saal", "/house", "/door/nowhere"):
        other = await screens.open(f"{site.address}{path}?theme={theme}")
        await other.wait_for_selector("#stale:not([hidden]), .note.old, .sheet")
        assert await violations(other, rules) == []


@pytest.mark.parametrize("dark", ["", "dark"])
async def test_a_phone_reads_the_code_off_the_door(site: Site, screens: Screens, dark: str) -> None:
    site.put(hall(book=ADDRESS))
    page = await screens.open(f"{site.address}/door/saal", dark=bool(dark))
    await becomes(page, "document.getElementById('code').naturalWidth > 0")

    picture = Image.open(io.BytesIO(await page.screenshot()))

    assert [one.text for one in zxingcpp.read_barcodes(picture)] == [ADDRESS]


async def test_a_code_that_no_phone_can_open_says_where_to_book(site: Site, screens: Screens) -> None:
    """ "Book now" stood below digits that a phone only shows."""
    site.put(hall(book="5064149727858655"))
    page = await screens.open(f"{site.address}/door/saal")
    await says(page, "#book-word", "Am Kiosk buchen Book at the kiosk")
    site.now += 1
    site.put(hall(book=ADDRESS))
    await says(page, "#book-word", "Jetzt buchen Book now")


async def test_a_screen_may_be_told_to_be_dark_and_which_language_stands_second(
    site: Site, screens: Screens
) -> None:
    site.languages = ("en", "de")
    site.stop()
    site.start()
    site.put(hall(choir(), de="Saal", en="Hall"))

    page = await screens.open(f"{site.address}/door/saal?theme=dark&with=de")

    await says(page, "#word", "BUSY BELEGT")
    await says(page, "#name", "Hall")
    assert (
        await page.evaluate("getComputedStyle(document.body.parentElement).backgroundColor")
        == "rgb(16, 19, 23)"
    )
    assert await page.evaluate("document.documentElement.lang") == "en"


async def test_the_hall_shows_the_day_of_every_room_and_follows_it(site: Site, screens: Screens) -> None:
    site.put(hall(choir("12:00", "14:00"), de="Saal"))
    site.put(hall(choir("15:00", "16:00"), key="k", id_="ab02", de="Küche"))
    page = await screens.open(f"{site.address}/house")
    await says(page, "#rooms li:nth-child(1)", "FREI FREE")
    await says(page, "#rooms li:nth-child(1)", "Küche")
    await says(page, "#rooms li:nth-child(2)", "BELEGT BUSY")
    await says(page, "#day", "Dienstag, 2. Juni 2026")
    await says(page, "#clock", "12:00")

    site.now += 1
    site.put(hall(choir("11:00", "13:00"), key="k", id_="ab02", de="Küche"))
    await says(page, "#rooms li:nth-child(1)", "bis 13:00")
    site.board.removed("ab01")
    await says(page, "#rooms", "Küche")
    await expect(page.locator("#rooms li")).to_have_count(1)


@pytest.mark.parametrize("rooms", [1, 8, 9, 16])
async def test_the_hall_fits_on_a_television(site: Site, screens: Screens, rooms: int) -> None:
    for n in range(rooms):
        site.put(hall(choir(), key=f"r{n}", id_=f"ab{n:02}", de=LONG[:200] if n % 2 else "Saal"))
    page = await screens.open(f"{site.address}/house", size=(1920, 1080))
    await expect(page.locator("#rooms li")).to_have_count(rooms)

    assert await overflow(page) == (0, 0)


async def test_a_hall_without_rooms_says_so(site: Site, screens: Screens) -> None:
    page = await screens.open(f"{site.address}/")
    await says(page, "#none", "Noch kein Raum meldet sich.")
    assert page.url.endswith("/house")


async def test_a_door_that_the_house_does_not_know_yet_looks_again_until_it_does(
    site: Site, screens: Screens
) -> None:
    page = await screens.open(f"{site.address}/door/saal", clock=site.now)
    await says(page, "h1", "Das finden wir nicht")
    await says(page, "h2", "We cannot find this")

    site.put(hall(choir()))
    await page.clock.run_for(5_000)

    await says(page, "#word", "BELEGT")
