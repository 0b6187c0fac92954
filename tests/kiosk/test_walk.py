"""A walk past every screen in both languages: what stands there, that it fits, and that nothing stays."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

import pytest
from syrupy.assertion import SnapshotAssertion
from textual.widgets import Input, Static

from kiosk.app import KioskApp
from sharing.errors import DiskFull
from tests.kiosk import rooms
from tests.kiosk.counter import PIN, Counter, Town, open_counter

Look = Callable[[str], Awaitable[None]]
PERSONAL = (
    "Jonas",
    "Weber",
    "J. W.",
    "Amina",
    "Kaya",
    "A. K.",
    "Sabine",
    "S. R.",
    "Chor",
    "example.org",
    "Beamer",
    "Projector",
)

QR_ROW = re.compile(r"^  (?=[ █▀▄]*[█▀▄])[ █▀▄]{10,29}", re.MULTILINE)
CARD_NUMBER = re.compile(r"\d{4} \d{4} \d{4} \d{4}")
"""A card's number follows from its command's id, and how many ids a walk took before hangs on its timers."""


def masked(screen: str) -> str:
    """The screen without the number and the pattern of a new card."""
    if not QR_ROW.search(screen):
        return screen
    return CARD_NUMBER.sub("#### #### #### ####", QR_ROW.sub("  " + "#" * 29, screen))


async def borrow(counter: Counter, look: Look) -> None:
    """Card, things, one undone, one earlier, one set aside, for an organisation."""
    await look("home")
    await counter.scan("Amina Kaya")
    await look("visit: begun")
    await counter.scan("Beamer 1")
    await look("choose: for whom")
    await counter.press("2")
    await look("visit: lent")
    await counter.press("2")
    await look("choose: earlier")
    await counter.press("9")
    await counter.scan("Bohrmaschine 1")
    await look("visit: set aside")
    await counter.scan("Mikrofon 1")
    await counter.press("1")
    await look("visit: undone")


async def bring_back(counter: Counter, look: Look) -> None:
    """Later, with and without a card."""
    await counter.scan("Amina Kaya")
    counter.town.house.store.clock.forward(days=20)  # type: ignore[attr-defined] # the fake one
    await counter.scan("Amina Kaya")
    await look("visit: overdue")
    await counter.scan("Beamer 1")
    await look("choose: give back or extend")
    await counter.press("1")
    await look("back: in a visit")
    await counter.press("7")
    await counter.scan("Amina Kaya")
    await counter.scan("Beamer 1")
    await look("back")
    await counter.press("2")
    await look("home: thanks")
    await counter.scan("Amina Kaya")
    await counter.scan("Leinwand 2")
    await counter.scan("Amina Kaya")
    await counter.scan("Leinwand 2")
    await counter.press("4", *"Riss am Rand")
    await look("write: what happened")
    await counter.press("enter")
    await look("home: thanks for telling")
    await counter.scan("Beamer 2")
    await look("thing")
    await counter.scan("Bohrmaschine 1")
    await look("thing: kept at the desk")
    await counter.burst(counter.town.shelf)
    await look("thing: a place")
    await counter.burst("1234567890123456")
    await look("thing: not readable")
    await counter.press("9", "1", "2", "3")
    await look("code")
    await counter.press("escape")


async def work(counter: Counter, look: Look) -> None:
    """The staff desk, list by list."""
    await counter.scan("Jonas Weber")
    await counter.scan("Beamer 3")
    await counter.press("9")
    await look("home: take it along")
    await counter.press("3")
    await look("due")
    await counter.scan("Sabine Roth")
    await counter.press(*PIN)
    await look("pin")
    await counter.press("enter")
    await look("staff")
    for digit, name in (("1", "today"), ("4", "lines: loans"), ("6", "lines: overdue")):
        await counter.press(digit)
        await look(name)
        await counter.press("9")
    await counter.press("5")
    await look("check")
    await counter.press("1")
    await look("choose: condition")
    await counter.press("9", "9", "7")
    await look("aside")
    await counter.press("1")
    await look("choose: complete")
    await counter.press("9", "9", "1", "1")
    await look("cases")
    await counter.press("1")
    await look("case")
    await counter.press("9", "9")


async def keep_house(counter: Counter, look: Look) -> None:
    """Persons and things, one by one."""
    await counter.press("2", *"web", "enter")
    await look("persons")
    await counter.press("1")
    await look("person")
    await counter.press("6")
    await look("choose: cards")
    await counter.press("2")
    await look("choose: a new card")
    await counter.press("1")
    await look("person: a new card")
    await counter.press("9", "2")
    await look("choose: what to change")
    await counter.press("4")
    await look("choose: organisations")
    await counter.press("9", "2", "5")
    await look("choose: suspended until")
    await counter.press("1")
    await look("write: why suspended")
    await counter.press("escape", "9", "9", "9", "5")
    await look("register")
    await counter.press(*"Uma", "escape")
    await look("register: out of the field")
    await counter.press("9", "escape", "9", "3", *"beam", "enter")
    await look("things")
    await counter.press("1")
    await look("item")
    await counter.press("1")
    await look("choose: why it stays")
    await counter.press("3")
    await look("item: blocked")
    await counter.press("1", "9", "9")


async def count(counter: Counter, look: Look) -> None:
    """A stock-take, and then trouble."""
    await counter.press("8")
    await look("audit")
    await counter.burst(counter.town.shelf)
    await counter.scan("Leinwand 1")
    await look("audit: misplaced")
    await counter.press("1")
    await look("report")
    await counter.press("1")
    await look("choose: settle")
    await counter.app.went_wrong(DiskFull())
    await counter.settle()
    await look("trouble")


async def walk(counter: Counter, look: Look) -> None:
    await borrow(counter, look)
    await bring_back(counter, look)
    await work(counter, look)
    await keep_house(counter, look)
    await count(counter, look)


async def in_language(counter: Counter, language: str) -> None:
    counter.app.speak(language)
    await counter.settle()


async def check_that_nobody_is_left(counter: Counter) -> None:
    counter.app.forget()
    await counter.settle()
    screens = counter.app._screens
    for mode, screen in screens.items():
        held = {name: repr(value) for name, value in vars(screen).items() if name in ("view", "digits")}
        for widget in screen.query("*"):
            held[f"{widget}"] = str(widget.content) if isinstance(widget, Static) else ""
            held[f"{widget} value"] = widget.value if isinstance(widget, Input) else ""
            for name in ("option", "_lines", "_entries"):
                held[f"{widget} {name}"] = repr(vars(widget).get(name, ""))
        left = {place: text for place, text in held.items() if any(word in text for word in PERSONAL)}
        assert left == {}, mode
        assert screen.view is None
    assert counter.app.present.visit is None
    assert counter.app.present.staff is None
    assert counter.app.present.last is None


@pytest.mark.parametrize("language", ["de", "en"])
async def test_every_screen_says_what_it_should_and_fits_and_forgets(
    town: Town, language: str, snapshot: SnapshotAssertion
) -> None:
    seen: set[str] = set()
    async with open_counter(town) as counter:

        async def look(name: str) -> None:
            await in_language(counter, language)
            assert masked(counter.text) == snapshot(name=f"{language} {name}")
            assert counter.cut == []
            seen.add(counter.mode)
            await in_language(counter, "de")

        await walk(counter, look)
        assert seen == set(KioskApp.MODES) - rooms.MODES == set(counter.app._screens)
        await check_that_nobody_is_left(counter)


async def test_names_as_long_as_they_may_be_are_cut_with_an_ellipsis_and_dates_stay(town: Town) -> None:
    town.add("Sehrlangernamenohneleerzeichen" * 6, "Long" * 40, 1, town.items["Beamer 1"].home or "")
    long = next(name for name in town.items if name.startswith("Sehr"))
    async with open_counter(town) as counter:
        await counter.scan("Jonas Weber")
        await counter.scan(long)
        assert counter.cut == []
        assert "… " in counter.text
        assert "bis Mo 15. Juni, 18:00" in counter.text
        await counter.press("9")
        await counter.scan(long)
        assert counter.cut == []
