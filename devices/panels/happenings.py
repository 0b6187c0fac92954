"""What happens in rooms, said once and kept nowhere: for lights, doors and gongs, never with a name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from devices.panels.gathering import Change
from sharing.journal.entry import Instant
from sharing.rooms.rules import MINUTE, Occurrence, State, Use
from sharing.rooms.seen import Seen

EVENT_TYPES: Final = ("arrived", "no_show", "ended_early", "walk_up")


class Happening(msgspec.Struct, frozen=True, kw_only=True):
    """One of `EVENT_TYPES`, in one room."""

    v: int = 1
    event_type: str
    at: Instant
    begins: Instant
    ends: Instant
    """Of the booking, as it was before."""


def happened(
    changes: Iterable[Change], since: Instant, now: Instant
) -> Iterator[tuple[Occurrence, Happening]]:
    """Say what came about with changes of dates, since the moment that was looked at before."""
    gone = [one.before for one in changes if one.before is not None and one.after is None]
    yield from lapsed(gone, since, now)
    for change in changes:
        what = _what(change, now)
        one = change.before or change.after
        if what and one is not None:
            yield one.date, _told(what, one, now)


def lapsed(dates: Iterable[Seen], since: Instant, now: Instant) -> Iterator[tuple[Occurrence, Happening]]:
    """Give those nobody came for, whose time to come has run out after `since`."""
    for one in dates:
        gone = one.date.gone_at
        if gone is not None and since < gone <= now and one.use is Use.BOOKING:
            yield one.date, _told("no_show", one, now)


def _told(what: str, one: Seen, now: Instant) -> Happening:
    return Happening(event_type=what, at=now, begins=one.span.begins, ends=one.span.ends)


def _what(change: Change, now: Instant) -> str:
    before, after = change.before, change.after
    if after is None or after.use is not Use.BOOKING or after.span.ends + MINUTE < now:
        return ""
    if before is None:
        begun = now - 2 * MINUTE <= after.span.begins <= now
        return "walk_up" if begun and after.date.state in {State.CONFIRMED, State.ARRIVED} else ""
    if before.date.state is not State.ARRIVED and after.date.state is State.ARRIVED:
        return "arrived"
    if before.date.state is not State.ENDED and after.date.state is State.ENDED and now < before.span.ends:
        return "ended_early"
    return ""
