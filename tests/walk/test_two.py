"""The walk that docs/walk-two-kiosks.md shows, walked again, and what it left on the three machines."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest

from sharing.house import open_house
from sharing.journal.rebuild import differences
from sharing.journal.verify import table_hash, verify
from tests.cli.machines import processes_of
from tests.integration.mosquitto import until
from tests.walk import two
from tests.walk.record import TWO_PAGE
from tests.walk.terminal import COLUMNS, ROWS
from tests.walk.test_walk import KEY, WORDS


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[two.Pair]:
    folder = tmp_path_factory.mktemp("two")
    with two.pair(folder) as pair:
        two.walk_through(pair)
        until(lambda: len({hash_of(one) for one in machines(pair)}) == 1, two.PATIENCE_S)
        yield pair
    until(lambda: processes_of(folder) == [], two.PATIENCE_S)


def machines(walked: two.Pair) -> tuple[two.Kiosk, ...]:
    return walked.central, *walked.kiosks


def hash_of(machine: two.Kiosk) -> str:
    house = open_house(machine.data)
    try:
        return table_hash(house.store)
    finally:
        house.close()


def rows(machine: two.Kiosk, sql: str) -> list[Any]:
    database = sqlite3.connect(f"file:{machine.data / 'teilhaus.db'}?mode=ro", uri=True)
    try:
        return database.execute(sql).fetchall()
    finally:
        database.close()


def test_every_screen_fits_and_shows_words(walked: two.Pair) -> None:
    assert len(walked.shots) >= 12
    for shot in walked.shots:
        lines = shot.screen.splitlines()
        assert len(lines) <= ROWS, shot.screen
        assert all(len(line) < COLUMNS for line in lines), shot.screen
        assert KEY.findall(shot.screen) == [], shot.screen
        assert "{" not in shot.screen, shot.screen


def test_nobodys_name_stands_where_anybody_may_look_and_no_visitor_reads_of_networks(
    walked: two.Pair,
) -> None:
    network = re.compile(r"Verbindung|Zentrale|Netz|nur hier|anderes Gerät|Vorgänge")
    public = [shot.screen for shot in walked.shots if shot.public]
    for screen in public:
        assert not (walked.here.names - WORDS) & set(re.findall(r"\w+", screen)), screen
        assert not network.search(screen), screen


def test_the_thing_has_one_holder_and_there_was_one_case_about_it_on_every_machine(walked: two.Pair) -> None:
    thing = walked.here.thing(two.THING)
    for one in machines(walked):
        (line,) = [loan for loan in one.teilhaus("loans", "--json")["loans"] if loan["item"]["code"] == thing]
        assert line["person"]["name"] == "David Vorlage"
        assert rows(one, "SELECT count(*) FROM entry WHERE kind = 'item.out'") == [(2,)]
        assert one.teilhaus("cases", "list", "--json")["cases"] == []
        handled = rows(one, "SELECT count(*) FROM entry WHERE kind = 'case.handled'")
        assert handled == [(2,)], "one about the thing, one about the room"


def test_the_evening_is_booked_once_and_the_other_was_told_why_not(walked: two.Pair) -> None:
    asked = (
        "SELECT o.state, o.why FROM occurrence o JOIN entry e ON e.subject = 'booking:' || o.booking"
        " WHERE e.kind = 'booking.told' GROUP BY o.booking ORDER BY 1"
    )
    for one in machines(walked):
        assert rows(one, asked) == [("confirmed", ""), ("declined", "taken")]


def test_all_three_hold_the_same_and_it_is_whole(walked: two.Pair) -> None:
    for one in machines(walked):
        house = open_house(one.data)
        try:
            assert verify(house.store).faults == ()
            assert differences(house.store) == []
        finally:
            house.close()
    assert len({hash_of(one) for one in machines(walked)}) == 1


def test_the_line_was_cut_and_came_back(walked: two.Pair) -> None:
    assert walked.line.connections >= 2
    assert walked.cut_off.state == "together"


def test_the_page_has_the_parts_of_the_walk_in_their_order() -> None:
    headings = re.findall(r"^## (.+)$", TWO_PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert headings == [(part.__doc__ or "").strip() for part, _ in two.PARTS]
