"""Who leaves with a thing can take along when it is to be back: on a phone, and nobody is named."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import icalendar
import pytest
import zxingcpp

from kiosk import for_phones
from kiosk.i18n import Words
from kiosk.themes import THEMES
from kiosk.widgets.choice import Choice
from kiosk.widgets.event_code import ROWS, EventCode, drawn
from sharing.lending.looking import loans_of
from sharing.rooms.calendars.text import due_for_phone
from tests.kiosk.counter import Counter, Town, open_counter
from tests.kiosk.test_event_code import rasterised

OFFER = "Rückgabe aufs Handy"
BERLIN = ZoneInfo("Europe/Berlin")


def together(counter: Counter) -> str:
    """What is offered, with labels that take two lines as one."""
    choices = counter.app.screen.query(Choice)
    return " ".join(one.option.label for one in choices if one.option is not None)


async def taken(counter: Counter, thing: str) -> datetime:
    """Let Jonas take a thing; gives when it is due."""
    await counter.scan("Jonas Weber")
    await counter.scan(thing)
    due = max(line.due for line in loans_of(counter.town.house.store, counter.town.persons["Jonas Weber"].id))
    return datetime.fromtimestamp(due / 1000, UTC)


def read_off(counter: Counter) -> icalendar.Event:
    """Read the pattern off the cells of the screen, as a phone does, and parse it."""
    code = counter.app.screen.query_one(EventCode)
    lines = [line[: code.region.width].ljust(code.region.width) for line in counter.text.splitlines()]
    (read,) = zxingcpp.read_barcodes(rasterised("\n".join(lines[:ROWS])))
    event = icalendar.Event.from_ical(read.bytes)
    assert isinstance(event, icalendar.Event)
    return event


@pytest.mark.parametrize("name", ["Zurückbringen", "Bring back", "Повернути", "أعد الأشياء", "x" * 200])
def test_any_name_fits_into_21_rows_and_is_read(name: str) -> None:
    cells = drawn(for_phones.modules(due_for_phone(1_780_426_800_000, name)))
    assert len(cells.split("\n")) == ROWS
    (read,) = zxingcpp.read_barcodes(rasterised(cells))
    assert read.bytes == due_for_phone(1_780_426_800_000, name)


@pytest.mark.parametrize("theme", sorted(THEMES))
async def test_one_key_after_the_visit_shows_it_as_a_pattern_and_in_words(town: Town, theme: str) -> None:
    async with open_counter(town) as counter:
        counter.app.theme = THEMES[theme].name
        due = await taken(counter, "Beamer 1")
        await counter.press("9")
        assert counter.mode == "home"
        await counter.press("3")
        assert counter.mode == "due"
        event = read_off(counter)
        assert (event["SUMMARY"], event.end) == ("Zurückbringen", due)
        assert str(due.astimezone(BERLIN).day) in counter.text
        assert "Theke" in counter.text
        assert "Beamer" not in counter.text
        assert "J. W." not in counter.text
        assert counter.cut == []
        await counter.press("9")
        assert counter.mode == "home"
        assert OFFER not in together(counter)


async def test_each_time_has_its_own_pattern_if_not_all_is_due_at_once(town: Town) -> None:
    async with open_counter(town) as counter:
        late = await taken(counter, "Beamer 1")
        await counter.scan("Mikrofon 1")
        await counter.press("2", "1", "9", "3")
        early = read_off(counter).end
        assert early < late
        assert "8  Noch 1 Termin" in counter.text
        await counter.press("8")
        assert read_off(counter).end == late
        assert "Noch" not in counter.text
        assert counter.cut == []


async def test_it_is_named_in_the_language_of_who_left_and_offered_in_the_house_s_first(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.scan("Jonas Weber")
        await counter.press("0")
        await counter.scan("Beamer 1")
        await counter.press("9")
        assert OFFER in together(counter)
        assert counter.cut == []
        await counter.press("3")
        assert read_off(counter)["SUMMARY"] == Words("en")("slip.loan.event")


async def test_nothing_is_offered_to_who_took_nothing_or_gave_all_back(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.scan("Jonas Weber")
        await counter.press("9")
        assert OFFER not in together(counter)
        await counter.press("3")
        assert counter.mode == "home"
        await taken(counter, "Beamer 1")
        await counter.press("1", "9")
        assert OFFER not in together(counter)


async def test_what_nobody_wants_is_offered_for_half_a_minute(town: Town) -> None:
    async with open_counter(town) as counter:
        await taken(counter, "Beamer 1")
        await counter.press("9")
        counter.seconds.now += 29
        await counter.app.tick()
        await counter.settle()
        assert OFFER in together(counter)
        counter.seconds.now += 1
        await counter.app.tick()
        await counter.settle()
        assert counter.mode == "home"
        assert OFFER not in together(counter)


async def test_the_next_card_takes_it_away_and_so_does_quiet(town: Town) -> None:
    async with open_counter(town) as counter:
        await taken(counter, "Beamer 1")
        await counter.press("9", "3")
        counter.seconds.now += 65
        await counter.app.tick()
        await counter.settle()
        assert counter.mode == "home"
        assert OFFER not in together(counter)
        await taken(counter, "Mikrofon 1")
        await counter.press("9", "3")
        await counter.scan("Amina Kaya")
        assert counter.mode == "visit"
        await counter.press("9")
        assert OFFER not in together(counter)
        assert counter.app._screens["due"].query_one(EventCode).said == ""
