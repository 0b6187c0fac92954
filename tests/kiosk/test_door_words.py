"""Which words doors ask for, and that what counts as theirs has all of them."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from itertools import product

import pytest

from devices.panels.picture.picture import picture
from devices.panels.picture.profiles import PROFILES
from devices.panels.state import RoomState, room_state
from devices.web import app, pages
from devices.web.pages import Look
from kiosk.door.app import _why
from kiosk.door.telling import plain, told
from kiosk.door.watch import View
from kiosk.i18n import Words, keys_of_doors
from sharing.errors import PagesFull, TooManyPages
from sharing.rooms.rules import MINUTE, State, Use
from tests.devices.panels.known import date, known
from tests.sharing.rooms.values import HOUSE, at

DATES = (
    date("09:00", "10:00", n=1, who="Chor"),
    date("10:00", "11:00", n=2, use=Use.MAINTENANCE),
    date("11:00", "12:00", n=3, use=Use.HOLD),
    date("12:00", "13:00", n=4),
    date("14:00", "15:00", n=5, state=State.PROVISIONAL),
    date("2026-06-03 10:00", "2026-06-03 12:00", n=6, who="Chor"),
)
MOMENTS = ("09:55", "10:30", "11:30", "12:50", "14:05", "14:30", "19:50", "23:30")


class Asked(Words):
    """Words that remember which keys were asked for."""

    def __init__(self, language: str, keys: set[str]) -> None:
        super().__init__(language)
        self.keys = keys

    def __call__(self, key: str, /, **fields: object) -> str:
        self.keys.add(key)
        return super().__call__(key, **fields)

    def count(self, key: str, n: int, /, **fields: object) -> str:
        self.keys.add(key)
        return super().count(key, n, **fields)


def states() -> Iterator[RoomState]:
    for moment, book in product(MOMENTS, ("1234", "https://haus.example/i/1")):
        now = at(f"2026-06-02 {moment}")
        yield room_state(known(*DATES, book=book), HOUSE, now)
        yield room_state(known(book=book), HOUSE, now, certain=False)


def on_paper(first: Words, second: Words) -> None:
    for state, profile in product(states(), ("800x480-bw", "296x128-bw")):
        for stale in (False, True):
            picture(state, PROFILES[profile], (first, second), stale=stale, battery=1)


def on_pages(first: Words, second: Words) -> None:
    look = Look((first.language, second.language), {"de": first, "en": second}.__getitem__, "1")
    pages.door(look, "ab01", "Saal", takes_cards=True)
    pages.hall(look)
    for key in re.findall(r'"(web\.lost_\w+|web\.trouble)"', inspect.getsource(app)):
        for title in ("web.lost_title", "web.trouble_title"):
            pages.lost(look, title, key)
    for why in (TooManyPages(limit=100), PagesFull()):
        pages.refused(look, why)


def in_a_terminal(first: Words, second: Words) -> None:
    for state in states():
        late = state.valid_until + 1
        for view in (
            View(now=state.generated_at, state=state, is_linked=True, clock_off=5 * MINUTE),
            View(now=late, state=state, clock_off=-5 * MINUTE),
            View(now=late, state=state, is_gone=True),
        ):
            plain(told(view, state, (first, second)), now_word=first("door.now"))
            assert _why(first, view)


@pytest.mark.parametrize("door", [on_paper, on_pages, in_a_terminal])
def test_whatever_a_door_says_in_either_language_counts_as_of_doors(
    door: Callable[[Words, Words], None],
) -> None:
    """So a language that has these is never filled up with English at a door."""
    asked = Asked("de", set()), Asked("en", set())
    door(*asked)

    for words in asked:
        assert len(words.keys) >= 4
        assert sorted(words.keys - keys_of_doors()) == []


def test_most_of_what_counts_as_of_doors_is_said_by_one() -> None:
    """What doors stopped saying nobody need translate."""
    asked: set[str] = set()
    for door in (on_paper, on_pages, in_a_terminal):
        door(Asked("de", asked), Asked("en", asked))
    assert asked >= set(pages.DOOR_WORDS)
    rest = keys_of_doors() - asked
    assert sorted(key for key in rest if key.startswith(("door.", "web."))) == ["door.asked_answer"]
