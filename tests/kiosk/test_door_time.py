"""A door whose own clock is wrong shows the house's time, as soon as the publisher has spoken."""

from __future__ import annotations

import pytest

from devices.panels.state import HEARTBEAT_MS, encoded, room_state
from kiosk.door.time import FAR_OFF_MS, SLACK_MS, MeasuredTime
from kiosk.door.watch import View, Watch
from tests.devices.panels.known import HALL, date, known
from tests.kiosk.doors import Door
from tests.sharing.rooms.values import HOUSE, at

HOUR = 3_600_000
NOON = at("2026-06-02 12:00")
CHOIR = date("11:00", "12:30")


class Machine:
    """A computer at a door: its clock goes wrong by so much; the house's time passes for both."""

    def __init__(self, off: int) -> None:
        self.house, self.off, self.up, self.seq = NOON, off, 1_000, 0
        self.watch = Watch(HALL.id, lambda: self.house + self.off, lambda: self.up)

    def passes(self, ms: int) -> None:
        self.house += ms
        self.up += ms

    def hears(self, *, late: int = 0, is_kept: bool = False, certain: bool = True) -> None:
        """Hear what the publisher said `late` milliseconds ago."""
        self.seq += 1
        state = room_state(known(CHOIR), HOUSE, self.house - late, seq=self.seq, certain=certain)
        self.watch.heard("state", encoded(state), is_kept=is_kept)

    @property
    def view(self) -> View:
        return self.watch.view()

    @property
    def word(self) -> str:
        assert self.view.state is not None
        return str(self.view.state.status)


WRONG = pytest.mark.parametrize("off", [-20_000 * HOUR, -2 * HOUR, -3 * 60_000, 0, 5 * 60_000, 30 * HOUR])


@WRONG
def test_a_wrong_clock_changes_nothing_once_the_publisher_has_spoken(off: int) -> None:
    door = Machine(off)
    door.hears()

    assert (door.view.now, door.word, door.view.is_stale) == (NOON, "busy", False)
    assert door.view.clock_off == off
    door.passes(31 * 60_000)
    assert (door.view.now, door.word, door.view.is_stale) == (NOON + 31 * 60_000, "free", True)


def test_a_clock_that_is_set_meanwhile_moves_nothing() -> None:
    door = Machine(-2 * HOUR)
    door.hears()
    door.off = 0

    assert (door.view.now, door.view.clock_off) == (NOON, 0)


def test_what_the_broker_kept_tells_no_time_but_that_it_is_not_earlier() -> None:
    behind, right = Machine(-HOUR), Machine(0)
    for door in (behind, right):
        door.hears(late=10 * 60_000, is_kept=True)

    assert behind.view.now == NOON - 10 * 60_000
    assert not behind.view.is_stale
    assert (right.view.now, right.view.clock_off) == (NOON, 0)
    right.passes(6 * 60_000)
    assert right.view.is_stale


def test_a_clock_that_is_ahead_marks_what_was_kept_until_the_publisher_speaks() -> None:
    door = Machine(2 * HOUR)
    door.hears(late=60_000, is_kept=True)
    assert door.view.is_stale

    door.passes(HEARTBEAT_MS)
    door.hears()
    assert not door.view.is_stale
    assert door.view.clock_off == 2 * HOUR


def test_a_publisher_that_does_not_know_the_time_is_not_believed() -> None:
    door = Machine(0)
    door.hears(late=30_000 * HOUR, certain=False)

    assert door.view.now == NOON


def test_of_messages_that_come_late_the_quickest_counts_and_time_never_goes_back_for_one() -> None:
    door = Machine(0)
    door.hears(late=4_000)
    door.passes(1_000)
    door.hears(late=200)
    assert door.view.now == door.house - 200
    door.passes(1_000)
    door.hears(late=SLACK_MS - 1_000)
    assert door.view.now == door.house - 200


def test_a_house_whose_clock_was_set_back_is_followed() -> None:
    door = Machine(0)
    door.hears()
    door.hears(late=HOUR)
    assert door.view.now == NOON - HOUR


def test_after_some_time_the_last_counts_however_quick_another_was() -> None:
    machine = {"up": 0}
    time = MeasuredTime(lambda: 0, lambda: machine["up"])
    time.said(10_000)
    machine["up"] = 4 * HEARTBEAT_MS
    time.said(4 * HEARTBEAT_MS + 5_000)
    assert time.now() == 4 * HEARTBEAT_MS + 5_000


@pytest.mark.parametrize(
    ("off", "said"),
    [
        (FAR_OFF_MS - 1, ""),
        (FAR_OFF_MS, "Uhr dieses Geräts geht 2 min vor"),
        (-90 * 60_000, "Uhr dieses Geräts geht 90 min nach"),
        (-50 * HOUR, "Uhr dieses Geräts geht 50 h nach"),
    ],
)
async def test_people_are_told_when_the_clock_is_far_off(off: int, said: str) -> None:
    machine, door = Machine(off), Door("12:00")
    machine.hears()
    door.watch = machine.watch
    door.watch.connected(is_linked=True)
    async with door.shown() as screen:
        foot = (await screen.text()).split("\n")[-1]
        assert "Stand 12:00" in foot
        assert (said or "Uhr dieses") in foot or not said
        assert ("Uhr" in foot) == bool(said)
