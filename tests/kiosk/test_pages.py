"""Lists that are longer than the screen, and lists of before."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk.app import KioskApp
from kiosk.widgets.rows import RowLine, paged
from tests.kiosk.counter import Town, open_counter

HEADING, LINE = RowLine("Bei Ihnen"), RowLine("Beamer 1", "bis Mo", "▶")


def test_a_heading_never_ends_a_page_and_goes_with_its_first_line() -> None:
    lines = [HEADING, LINE, LINE, HEADING, LINE]
    assert paged(lines, 4) == [[HEADING, LINE, LINE], [HEADING, LINE]]
    assert paged(lines, 5) == [lines]
    assert paged(lines, 1) == [[line] for line in lines]
    assert paged([], 4) == [()]


async def test_the_heading_of_what_waits_stands_on_the_page_of_its_thing(town: Town) -> None:
    town.add("Stuhl", "Chair", 10, town.items["Beamer 1"].home or "")
    async with open_counter(town) as counter:
        await counter.scan("Jonas Weber")
        await counter.scan("Bohrmaschine 1")
        for n in range(1, 11):
            await counter.scan(f"Stuhl {n}")
        assert "An der Theke" not in counter.text
        await counter.press("8")
        assert "An der Theke, noch nicht ausgeliehen" in counter.text
        assert "■ Bohrmaschine 1" in counter.text


async def test_nothing_of_before_is_painted_when_a_screen_comes_back(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_counter(town) as counter:
        painted: list[str] = []
        display = KioskApp._display

        def seen(app: KioskApp, screen: Any, renderable: Any) -> None:
            if not app._batch_count:
                painted.append(counter.text)
            display(app, screen, renderable)

        await counter.scan("Jonas Weber")
        await counter.scan("Beamer 1")
        await counter.press("2")
        monkeypatch.setattr(KioskApp, "_display", seen)
        await counter.press("9")
        assert "Jetzt die Dinge scannen" in painted[-1]
        assert [text for text in painted if "Ausgeliehen" in text or text.count("9  Fertig") > 1] == []
