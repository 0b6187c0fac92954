"""A second language at doors that the kiosk does not speak: its words, its direction, its digits."""

from __future__ import annotations

from typing import cast

import pytest
from playwright.async_api import Page

from devices.panels.granting import Granting
from devices.panels.state import VALID_MS
from kiosk.i18n import Words
from tests.devices.panels.known import date
from tests.devices.web.screens import Screens, overflow, says, violations
from tests.devices.web.site import Site, choir, hall
from tests.devices.web.test_looks import crowded

pytestmark = pytest.mark.asyncio(loop_scope="session")

LEFTS = """([place, part]) => {
  const text = document.createRange(), node = document.querySelector(place).firstChild;
  const at = node.data.indexOf(part);
  return [...part].map((_, n) => { text.setStart(node, at + n); text.setEnd(node, at + n + 1);
    return text.getBoundingClientRect().left; });
}"""
"""Where each sign of a part of a text is drawn, in pixels from the left."""


async def drawn_at(page: Page, place: str, part: str) -> list[float]:
    return cast("list[float]", await page.evaluate(LEFTS, [place, part]))


@pytest.mark.parametrize("language", ["ar", "tr", "uk"])
async def test_a_door_has_the_words_of_the_language_that_its_address_names(
    site: Site, screens: Screens, language: str
) -> None:
    site.put(hall(choir("12:00", "14:30"), choir("18:00", "20:00", n=2)))
    words = Words(language)
    page = await screens.open(f"{site.address}/door/saal?with={language}")

    await says(page, "#word", f"BELEGT {words('door.busy')}")
    await says(page, "#until", f"bis 14:30 {words('door.until', time='14:30')}")
    await says(page, "#link-word", f"Verbunden {words('door.link')}")
    await says(page, ".coming h2", f"Danach {words('door.next')}")
    assert await page.locator(f'#until [lang="{language}"]').count() == 1
    assert await overflow(page) == (0, 0)
    assert await violations(page) == []


async def test_arabic_runs_from_right_to_left_and_its_times_do_not(site: Site, screens: Screens) -> None:
    site.put(hall(choir("12:00", "14:30")))
    page = await screens.open(f"{site.address}/door/saal?with=ar")
    await says(page, "#until", "حتى 14:30")

    for place in ("#word", "#until", ".coming h2", "#link-word"):
        arabic = page.locator(f"{place} .second")
        assert await arabic.get_attribute("lang") == "ar"
        assert await arabic.get_attribute("dir") == "rtl"
    time = await drawn_at(page, "#until .second", "14:30")
    word = await drawn_at(page, "#until .second", "حتى")
    assert time == sorted(time), "14:30 and never 30:14"
    assert word == sorted(word, reverse=True)
    assert word[-1] > time[-1], "the word comes first, which is at the right"
    assert await page.evaluate("document.documentElement.dir") == "ltr"


async def test_another_day_and_what_is_out_of_date_are_said_in_western_digits(
    site: Site, screens: Screens
) -> None:
    site.put(hall(date("12:00", "2026-06-04 09:30", who="Chor", n=1)), at=site.now - VALID_MS)
    page = await screens.open(f"{site.address}/door/saal?with=ar")

    await says(page, "#stale", f"VERALTET {Words('ar')('door.stale')}")
    await says(page, "#until .second", "09:30")
    await says(page, "#stale-why .second", "11:45")
    text = await page.locator("body").inner_text()
    assert not any("٠" <= one <= "٩" for one in text)
    assert await violations(page) == []


async def test_a_card_is_asked_for_in_both_languages_and_answered_in_those_of_the_house(
    site: Site, screens: Screens
) -> None:
    site.stop()
    site.granting = cast("Granting", object())
    site.start()
    site.put(hall())
    page = await screens.open(f"{site.address}/door/saal?with=ar")
    await says(page, "#with-card", f"Mit Karte {Words('ar')('door.with_card')}")
    await page.locator("#with-card").click()
    await says(page, "#card-says label", Words("ar")("door.card_number"))
    assert await page.locator("#card-says label .second").get_attribute("dir") == "rtl"

    await page.route(
        "**/card", lambda route: route.fulfill(status=422, json={"said": {"de": "Nein.", "en": "No."}})
    )
    await page.locator("#card-number").fill("1")
    await page.keyboard.press("Enter")
    await says(page, "#card-says .outcome", "Nein.")
    assert await page.locator("#card-says .outcome").inner_text() == "Nein."
    assert await violations(page) == []


async def test_the_hall_and_what_is_not_there_speak_it_too(site: Site, screens: Screens) -> None:
    site.put(hall(choir("12:00", "14:30")))
    page = await screens.open(f"{site.address}/house?with=ar")
    await says(page, "#rooms", Words("ar")("door.busy"))
    assert await page.locator("h1 .second").get_attribute("dir") == "rtl"
    assert await violations(page) == []

    lost = await screens.open(f"{site.address}/door/nowhere?with=ar")
    section = lost.locator('section[lang="ar"]')
    assert await section.get_attribute("dir") == "rtl"
    await says(lost, 'section[lang="ar"]', Words("ar")("web.lost_room"))
    assert await violations(lost) == []


async def test_a_language_without_words_is_passed_over(site: Site, screens: Screens) -> None:
    site.put(hall())
    for asked in ("fa", "xx", "../de", "<b>"):
        page = await screens.open(f"{site.address}/door/saal?with={asked}")
        await says(page, "#word", "FREI FREE")


@pytest.mark.parametrize("language", ["ar", "tr", "uk"])
async def test_no_language_makes_a_door_longer_than_its_screen(
    site: Site, screens: Screens, language: str
) -> None:
    """The first Turkish "until" took another line, and the first Arabic "as of" too."""
    site.stop()
    site.granting = cast("Granting", object())
    site.start()
    site.put(crowded(), at=site.now - VALID_MS)
    for size in ((1280, 800), (768, 1024), (1024, 600)):
        page = await screens.open(f"{site.address}/door/saal?with={language}", size=size)
        await says(page, "#stale", Words(language)("door.stale"))
        assert await overflow(page) == (0, 0)
