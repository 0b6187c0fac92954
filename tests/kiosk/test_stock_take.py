"""A stock-take: what is counted, where a thing belongs, and what a yes has done."""

from __future__ import annotations

import pytest

from kiosk.i18n import Words
from kiosk.naming import place
from sharing.catalogue import actions as catalogue
from sharing.catalogue.rules import Location
from tests.kiosk.counter import Counter, Town, open_counter


async def count(counter: Counter, *names: str) -> None:
    await counter.sign_in()
    await counter.press("8")
    await counter.burst(counter.town.shelf)
    for name in names:
        await counter.scan(name)


def shelf(town: Town) -> Location:
    with town.house.store.reader() as read:
        found = catalogue.thing_by_code(read, town.shelf)
    assert isinstance(found, Location)
    return found


async def test_a_label_scanned_twice_counts_once(town: Town) -> None:
    async with open_counter(town) as counter:
        await count(counter, "Beamer 1", "Beamer 2", "Beamer 1", "Beamer 2")
        assert "2 von 7 gesehen" in counter.text


async def test_what_belongs_elsewhere_or_is_unknown_does_not_count_as_seen(town: Town) -> None:
    async with open_counter(town) as counter:
        await count(counter, "Beamer 1", "Leinwand 1")
        await counter.burst("4006381333931")
        assert "1 von 7 gesehen · dazu andere: 2" in counter.text
        await counter.press("9", "8", "1")
        assert "1 von 7 gesehen · dazu andere: 2" in counter.text
        assert counter.cut == []


async def test_a_misplaced_thing_says_at_once_and_in_the_report_where_it_belongs(town: Town) -> None:
    async with open_counter(town) as counter:
        await count(counter, "Leinwand 1")
        assert "Platz: Erdgeschoss › Lager › Regal 4" in counter.text
        assert counter.cut == []
        await counter.press("1")
        lines = counter.text.splitlines()
        while not any("Leinwand 1" in line for line in lines):
            await counter.press("8")
            lines = counter.text.splitlines()
        (row,) = [n for n, line in enumerate(lines) if "Leinwand 1" in line]
        assert "Gehört woanders hin · Platz: Erdgeschoss › Lager › Regal 4" in lines[row + 1]


async def test_a_yes_says_what_it_did_and_an_unknown_label_is_never_done(town: Town) -> None:
    names = [name for name in town.items if name.startswith(("Beamer", "Mikrofon"))]
    async with open_counter(town) as counter:
        await count(counter, *names)
        await counter.burst("4006381333931")
        await counter.press("1")
        assert "Bohrmaschine 1" in counter.text
        (unknown,) = [line for line in counter.text.splitlines() if "Unbekannt" in line]
        assert "erledigt" not in unknown
        await counter.press("1", "1")
        assert "Fehlt · erledigt: als vermisst · Platz: " in counter.text
        assert counter.cut == []


async def test_what_is_lent_and_here_is_written_down_as_given_back(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.scan("Jonas Weber")
        await counter.scan("Bohrmaschine 1")
        await counter.scan("Beamer 1")
        await counter.press("9")
        await count(counter, "Beamer 1")
        await counter.press("1")
        while "Verliehen, aber hier" not in counter.text:
            await counter.press("8")
        lines = counter.text.splitlines()
        (row,) = [n for n, line in enumerate(lines) if "Verliehen, aber hier" in line]
        await counter.press(lines[row - 1].split()[0], "1")
        while "Verliehen, aber hier" not in counter.text:
            await counter.press("8")
        assert "Verliehen, aber hier · erledigt: zurückgegeben" in counter.text


@pytest.mark.parametrize(
    ("room", "says"),
    [
        (60, "Erdgeschoss › Lager › Regal 3"),
        (20, "… › Lager › Regal 3"),
        (12, "… › Regal 3"),
        (3, "… › Regal 3"),
    ],
)
def test_the_end_of_a_place_stays(town: Town, room: int, says: str) -> None:
    assert place(Words("de"), shelf(town), room) == says
