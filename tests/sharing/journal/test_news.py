"""Whoever keeps values beside the tables hears of every subject that changed, or that all may have."""

from __future__ import annotations

import msgspec
import pytest

from sharing.house import House
from sharing.journal import news as module
from sharing.journal.entry import Draft
from sharing.journal.news import Place, news
from sharing.journal.shapes import HomeReleaseAsked
from sharing.rooms.actions import cancel
from tests.fakes import FakeClock
from tests.sharing.rooms.lodge import Lodge, make_lodge, this


@pytest.fixture
def any_lodge(any_house: House, clock: FakeClock) -> Lodge:
    return make_lodge(any_house, clock)


def place(lodge: Lodge) -> Place:
    with lodge.house.store.reader() as read:
        return news(read, None).place


def subjects(lodge: Lodge, since: Place) -> frozenset[str] | None:
    with lodge.house.store.reader() as read:
        return news(read, since).subjects


def test_the_first_look_is_at_everything_and_the_next_at_nothing(any_lodge: Lodge) -> None:
    with any_lodge.house.store.reader() as read:
        first = news(read, None)
        assert first.subjects is None
        assert news(read, first.place).subjects == frozenset()


def test_each_subject_that_was_written_about_is_named_once(any_lodge: Lodge) -> None:
    since = place(any_lodge)
    one = any_lodge.book("a", "06-01 12:00")
    other = any_lodge.book("b", "06-01 12:00")
    cancel(any_lodge.house.store, any_lodge.desk.ann, this(one), any_lodge.act())

    assert subjects(any_lodge, since) == frozenset({f"booking:{one.id}", f"booking:{other.id}"})


def test_what_got_a_number_is_news_too(any_lodge: Lodge) -> None:
    store = any_lodge.house.store
    with store.begin() as work:
        work.set_sync(role="central")
        work.new_term()
        work.hand_on()
    since = place(any_lodge)
    booked = any_lodge.book("a", "06-01 12:00")
    own = place(any_lodge)
    assert subjects(any_lodge, own) == frozenset()
    with store.begin() as work:
        work.hand_on()

    assert place(any_lodge).gsn > since.gsn
    assert subjects(any_lodge, own) == frozenset({f"booking:{booked.id}"})


def test_whoever_missed_much_or_another_stream_looks_at_everything(
    any_lodge: Lodge, monkeypatch: pytest.MonkeyPatch
) -> None:
    since = place(any_lodge)
    any_lodge.book("a", "06-01 12:00")
    assert subjects(any_lodge, msgspec.structs.replace(since, epoch=since.epoch + 1)) is None
    monkeypatch.setattr(module, "MOST", 1)
    assert subjects(any_lodge, since) is None


def test_who_decides_and_which_verdicts_count_concerns_all(any_lodge: Lodge) -> None:
    since = place(any_lodge)
    assert subjects(any_lodge, msgspec.structs.replace(since, odd=(1, 0))) is None
    asked = HomeReleaseAsked(group="house", to="elsewhere")
    with any_lodge.house.store.begin() as work:
        work.append(work.new_id(), [Draft("group:house", asked)])
    assert subjects(any_lodge, since) is None
