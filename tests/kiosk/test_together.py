"""What staff read of the connection, and what visitors never read of it."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from kiosk import together
from kiosk.i18n import Words
from kiosk.together import Together
from sharing.cases.syncing import SyncStanding
from sync import said as connection
from tests.kiosk.counter import Town, open_counter
from tests.tools import catalogues

NOON = 1_780_308_000_000
HOUR = 3_600_000
NODE = SyncStanding(role="node", now=NOON, heard_at=NOON - HOUR, only_here=3)
NET_WORDS = ("Netz", "Verbindung", "Zentrale", "network", "connection", "central", "nur auf diesem")


def become(town: Town, **columns: Any) -> None:
    """What the process that talks to the central would have noted."""
    with town.house.store.begin() as work:
        work.set_sync(**columns)


def in_german(one: Together) -> str:
    return "\n".join(together.lines(Words("de"), one))


def test_who_is_connected_reads_when_they_exchanged_and_what_is_still_here_only() -> None:
    said = in_german(Together(NODE, connected=True))
    assert said == (
        "Zuletzt mit der Zentrale ausgetauscht: heute, 11:00\n3 Einträge gibt es nur auf diesem Gerät."
    )
    assert together.short(Words("de"), Together(NODE, connected=True)) == ""


def test_who_is_not_connected_reads_since_when_and_that_all_goes_on() -> None:
    apart = Together(replace(NODE, only_here=1), why="no_broker")
    assert in_german(apart).startswith("Keine Verbindung seit heute, 11:00. Alles hier geht weiter.")
    assert "1 Eintrag gibt es nur auf diesem Gerät." in in_german(apart)
    assert together.short(Words("de"), apart) == "1 nur hier"
    assert together.short(Words("de"), Together(replace(NODE, only_here=0))) == "keine Verbindung"


def test_a_house_that_stands_alone_says_in_one_line_what_is_missing_and_how_to_get_it() -> None:
    alone_says = in_german(Together(replace(NODE, role="alone", only_here=0), why="no_broker")).splitlines()

    assert ["apt-get install mosquitto" in one for one in alone_says] == [False, True]


@pytest.mark.parametrize(
    ("fields", "says", "short"),
    [
        ({"revoked": True}, "Dieses Gerät ist gesperrt", "Gerät gesperrt"),
        ({"stopped": True}, "entscheidet nichts mehr", "entscheidet nichts"),
        ({"restoring": True}, "wird gerade wiederhergestellt", "Zentrale: Sicherung"),
        ({"clock_sure": False}, "Die Uhr dieses Geräts ist unsicher", "Uhr unsicher"),
        ({"offset_ms": -600_000}, "geht 10 Minuten falsch", "Uhr falsch"),
        ({"heard_at": None}, "noch nie erreicht", ""),
        ({"has_house": False, "to_come": 9}, "wartet noch auf die Daten des Hauses", ""),
        ({"to_come": 9}, "9 Einträge der anderen kommen noch", ""),
    ],
)
def test_each_trouble_has_its_sentence_first_and_a_short_form(
    fields: dict[str, Any], says: str, short: str
) -> None:
    one = Together(replace(NODE, **{"only_here": 0, **fields}), connected=True)
    assert says in in_german(one)
    assert together.short(Words("de"), one) == short
    if short:
        assert says in in_german(one).splitlines()[0]


def test_who_can_take_nothing_in_reads_it_first_though_the_line_stands() -> None:
    one = Together(replace(NODE, only_here=0), connected=True, why="cannot_take")
    first, second = in_german(one).splitlines()
    assert first == "Dieses Gerät kann nichts Neues von den anderen aufnehmen. Fragen Sie die Technik."
    assert second.startswith("Zuletzt mit der Zentrale ausgetauscht")
    assert together.short(Words("de"), one) == "nimmt nichts auf"


def test_a_second_disk_that_takes_nothing_is_told_to_staff() -> None:
    one = Together(replace(NODE, only_here=0), connected=True, copied=False)
    assert in_german(one).startswith("Die zweite Festplatte nimmt nichts an")
    assert together.short(Words("de"), one) == "zweite Kopie fehlt"


def test_a_clock_that_is_a_minute_off_is_forgiven() -> None:
    assert not replace(NODE, offset_ms=-120_000).is_clock_off
    assert replace(NODE, offset_ms=120_001).is_clock_off


def test_every_sentence_of_it_is_there_in_both_languages() -> None:
    for language in ("de", "en"):
        texts = catalogues.texts(language)
        assert {f"sync_badge.{key}" for key, _ in together._troubles(Together(NODE))} <= set(texts)
        assert {f"sync_short.{key}" for key, _ in together._troubles(Together(NODE))} <= set(texts)


async def test_a_house_without_a_central_reads_that_it_keeps_everything_itself(town: Town) -> None:
    async with open_counter(town) as counter:
        await counter.sign_in()
        assert "Dieses Gerät bewahrt alles selbst auf." in counter.text
        assert not any(word in counter.text for word in NET_WORDS)
        assert counter.text.splitlines()[0].split("  ")[-1].strip() == "Theke: S. R."
        assert counter.cut == []


async def test_a_lone_house_with_an_unsure_clock_is_not_frightened(town: Town) -> None:
    town.house.store.clock.clock = "untrusted"  # type: ignore[attr-defined] # the fake one
    async with open_counter(town) as counter:
        await counter.sign_in()
        assert "Uhr" not in counter.text


async def test_staff_read_of_the_connection_on_their_screen_and_shortly_on_each_page(town: Town) -> None:
    become(town, role="node", term=7, applied=5, central_gsn=5, heard_at=NOON)
    async with open_counter(town) as counter:
        await counter.sign_in()
        assert "Keine Verbindung seit heute, 12:00." in counter.text
        assert "Einträge gibt es nur auf diesem Gerät." in counter.text
        assert counter.cut == []
        for digit in "12345678":
            await counter.press(digit)
            assert "nur hier · Theke: S. R." in counter.text.splitlines()[0], counter.mode
            await counter.press("9")
        connection.say(town.house.data, connection.Said(state=connection.TOGETHER, at=NOON))
        await counter.press("1", "9")
        assert "Zuletzt mit der Zentrale ausgetauscht: heute, 12:00" in counter.text
        assert "nur hier ·" not in counter.text


async def test_visitors_never_read_of_a_network(town: Town) -> None:
    become(town, role="node", term=7, applied=0, central_gsn=900, revoked=1, offset_ms=900_000)
    async with open_counter(town) as counter:
        await counter.sign_in()
        await counter.press("9", "1")
        assert counter.mode == "home"
        for name in ("", "Jonas Weber", "Beamer 1", "Beamer 1"):
            if name:
                await counter.scan(name)
            assert not any(word in counter.text for word in (*NET_WORDS, "gesperrt", "Uhr "))


@pytest.mark.parametrize("language", ["de", "en"])
async def test_all_troubles_at_once_fit_on_the_staff_screen(town: Town, language: str) -> None:
    become(
        town, role="node", term=7, applied=1, central_gsn=90_000, revoked=1, stopped=4, restoring=1,
        offset_ms=900_000, heard_at=NOON,
    )  # fmt: skip
    async with open_counter(town) as counter:
        await counter.sign_in()
        counter.app.speak(language)
        await counter.settle()
        assert counter.app.words("sync_badge.revoked").split(".")[0] in " ".join(counter.text.split())
        assert counter.cut == []


async def test_waiting_cases_are_one_key_away_from_the_staff_screen(town: Town) -> None:
    from tests.kiosk.test_cases import make_cases

    make_cases(town, ["clock_off", "out_while_out"])
    async with open_counter(town) as counter:
        await counter.sign_in()
        assert "V  Vorgänge (2)" in counter.text
        await counter.press("v")
        assert counter.mode == "cases"
        assert counter.cut == []
        await counter.press("9")
        assert counter.mode == "staff"


def test_that_nobody_answers_is_said_once_so_that_what_only_this_device_has_fits_below() -> None:
    silent = in_german(Together(replace(NODE, only_here=3), why="no_central"))
    assert silent.splitlines()[0] == "Keine Verbindung seit heute, 11:00. Alles hier geht weiter."
    assert "3 Einträge gibt es nur auf diesem Gerät." in silent


def test_why_a_revoked_device_has_no_connection_is_said_once() -> None:
    said = in_german(Together(replace(NODE, revoked=True), why="revoked"))
    assert said.count("gesperrt") == 1
