"""A date as a pattern on the screen: at most 21 rows, read by a scanner as the event that it is."""

from __future__ import annotations

import pytest
import zxingcpp
from PIL import Image

from kiosk import room_facts
from kiosk.themes import THEMES
from kiosk.widgets.event_code import ROWS, EventCode, drawn
from sharing.rooms.calendars.text import event_for_phone
from sharing.rooms.rules import Occurrence, Span, State
from tests.kiosk.counter import open_counter
from tests.kiosk.rooms import Rooms

DARK = {" ": (False, False), "▀": (True, False), "▄": (False, True), "█": (True, True)}
MODULE = 4


def rasterised(cells: str) -> Image.Image:
    """The cells as a terminal paints them: each two modules high."""
    lines = cells.split("\n")
    width = max(map(len, lines))
    rows = [[DARK[cell][half] for cell in line.ljust(width)] for line in lines for half in (0, 1)]
    image = Image.new("L", (width, len(rows)), 255)
    image.putdata([0 if dark else 255 for row in rows for dark in row])
    return image.resize((width * MODULE, len(rows) * MODULE), Image.Resampling.NEAREST)


def date_named() -> Occurrence:
    span = Span(1_780_416_000_000, 1_780_426_800_000)
    return Occurrence(
        booking="b", n=0, rooms=("r",), parts=("r",), span=span, blocked=span, state=State.CONFIRMED
    )


@pytest.mark.parametrize("name", ["Saal", "Großer Saal, Erdgeschoss (mit Bühne und Klavier)", "Зал; «А»", ""])
def test_any_room_fits_and_is_read_as_its_event(name: str) -> None:
    modules = room_facts.event_modules(date_named(), name)
    cells = drawn(modules)
    assert len(cells.split("\n")) == ROWS
    (read,) = zxingcpp.read_barcodes(rasterised(cells))
    assert read.bytes == event_for_phone(date_named(), name)
    assert read.bytes.startswith(b"BEGIN:VEVENT\r\n")


@pytest.mark.parametrize("theme", sorted(THEMES))
async def test_what_stands_on_the_screen_is_read_in_every_theme(house_of_rooms: Rooms, theme: str) -> None:
    async with open_counter(house_of_rooms.town) as counter:
        counter.app.theme = THEMES[theme].name
        await counter.scan("Jonas Weber")
        await counter.press("5", "2", "4", "2", "1")
        assert counter.mode == "booked"
        code = counter.app.screen.query_one(EventCode)
        lines = [line[: code.region.width].ljust(code.region.width) for line in counter.text.splitlines()]
        (read,) = zxingcpp.read_barcodes(rasterised("\n".join(lines[:ROWS])))
        assert b"SUMMARY:Seminarraum" in read.bytes
        assert code.styles.background.hex == "#FFFFFF"
        assert code.styles.color.hex == "#000000"
        for text in ("Seminarraum", "Dienstag, 2. Juni", "18:00–21:00"):
            assert text in counter.text


async def test_each_date_of_a_series_has_its_own(house_of_rooms: Rooms) -> None:
    async with open_counter(house_of_rooms.town) as counter:
        await counter.scan("Jonas Weber")
        await counter.press("5", "2", "4", "6", "2", "3", "enter", "2", "1")
        assert "8  Noch 2 Termine" in counter.text
        first = counter.app.screen.query_one(EventCode).said
        await counter.press("8")
        assert "Dienstag, 9. Juni" in counter.text
        assert counter.app.screen.query_one(EventCode).said != first
        await counter.press("8")
        assert "Noch" not in counter.text
