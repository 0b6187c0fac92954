"""What is known of all rooms, kept beside the tables: only what was written about is read again.

A house with 500 rooms has tens of thousands of dates in a week, and a booking changes one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from devices.panels.state import Known, looked_at
from sharing.journal.entry import Instant
from sharing.journal.news import Place, news
from sharing.journal.store import Reader
from sharing.rooms.looking import as_seen
from sharing.rooms.places import together
from sharing.rooms.reading import all_rooms, occurrences, shown_between
from sharing.rooms.rules import Occurrence, Room, Span, State
from sharing.rooms.seen import Seen
from sharing.terms.actions import terms_of
from sharing.terms.rules import Terms

_BOOKING: Final = "booking:"
_FOR_ALL: Final = ("house:", "organisation:")
"""Subjects whose entries may change what every door says."""
_ROOMS: Final = ("room:", "location:", "code:")
"""Subjects whose entries may change what a room is."""
_KEYS: Final = "SELECT l.id, l.key FROM location l JOIN room r ON r.id = l.id"
_SHOWN: Final = frozenset({State.PROVISIONAL, State.CONFIRMED, State.ARRIVED, State.ENDED})


class Change(msgspec.Struct, frozen=True):
    """A date that is there no more as it was, or that is new: before and after."""

    before: Seen | None
    after: Seen | None


class Looked(msgspec.Struct, frozen=True):
    """What was found out."""

    rooms: frozenset[str]
    """Ids of the rooms about which something may be new."""
    changes: tuple[Change, ...] = ()
    """Of dates, unless all was read for the first time or for another day."""


class Gathering:
    """Keeps what is known of each room; used by one thread."""

    def __init__(self, web: str = "") -> None:
        """Know nothing yet.

        Args:
            web: how phones reach our pages; empty: not at all.
        """
        self._web = web.rstrip("/")
        self.terms = Terms()
        self.rooms: dict[str, Room] = {}
        self.decides = False
        """Whether this machine says yes or no to bookings."""
        self._keys: dict[str, str] = {}
        self._place: Place | None = None
        self._within = Span(0, 0)
        self._bookings: dict[str, dict[str, Seen]] = {}
        """Dates by their id, by booking."""
        self._having: dict[str, list[str]] = {}
        """Rooms by part: a booked hall is half of a pair as well."""
        self._of_room: dict[str, set[str]] = {}
        """Bookings by room."""

    def look(self, read: Reader) -> Looked:
        """Read what was written since the last look; all of it the first time, and on each new day."""
        found = news(read, self._place)
        if found.subjects is None or self._is_about_all(read, found.subjects):
            looked = self._everything(read)
        else:
            looked = self._some(read, sorted(one for one in found.subjects if one.startswith(_BOOKING)))
        self._place = found.place
        return looked

    def forget(self) -> None:
        """Read everything again at the next look: tables can be folded again without an entry."""
        self._place = None

    def known(self, room: str) -> Known:
        """Give what is known of a room that is there."""
        own = self.rooms[room]
        dates = [one for key in self._of_room.get(room, ()) for one in self._bookings[key].values()]
        mine = [one for one in dates if not set(one.date.parts).isdisjoint(own.parts)]
        return Known(
            room=own, key=self._keys.get(room, ""), dates=tuple(mine),
            consists_of=together((own,), self.rooms).consists_of, book=door_code(own, self.terms, self._web),
        )  # fmt: skip

    def rooms_of(self, date: Occurrence) -> tuple[str, ...]:
        """Give the rooms at whose doors a date shows."""
        return tuple(dict.fromkeys(room for part in date.parts for room in self._having.get(part, ())))

    def _is_about_all(self, read: Reader, subjects: frozenset[str]) -> bool:
        if looked_at(read.now, self.terms.zone) != self._within:
            return True
        if any(one.startswith(_FOR_ALL) for one in subjects):
            return True
        return any(one.startswith(_ROOMS) for one in subjects) and self._read_rooms(read)

    def _read_rooms(self, read: Reader) -> bool:
        """Read what the rooms are; gives whether anything of them changed."""
        before = (self.rooms, self._keys)
        self.rooms = {one.id: one for one in all_rooms(read)}
        self._keys = dict(read.rows(_KEYS))
        self._having = {}
        for room in self.rooms.values():
            for part in room.parts:
                self._having.setdefault(part, []).append(room.id)
        return before != (self.rooms, self._keys)

    def _everything(self, read: Reader) -> Looked:
        before, day = self._bookings, self._within
        self.terms, self.decides = terms_of(read), read.is_home()
        self._read_rooms(read)
        self._within = looked_at(read.now, self.terms.zone)
        self._bookings, self._of_room = {}, {}
        for one in as_seen(read, shown_between(read, self._within)).values():
            self._bookings.setdefault(one.date.booking, {})[one.date.id] = one
        for key in self._bookings:
            self._place_booking(key)
        changes = _changes(before, self._bookings) if day == self._within else ()
        return Looked(frozenset(self.rooms), changes)

    def _some(self, read: Reader, subjects: Iterable[str]) -> Looked:
        rooms: set[str] = set()
        changes: list[Change] = []
        for subject in subjects:
            key = subject.removeprefix(_BOOKING)
            before = self._bookings.pop(key, {})
            for one in before.values():
                for room in self.rooms_of(one.date):
                    rooms.add(room)
                    self._of_room[room].discard(key)
            after = self._dates_of(read, subject)
            if after:
                self._bookings[key] = after
                rooms |= self._place_booking(key)
            changes += _changes({key: before}, {key: after})
        return Looked(frozenset(rooms), tuple(changes))

    def _dates_of(self, read: Reader, subject: str) -> dict[str, Seen]:
        params = (subject, self._within.ends, self._within.begins)
        dates = occurrences(read, "subject = ? AND begins < ? AND ends > ?", params)
        return as_seen(read, (one for one in dates if one.state in _SHOWN))

    def _place_booking(self, key: str) -> set[str]:
        rooms = {room for one in self._bookings[key].values() for room in self.rooms_of(one.date)}
        for room in rooms:
            self._of_room.setdefault(room, set()).add(key)
        return rooms


def door_code(room: Room, terms: Terms, web: str) -> str:
    """Give what a phone or a scanner reads at the door: our page, or what stands on the room's label."""
    if web:
        return f"{web}/book/{room.id}"
    return f"{terms.label_link or ''}{room.code}" if room.code else ""


def known_at(read: Reader, room: Room, terms: Terms, at: Instant, *, web: str = "") -> Known:
    """Give what is known of one room around any moment, past or to come; `web` as for `Gathering`."""
    rooms, within = {one.id: one for one in all_rooms(read)}, looked_at(at, terms.zone)
    dates = [one for one in shown_between(read, within) if not set(one.parts).isdisjoint(room.parts)]
    keys = dict(read.rows(_KEYS))
    return Known(
        room=room, key=keys.get(room.id, ""), dates=tuple(as_seen(read, dates).values()),
        consists_of=together((room,), rooms).consists_of, book=door_code(room, terms, web.rstrip("/")),
    )  # fmt: skip


def _changes(
    before: Mapping[str, Mapping[str, Seen]], after: Mapping[str, Mapping[str, Seen]]
) -> tuple[Change, ...]:
    """Give the dates that differ."""
    found: list[Change] = []
    for key in before.keys() | after.keys():
        old, new = before.get(key, {}), after.get(key, {})
        ids = sorted(old.keys() | new.keys())
        found += [Change(old.get(one), new.get(one)) for one in ids if old.get(one) != new.get(one)]
    return tuple(found)
