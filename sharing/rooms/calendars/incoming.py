"""Foreign calendars as blocks of a room: taken in, refreshed without doubles, never where our own are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from sharing.calendar_time import local
from sharing.catalogue.fields import clean_text
from sharing.errors import BadValue, NotHome
from sharing.journal.entry import Draft
from sharing.journal.ids import uuid5
from sharing.journal.store import HOUSE_GROUP, Reader, Store, Work
from sharing.people.persons import actor_id
from sharing.people.rules import Person, Right, check_right
from sharing.rooms.calendars.foreign import Date, Flaw, Parsed, Refused, Window
from sharing.rooms.calendars.sandbox import read_calendar
from sharing.rooms.drafting import Dates, asked, given_away, verdict
from sharing.rooms.entries import BookingPrivate
from sharing.rooms.reading import room_by
from sharing.rooms.rows import text
from sharing.rooms.rules import LIVE, Offered, Room, Span, Use, Why
from sharing.rooms.spans import near
from sharing.rooms.weighing import Asking, Weighed, weigh
from sharing.terms.actions import terms_of

_CALENDARS: Final = bytes.fromhex("8f0f2ac4f3b85b4c9d6c0d1f0b7b1c55")
"""Namespace of the names of foreign events."""
_MOST_SOURCE: Final = 60
_MOST_COMPARED: Final = 200_000
_HERE: Final = (
    "SELECT o.booking, o.begins, o.ends, o.state, b.title FROM booking b JOIN occurrence o"
    " ON o.subject = b.subject WHERE b.source = ? AND b.source <> '' AND b.use = 'external' AND b.rooms = ?"
)


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a file."""

    room: str
    source: str
    imported: bool
    """False: every event of it was refused, and nothing was changed."""
    new: int = 0
    moved: int = 0
    """At another time than before."""
    renamed: int = 0
    same: int = 0
    gone: int = 0
    """No longer in the file, or moved to where the room is taken."""
    over: int = 0
    """Over, called off, or blocking nothing."""
    refused: tuple[Refused, ...] = ()


def import_calendar(
    store: Store, staff: Person | None, room: str, source: str, data: bytes, act: bytes
) -> Report:
    """Block a room where somebody else's calendar says so; the same file again changes nothing.

    What moved in the file is moved, what vanished is cancelled, what can no longer be read stays as it was.

    Args:
        store: the house; only the machine that decides about rooms takes calendars in.
        staff: who does it; None is the operator of the command line.
        room: which room it is about: id, key or label.
        source: what the calendar is called here; with the room it says what is refreshed. No person's name.
        data: the file (`calendar_at` reads one, or a vdir folder).
        act: id of this command.

    Raises:
        CalendarRefused: it is no calendar, or too much of one; `reason`.
        DoesNotExist, BadInput, NotAllowed, NotHome: no such room, no such name, not this person, not here.
    """
    check_right(staff, Right.MANAGE_ROOMS)
    source = clean_text("source", source, limit=_MOST_SOURCE)
    if not source:
        raise BadValue(field="source", value="", expected=f"text, 1–{_MOST_SOURCE}")
    with store.reader() as read:
        room_id, window = room_by(read, room).id, Window(read.now, terms_of(read).zone)
    parsed = read_calendar(data, window)
    with store.begin() as work:
        if not work.is_home():
            raise NotHome(group=HOUSE_GROUP)
        plan = _Plan(work, room_by(work, room_id), source, window.zone, parsed)
        if not work.applied(act):
            drafts = plan.drafts(actor_id(staff))
            if drafts:
                work.append_many(act, drafts)
        return plan.report()


class _Here(msgspec.Struct, frozen=True):
    """A date that was taken in before."""

    span: Span
    title: str
    live: bool


class _Plan:
    """What a file changes, worked out before anything is written."""

    def __init__(self, work: Work, room: Room, source: str, zone: str, parsed: Parsed) -> None:
        self.work, self.room, self.source, self.zone, self.parsed = work, room, source, zone, parsed
        self.calendar = uuid5(f"{room.id}\n{source}", _CALENDARS)
        self.here = _here(work, room.id, source)
        self.wanted = {self._id(one.uid, one.at): one for one in parsed.dates}
        self.imported = bool(parsed.dates or parsed.over or not parsed.refused)
        self.same = {key for key, one in self.wanted.items() if self._is_same(key, one)}
        self.renamed = {key for key in self.same if self.here[key].title != self.wanted[key].title}
        self.gone = self._gone() if self.imported else set()
        self.weighed = self._weighed([key for key in self.wanted if key not in self.same])
        self.taken = {key for key, why in self.weighed[1].items() if why is not None}
        self.moving = {key for key in self.weighed[1] if key in self.here and self.here[key].live}

    def _id(self, uid: str, at: int) -> str:
        return uuid5(f"{uid}\n{at}", self.calendar).hex()

    def _is_same(self, key: str, one: Date) -> bool:
        known = self.here.get(key)
        return known is not None and known.live and known.span == Span(one.begins, one.ends)

    def _gone(self) -> set[str]:
        """Say what is in the file no longer; what is there and cannot be read any more is not gone."""
        if any(one.flaw is Flaw.CUT_OFF for one in self.parsed.refused):
            return set()
        found = {
            key for key, one in self.here.items()
            if one.live and one.span.ends > self.work.now and key not in self.wanted
        }  # fmt: skip
        unread = [one for one in self.parsed.refused if one.uid]
        if len(found) * len(unread) > _MOST_COMPARED:
            return set()
        for one in unread:
            found -= {self._id(one.uid, one.at or 0)}
            if one.at is None:
                found -= {key for key in found if self._id(one.uid, self.here[key].span.begins) == key}
        return found

    def _weighed(self, keys: Sequence[str]) -> tuple[Weighed | None, dict[str, Why | None]]:
        """Ask whether the room is free for what is new or moved; what it leaves by that is free to it."""
        if not keys:
            return None, {}
        offered = [
            Offered(
                n=n, rooms=(self.room.id,), span=Span(self.wanted[key].begins, self.wanted[key].ends),
                local=local(self.wanted[key].begins, self.zone).replace(tzinfo=None),
            )
            for n, key in enumerate(keys)
        ]  # fmt: skip
        own = frozenset((key, 0) for key in (*keys, *self.gone))
        asking = Asking(use=Use.EXTERNAL, own=own, free_of_rules=True)
        weighed = weigh(self.work, asking, offered, home=True, instead=False)
        return weighed, {keys[one.n]: one.why for one in weighed.offered}

    def drafts(self, actor: str) -> list[Draft]:
        """Give the entries: first what makes room, then what takes it."""
        weighed, whys = self.weighed
        leaving = sorted(self.gone | (self.moving & self.taken) | self._in_the_way())
        drafts = [verdict(self.work, key, off=[(0, Why.BY_ASKER.value)]) for key in leaving]
        drafts += given_away(self.work, weighed.given) if weighed else []
        for key in sorted(self.renamed):
            drafts.append(self._asked(key, actor))
        for key, why in sorted(whys.items()):
            if why is None:
                if key not in self.here or self.here[key].title != self.wanted[key].title:
                    drafts.append(self._asked(key, actor))
                drafts.append(verdict(self.work, key, dates=self._dates(key)))
        return drafts

    def _in_the_way(self) -> set[str]:
        """Say which of what moves stands, until then, where something else moves to."""
        stands = {self.here[key].span: key for key in self.moving}
        spans = sorted(stands)
        found = set()
        for key in self.weighed[1]:
            one = self.wanted[key]
            found |= {stands[span] for span in near(spans, Span(one.begins, one.ends))} - {key}
        return found

    def _asked(self, key: str, actor: str) -> Draft:
        private = BookingPrivate(title=self.wanted[key].title, actor=actor)
        return asked(key, Use.EXTERNAL, (self.room.id,), self._dates(key), private, source=self.source)

    def _dates(self, key: str) -> Dates:
        one = self.wanted[key]
        dates = Dates({self.room.id: self.room}, Use.EXTERNAL, self.zone)
        dates.add(0, (self.room.id,), Span(one.begins, one.ends))
        return dates

    def report(self) -> Report:
        """Say what the file changes."""
        taken = [self.wanted[key] for key in self.wanted if key in self.taken]
        return Report(
            room=self.room.id, source=self.source, imported=self.imported,
            new=len(self.weighed[1].keys() - self.moving - self.taken),
            moved=len(self.moving - self.taken),
            renamed=len(self.renamed), same=len(self.same - self.renamed),
            gone=len(self.gone | (self.moving & self.taken)), over=self.parsed.over,
            refused=(*self.parsed.refused, *_refused(taken)),
        )  # fmt: skip


def _here(read: Reader, room: str, source: str) -> Mapping[str, _Here]:
    live = {state.value for state in LIVE}
    rows = read.rows(_HERE, (source, text((room,))))
    return {row[0]: _Here(Span(row[1], row[2]), row[4] or "", row[3] in live) for row in rows}


def _refused(taken: Iterable[Date]) -> Iterable[Refused]:
    return (Refused(Flaw.TAKEN, one.uid, one.title, one.begins) for one in taken)
