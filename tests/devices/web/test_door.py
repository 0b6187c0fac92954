"""The door in a real browser: live, and true when nobody talks to it any more."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given, settings
from playwright.async_api import expect

from devices.panels.state import VALID_MS, Known, encoded, rolled, room_state
from sharing.rooms.rules import MINUTE, State, Use
from sharing.terms.rules import Terms
from tests.devices.panels.known import date, known
from tests.devices.panels.test_state_laws import houses
from tests.devices.web.screens import Screens, says
from tests.devices.web.site import Site, choir, hall
from tests.sharing.rooms.values import HOUSE, at

pytestmark = pytest.mark.asyncio(loop_scope="session")

NIGHT = at("2026-06-02 23:50")


async def test_a_booking_is_at_the_door_without_anybody_touching_it(site: Site, screens: Screens) -> None:
    site.put(hall(choir("18:00", "20:00")))
    page = await screens.open(f"{site.address}/door/saal")
    await says(page, "#word", "FREI FREE")
    await says(page, "#until", "bis 18:00 until 18:00")
    await says(page, "#coming", "18:00–20:00 Chor Neckar e.V.")

    site.now += 1
    site.put(hall(choir("12:00", "14:00"), choir("18:00", "20:00", n=2)))

    await says(page, "#word", "BELEGT BUSY")
    await says(page, "#until", "bis 14:00 until 14:00")
    await says(page, "#what", "Chor Neckar e.V.")
    await says(page, "#coming", "18:00–20:00")
    assert await page.locator("#shape").get_attribute("href") == "#shape-busy"


async def test_a_room_has_its_names_in_all_its_languages_and_arabic_runs_from_right_to_left(
    site: Site, screens: Screens
) -> None:
    site.put(hall(choir(), de="Sitzungssaal", ar="قاعة الاجتماعات"))
    page = await screens.open(f"{site.address}/door/saal")
    await says(page, "#name", "Sitzungssaal")
    arabic = page.locator('#names [lang="ar"]')
    assert await arabic.inner_text() == "قاعة الاجتماعات"
    assert await arabic.evaluate("(one) => getComputedStyle(one).direction") == "rtl"

    site.put(hall(date("12:00", "14:00", who="نادي الأدب"), ar="قاعة الاجتماعات"), at=site.now + 1)
    await says(page, "#name", "قاعة الاجتماعات")
    assert await page.locator("#name").evaluate("(one) => getComputedStyle(one).direction") == "rtl"
    assert await page.locator("#what").evaluate("(one) => getComputedStyle(one).direction") == "rtl"


async def test_what_people_typed_is_shown_and_never_run(site: Site, screens: Screens) -> None:
    hostile = "<img src=x onerror=alert(1)></script><script>alert(2)</script>"
    site.put(hall(date("12:00", "14:00", who=hostile), key="<b>", de=hostile, en="{time} &amp;"))

    page = await screens.open(f"{site.address}/door/ab01")

    await says(page, "#what", hostile)
    assert await page.locator("#name").inner_text() == hostile
    await says(page, "#names", "{time} &amp;")
    assert await page.locator("#name img").count() == 0


async def test_without_a_broker_the_door_says_so_at_once_and_after_a_while_that_it_is_stale(
    site: Site, screens: Screens
) -> None:
    site.put(hall(choir()))
    page = await screens.open(f"{site.address}/door/saal", clock=site.now)
    await says(page, "#link-word", "Verbunden")

    site.board.connected(is_connected=False)
    await says(page, "#link-word", "Keine Verbindung No connection")
    assert await page.locator("#stale").is_hidden()

    site.now += VALID_MS
    await page.clock.run_for(VALID_MS)
    await says(page, "#stale", "VERALTET OUT OF DATE")
    await says(page, "#stale", "Von 12:00.")
    await says(page, "#word", "BELEGT")

    site.put(hall(choir()))
    site.board.connected(is_connected=True)
    await says(page, "#link-word", "Verbunden")
    assert await page.locator("#stale").is_hidden()


async def test_without_a_server_a_door_goes_on_by_its_own_clock_and_is_true_again_when_it_is_back(
    site: Site, screens: Screens
) -> None:
    site.put(hall(choir("11:00", "12:05"), choir("12:10", "13:00", n=2), choir("18:00", "20:00", n=3)))
    page = await screens.open(f"{site.address}/door/saal", clock=site.now)
    await says(page, "#word", "BELEGT")

    site.stop()
    await says(page, "#link-word", "Keine Verbindung")
    assert await page.locator("#stale").is_hidden()
    await page.clock.run_for(5 * MINUTE)
    await says(page, "#word", "FREI")
    await says(page, "#until", "bis 12:10")
    await page.clock.run_for(10 * MINUTE)
    await says(page, "#word", "BELEGT")
    await says(page, "#stale", "VERALTET")

    site.now += 20 * MINUTE
    site.put(hall())
    site.start()
    await page.clock.run_for(5000)
    await says(page, "#word", "FREI")
    await says(page, "#link-word", "Verbunden")
    assert await page.locator("#stale").is_hidden()


async def test_at_midnight_the_day_of_the_door_becomes_the_next_without_a_message(
    site: Site, screens: Screens
) -> None:
    site.now = NIGHT
    tomorrow = date("2026-06-03 08:00", "2026-06-03 09:00", who="Yoga")
    site.put(hall(choir("20:00", "22:00"), tomorrow))
    page = await screens.open(f"{site.address}/door/saal", clock=NIGHT)
    await says(page, "#until", "bis Mi 08:00")
    await says(page, "#coming", "Mi 08:00–09:00")
    assert "20:00–22:00" in str(await page.locator(".bar").get_attribute("aria-label"))

    site.stop()
    await page.clock.run_for(11 * MINUTE)

    await says(page, "#clock", "00:01")
    await says(page, "#until", "bis 08:00")
    await says(page, "#coming", "08:00–09:00 Yoga")
    label = str(await page.locator(".bar").get_attribute("aria-label"))
    assert "08:00–09:00 Yoga" in label
    assert "20:00" not in label


async def test_a_tablet_whose_clock_is_wrong_shows_the_house_s_time(site: Site, screens: Screens) -> None:
    site.put(hall(choir()))

    page = await screens.open(
        f"{site.address}/door/saal", clock=at("2020-01-01 00:00"), timezone_id="Asia/Tokyo"
    )

    await says(page, "#clock", "12:00")
    await says(page, "#until", "bis 14:00")
    assert await page.locator("#stale").is_hidden()


async def test_a_booking_on_the_same_weekday_of_next_week_has_its_date(site: Site, screens: Screens) -> None:
    """On a Tuesday, "Di 10:00" was read as this morning."""
    soon = date("2026-06-08 08:00", "2026-06-08 09:00", who="Yoga", n=1)
    site.put(hall(soon, date("2026-06-09 10:00", "2026-06-09 12:00", who="Chor", n=2)))
    page = await screens.open(f"{site.address}/door/saal")

    await says(page, "#coming li:nth-child(1)", "Mo 08:00–09:00")
    await says(page, "#coming li:nth-child(2)", "9. Juni 10:00–12:00")
    await says(page, "#coming li:nth-child(2)", "Di")


async def test_what_is_only_taken_says_so_once(site: Site, screens: Screens) -> None:
    site.put(hall(date("11:00", "13:00")))
    page = await screens.open(f"{site.address}/door/saal")
    await says(page, "#word", "BELEGT")
    await expect(page.locator("#what")).to_be_empty()
    site.now += 1
    site.put(hall(date("11:00", "13:00", use=Use.MAINTENANCE)))
    await says(page, "#what", "Gesperrt")


async def test_a_room_that_was_taken_away_says_so(site: Site, screens: Screens) -> None:
    site.put(hall(choir()))
    page = await screens.open(f"{site.address}/door/saal")
    await says(page, "#word", "BELEGT")

    site.board.removed("ab01")

    await says(page, "#stale", "nicht mehr im Plan")
    await says(page, "#word", "UNKLAR")


async def test_a_room_that_goes_while_the_server_is_away_is_gone_when_it_is_back(
    site: Site, screens: Screens
) -> None:
    """Known before: the hall showed it until it was loaded anew."""
    site.put(hall(choir(), de="Saal"))
    site.put(hall(key="k", id_="ab02", de="Küche"))
    door = await screens.open(f"{site.address}/door/saal", clock=site.now)
    page = await screens.open(f"{site.address}/house", clock=site.now)
    await expect(page.locator("#rooms li")).to_have_count(2)
    await says(door, "#word", "BELEGT")
    site.stop()
    await says(page, "#link-word", "Keine Verbindung")
    await says(door, "#link-word", "Keine Verbindung")
    site.board.removed("ab01")

    site.start()
    for one in (door, page):
        await one.clock.run_for(4_000)
        await says(one, "#link-word", "Verbunden")
    await expect(page.locator("#rooms li")).to_have_count(2)  # it may still come: servers hear one by one
    await door.clock.run_for(12_000)
    await page.clock.run_for(12_000)

    await says(door, "#stale", "nicht mehr im Plan")
    await says(page, "#rooms", "Küche")
    await expect(page.locator("#rooms li")).to_have_count(1)


async def test_a_server_that_hears_nothing_yet_blanks_no_page(site: Site, screens: Screens) -> None:
    site.put(hall(choir(), de="Saal"))
    page = await screens.open(f"{site.address}/house", clock=site.now)
    await says(page, "#rooms", "Saal")
    site.stop()
    await says(page, "#link-word", "Keine Verbindung")
    site.board.removed("ab01")

    site.start()
    site.board.connected(is_connected=False)
    await page.clock.run_for(30_000)

    await says(page, "#link-word", "Keine Verbindung")
    await says(page, "#rooms", "Saal")


async def test_an_open_page_loads_itself_anew_when_the_pages_changed(
    site: Site, screens: Screens, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.put(hall(choir()))
    page = await screens.open(f"{site.address}/door/saal")
    await says(page, "#word", "BELEGT")
    await page.evaluate("document.body.id = 'before'")
    site.stop()
    monkeypatch.setattr("devices.web.files.version", lambda: "newer")

    site.start()

    await expect(page.locator('body[data-version="newer"]:not(#before)')).to_be_attached()
    await says(page, "#word", "BELEGT")


async def test_what_is_only_asked_for_leaves_the_word_free(site: Site, screens: Screens) -> None:
    site.put(hall(date("10:00", "16:00", state=State.PROVISIONAL, who="Chor"), choir("18:00", "20:00", n=2)))
    page = await screens.open(f"{site.address}/door/saal")

    await says(page, "#word", "FREI FREE")
    await says(page, "#until", "bis 18:00 until 18:00")
    await says(page, "#what", "? Angefragt bis 16:00")


async def test_the_page_rolls_on_exactly_as_panels_do(site: Site, screens: Screens) -> None:
    """The script and `rolled` are two writings of one rule."""
    cases: list[tuple[str, int, str]] = []

    @settings(max_examples=60)
    @example((known(date("10:00", "12:00", buffers=(15, 30))), HOUSE, at("2026-06-02 09:50")))
    @example((known(date("10:00", "12:00", state=State.PROVISIONAL)), HOUSE, at("2026-06-02 09:50")))
    @given(houses())
    def drawn(house: tuple[Known, Terms, int]) -> None:
        what, terms, begins = house
        state = room_state(what, terms, begins, seq=1)
        for later in (0, 7, 45, 200, 600, 1500, 3000):
            now = begins + later * MINUTE
            cases.append((encoded(state).decode(), now, encoded(rolled(state, now)).decode()))

    drawn()
    page = await screens.open(f"{site.address}/house")
    rolling = """async (cases) => {
        const {rolled} = await import("/static/roll.js");
        return cases.map(([state, now]) => rolled(JSON.parse(state), now));
    }"""
    found = await page.evaluate(rolling, [case[:2] for case in cases])
    wanted = [json.loads(case[2]) for case in cases]
    assert len({one["status"] for one in wanted}) > 3
    assert [one for one in zip(cases, found, wanted, strict=True) if one[1] != one[2]][:1] == []
