"""What stands at a door, in words: the same on e-paper and in a terminal."""

from __future__ import annotations

from typing import Final

from devices.panels.state import RoomState, Slot, Status
from devices.words import Words
from sharing.calendar_time import local
from sharing.journal.entry import Instant

HOUR: Final = 3_600_000
MORNING, EVENING = 8 * HOUR, 20 * HOUR
"""After midnight: what the bar of a day shows at least."""
ASKED: Final = "?"
"""The mark of what is only asked for, as on the screens of the desk."""
_PLAIN: Final = {"maintenance": "door.blocked", "hold": "door.held"}


def word(state: RoomState, words: Words) -> str:
    """Say in one word how the room stands."""
    return words(f"door.{state.status}")


def moment(at: Instant, near: Instant, zone: str, words: Words) -> str:
    """Write the hour and minute; the day too if it is another day than that of `near`."""
    same = local(at, zone).date() == local(near, zone).date()
    return words.time(at) if same else f"{words.short_day(local(at, zone).date())} {words.time(at)}"


def until(state: RoomState, words: Words) -> str:
    """Say until when it stays as it is; empty if nobody knows."""
    is_free, end = state.status is Status.FREE, state.today[1]
    if is_free and (state.until is None or state.until >= end):
        return words("door.today")
    if state.until is None:
        return ""
    return words("door.until", time=moment(state.until, state.today[0], state.zone, words))


def what(slot: Slot, words: Words) -> str:
    """Say what a slot is: only asked for, its title, else whose it is, else only that it is taken."""
    if slot.asked:
        return f"{ASKED} {words('door.asked')}"
    said = " · ".join(one for one in (slot.title, slot.org) if one)
    return said or words(_PLAIN.get(slot.use, "door.taken"))


def on(state: RoomState, words: Words) -> str:
    """Say what is on, or until when somebody asked for it; empty if nothing is, or only that it is taken.

    The word above says that already: "BELEGT bis 12:30, Belegt" made people look twice.
    """
    if state.now is None:
        return ""
    if not state.now.asked:
        said = what(state.now, words)
        return "" if said == words("door.taken") else said
    ends = moment(state.now.ends, state.today[0], state.zone, words)
    return f"{ASKED} {words('door.asked_until', time=ends)}"


def span(slot: Slot, near: Instant, zone: str, words: Words) -> str:
    """Write from when until when; `near` is any instant of the day that needs no name."""
    return f"{moment(slot.begins, near, zone, words)}–{moment(slot.ends, slot.begins, zone, words)}"


def book(state: RoomState) -> str:
    """Give the key of what the code is for: a page for phones, or digits that only the kiosk knows."""
    return "door.book_now" if "://" in state.book else "door.book_kiosk"


def soon(state: RoomState, words: Words) -> str:
    """Say that it ends or closes soon; empty if it does not."""
    if not state.closing_soon:
        return ""
    is_on = state.now is not None and not state.now.asked
    return words("door.soon" if is_on else "door.closes_soon")


def shown_hours(state: RoomState) -> tuple[Instant, Instant]:
    """Give the whole hours that the bar of a day shows: open or taken ones, and at least the usual."""
    first, last = state.today
    edges = [edge for pair in state.opens if pair[0] < last and pair[1] > first for edge in pair]
    edges += [edge for one in state.day for edge in (one.begins, one.ends)]
    begins = max(first, min([first + MORNING, *edges]))
    ends = min(last, max([first + EVENING, *edges]))
    return first + (begins - first) // HOUR * HOUR, min(last, first - (first - ends) // HOUR * HOUR)
