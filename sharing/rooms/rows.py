"""How what was said about rooms and bookings folds into their tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from sharing.journal.entry import Entry, Shape
from sharing.journal.folding import Fold, RowDict, Rows
from sharing.rooms.answering import asked_before, keep_answers, staff_answered, staff_asked
from sharing.rooms.describing import NEW_ROOM, column, feed_opened, feed_revoked, room_changed, text
from sharing.rooms.entries import (
    BookingAnswerAsked,
    BookingArrived,
    BookingAsked,
    BookingChangeAsked,
    BookingDecided,
    BookingLeft,
    BookingPrivate,
    BookingTold,
    ChangedBy,
    FeedOpened,
    FeedRevoked,
    Place,
    RoomChanged,
)
from sharing.rooms.rules import LIVE, MINUTE, State, Use, Why
from sharing.rooms.tables import (
    TABLES,
    BookingAnswerRow,
    BookingRow,
    OccurrenceRow,
    SlotRow,
    WishRow,
)

__all__ = ["FOLDS", "NEW_ROOM", "NO_SHOW", "TABLES", "column", "text"]

NO_SHOW: Final = "no_show"
"""What a verdict says where nobody came."""
_OVER: Final = frozenset({State.DECLINED, State.CANCELLED, State.NO_SHOW})
_TAKEN_AWAY: Final = frozenset({Why.BY_ASKER, Why.DISPLACED, Why.CLOSED})
"""Why a date that nobody has answered yet is cancelled, not declined."""
_KEPT: Final = frozenset({State.ARRIVED, State.ENDED})
"""States that a verdict about time and place does not change."""


def _booking(rows: Rows) -> str:
    return rows.subject.removeprefix("booking:")


def _key(rows: Rows, n: int) -> str:
    return f"{_booking(rows)}/{n}"


def booking_asked(rows: Rows, entry: Entry, data: BookingAsked) -> None:
    """Keep what was asked, and wish for each of its dates."""
    key = _booking(rows)
    secret = entry.secret(BookingPrivate) or BookingPrivate()
    known = rows.get(BookingRow, key)
    if known is not None:
        if data.use != Use.EXTERNAL:
            rows.case("booking_asked_twice", entry)
        else:
            _rename(rows, entry, secret.title or None)
        return
    rows.put(
        BookingRow, key, use=data.use, rooms=text(data.rooms), zone=data.zone,
        rule=text(data.rule) if data.rule else None, org=data.org or secret.org, person=secret.person or None,
        title=secret.title or None, adult=secret.adult or None, heads=secret.heads, asked_at=entry.at,
        announce=int(data.announce), source=data.source, lapses=data.lapses, held_for=data.held_for,
    )  # fmt: skip
    for n, place, _, start, end in data.occ:
        _new(rows, entry, n, data.places[place], (start * MINUTE, end * MINUTE), unsure=n in data.unsure)


def _rename(rows: Rows, entry: Entry, title: str | None) -> None:
    """Call an event of a foreign calendar what that calls it now; its only date has the number 0."""
    if (rows.get(BookingRow, _booking(rows)) or {})["title"] != title:
        rows.put(BookingRow, _booking(rows), title=title)
        if rows.get(OccurrenceRow, _key(rows, 0)) is not None:
            rows.put(OccurrenceRow, _key(rows, 0), changed_at=entry.at)


def _new(rows: Rows, entry: Entry, n: int, place: Place, span: tuple[int, int], *, unsure: bool) -> None:
    booking = rows.get(BookingRow, _booking(rows)) or {}
    rows.put(
        OccurrenceRow, _key(rows, n), booking=_booking(rows), n=n, **_placed(place, span),
        state=State.PROVISIONAL.value, why="", use=booking["use"], org=booking["org"], changed_at=entry.at,
        sequence=0, asked_off=0, unsure=int(unsure),
    )  # fmt: skip
    _wish(rows, n, place, span)


def _placed(place: Place, span: tuple[int, int]) -> dict[str, Any]:
    begins, ends = span[0], max(span[1], span[0] + MINUTE)
    return {
        "rooms": text(place.rooms),
        "parts": text(place.parts),
        "begins": begins,
        "ends": ends,
        "blocked_from": begins - place.before * MINUTE,
        "blocked_to": ends + place.after * MINUTE,
    }


def _wish(rows: Rows, n: int, place: Place, span: tuple[int, int]) -> None:
    where = _placed(place, span)
    for part in place.parts:
        rows.put(
            WishRow, f"{_key(rows, n)}/{part}", booking=_booking(rows), n=n, part=part,
            begins=where["blocked_from"], ends=where["blocked_to"],
        )  # fmt: skip


def _drop(rows: Rows, row: RowDict, *tables: type[SlotRow | WishRow]) -> None:
    """Take away what a date holds or wishes for."""
    for parts in (row["parts"], row["asked_parts"] or "[]"):
        for part in _strings(parts):
            for table in tables:
                rows.drop(table, f"{row['id']}/{part}")


_strings: Final = msgspec.json.Decoder(tuple[str, ...]).decode


def booking_change_asked(rows: Rows, entry: Entry, data: BookingChangeAsked) -> None:
    """Note what is asked for; nothing is given up before the home has answered."""
    if rows.get(BookingRow, _booking(rows)) is None:
        return  # what it changes is still on its way, and then this is folded again
    for n, place, _, start, end in data.set:
        row, span = rows.get(OccurrenceRow, _key(rows, n)), (start * MINUTE, end * MINUTE)
        if row is None:
            _new(rows, entry, n, data.places[place], span, unsure=n in data.unsure)
            continue
        _drop(rows, row, WishRow)
        _wish(rows, n, data.places[place], span)
        rows.put(
            OccurrenceRow, row["id"], asked_begins=span[0], asked_ends=max(span[1], span[0] + MINUTE),
            asked_rooms=text(data.places[place].rooms), asked_parts=text(data.places[place].parts),
            asked_off=0, unsure=int(n in data.unsure), changed_at=entry.at,
        )  # fmt: skip
        _release(rows, row)
    for n in data.off:
        row = rows.get(OccurrenceRow, _key(rows, n))
        if row is not None and row["state"] not in _OVER:
            _drop(rows, row, WishRow)
            rows.put(OccurrenceRow, row["id"], **_NOTHING_ASKED, changed_at=entry.at)
            rows.put(OccurrenceRow, row["id"], asked_off=1)
            _release(rows, row)


_NOTHING_ASKED: Final[Mapping[str, Any]] = {
    "asked_begins": None, "asked_ends": None, "asked_rooms": None, "asked_parts": None, "asked_off": 0,
}  # fmt: skip


def _release(rows: Rows, row: RowDict, release: int = 1) -> None:
    for part in _strings(row["parts"]):
        if rows.get(SlotRow, f"{row['id']}/{part}") is not None:
            rows.put(SlotRow, f"{row['id']}/{part}", release=release)


def booking_decided(rows: Rows, entry: Entry, data: BookingDecided) -> None:
    """Let the home's word stand: slots come and go by nothing else."""
    staff_answered(rows, entry, data)
    booking = rows.get(BookingRow, _booking(rows))
    if booking is None:
        return  # the request is still on its way, and then this is folded again
    waiting = asked_before(rows, entry, data)
    for n, place, start, end in data.set:
        _confirm(rows, entry, n, data.places[place], (start * MINUTE, end * MINUTE))
    for n, why in data.off:
        _end(rows, entry, n, why)
    for n, _ in data.refused:
        row = rows.get(OccurrenceRow, _key(rows, n))
        if row is not None:
            _drop(rows, row, WishRow)
            rows.put(OccurrenceRow, row["id"], **_NOTHING_ASKED, changed_at=entry.at)
            _release(rows, row, 0)
    _tell(rows, entry, data)
    keep_answers(rows, entry, data, waiting)


def _tell(rows: Rows, entry: Entry, data: BookingDecided) -> None:
    """Keep why dates were taken away, and who has to hear of it."""
    by = entry.secret(ChangedBy)
    for n, _ in (*data.off, *data.refused):
        if rows.get(OccurrenceRow, _key(rows, n)) is not None:
            rows.put(OccurrenceRow, _key(rows, n), reason=(by and by.reason) or None)
    for n in data.tell:
        if rows.get(OccurrenceRow, _key(rows, n)) is not None:
            rows.put(OccurrenceRow, _key(rows, n), tell_since=entry.at)
    if data.late and (data.off or data.refused):
        rows.case(
            "booking_declined", entry, about=", ".join(sorted({why for _, why in (*data.off, *data.refused)}))
        )


def _confirm(rows: Rows, entry: Entry, n: int, place: Place, span: tuple[int, int]) -> None:
    row = rows.get(OccurrenceRow, _key(rows, n))
    if row is None:
        _new(rows, entry, n, place, span, unsure=False)
        row = rows.get(OccurrenceRow, _key(rows, n)) or {}
    _drop(rows, row, SlotRow, WishRow)
    where = _placed(place, span)
    state, came = State(row["state"]), row["arrived_at"] is not None
    if state not in _KEPT:
        state = State.ARRIVED if came and state is State.PROVISIONAL else State.CONFIRMED
    gone_at = _gone_at(rows, entry, place, where["begins"]) if state not in _KEPT else None
    _say(rows, entry, row, **where, state=state, why="", gone_at=gone_at)
    rows.put(OccurrenceRow, row["id"], **_NOTHING_ASKED, unsure=0, reason=None)
    for part in place.parts:
        rows.put(
            SlotRow, f"{row['id']}/{part}", booking=row["booking"], n=n, part=part, gone_at=gone_at,
            begins=where["blocked_from"], ends=where["blocked_to"], release=0,
        )  # fmt: skip


def _gone_at(rows: Rows, entry: Entry, place: Place, begins: int) -> int | None:
    """Say when it is others'; who gets a room only after it began stood before it, or could not come."""
    booking = rows.get(BookingRow, _booking(rows)) or {}
    if booking["lapses"] is not None:
        return int(booking["lapses"])
    comes = booking["use"] == Use.BOOKING and place.no_show is not None and entry.at < begins
    return begins + (place.no_show or 0) * MINUTE if comes else None


def _end(rows: Rows, entry: Entry, n: int, why: str) -> None:
    row = rows.get(OccurrenceRow, _key(rows, n))
    if row is None:
        return
    _drop(rows, row, SlotRow, WishRow)
    state = State.CANCELLED
    if why == NO_SHOW:
        state = State.NO_SHOW
    elif row["state"] == State.PROVISIONAL and why not in _TAKEN_AWAY:
        state = State.DECLINED
    _say(rows, entry, row, state=state, why="" if why == NO_SHOW else why, gone_at=None)
    rows.put(OccurrenceRow, row["id"], **_NOTHING_ASKED, unsure=0)


def _say(rows: Rows, entry: Entry, row: RowDict, /, **said: Any) -> None:
    """Change a date, and count it if whoever has it in a calendar must see it as another (RFC 5545)."""
    after = {**row, **said}
    truly = any(row[one] != after[one] for one in ("begins", "ends", "rooms"))
    truly = truly or (row["state"] in _OVER) != (after["state"] in _OVER)
    if truly or row["state"] != after["state"]:
        said = {**said, "changed_at": entry.at, "sequence": row["sequence"] + int(truly)}
    rows.put(OccurrenceRow, row["id"], **{**said, "state": State(after["state"]).value})


def booking_arrived(rows: Rows, entry: Entry, data: BookingArrived) -> None:
    """Somebody is there; after the date was given away that is a case, and before it is decided no more."""
    row = rows.get(OccurrenceRow, _key(rows, data.n))
    if row is None:
        return
    if row["state"] in _OVER:
        rows.case("arrived_too_late", entry, about=row["id"])
    if row["state"] not in LIVE or row["arrived_at"] is not None:
        return
    state = State.PROVISIONAL if row["state"] == State.PROVISIONAL else State.ARRIVED
    _say(rows, entry, row, state=state, arrived_at=entry.at, gone_at=None)
    for part in _strings(row["parts"]):
        if rows.get(SlotRow, f"{row['id']}/{part}") is not None:
            rows.put(SlotRow, f"{row['id']}/{part}", gone_at=None)


def booking_left(rows: Rows, entry: Entry, data: BookingLeft) -> None:
    """They are gone; what they hold goes with a verdict only."""
    row = rows.get(OccurrenceRow, _key(rows, data.n))
    if row is None or row["state"] in _OVER:
        return
    _say(rows, entry, row, state=State.ENDED, left_at=entry.at, checklist=text(data.checklist), gone_at=None)
    for part in _strings(row["parts"]):
        if rows.get(SlotRow, f"{row['id']}/{part}") is not None:
            rows.put(SlotRow, f"{row['id']}/{part}", gone_at=None)


def booking_told(rows: Rows, _entry: Entry, data: BookingTold) -> None:
    """Whoever asked knows it: nobody has to call any more."""
    if rows.get(OccurrenceRow, _key(rows, data.n)) is not None:
        rows.put(OccurrenceRow, _key(rows, data.n), tell_since=None)
        rows.drop(BookingAnswerRow, _key(rows, data.n))


FOLDS: Mapping[type[Shape], Fold] = {
    RoomChanged: room_changed,
    BookingAsked: booking_asked,
    BookingChangeAsked: booking_change_asked,
    BookingAnswerAsked: staff_asked,
    BookingDecided: booking_decided,
    BookingArrived: booking_arrived,
    BookingLeft: booking_left,
    BookingTold: booking_told,
    FeedOpened: feed_opened,
    FeedRevoked: feed_revoked,
}
