"""What the home said about a request that was made before: it is kept until whoever asked has seen it."""

from __future__ import annotations

from enum import StrEnum

from sharing.journal.entry import Entry
from sharing.journal.folding import RowDict, Rows
from sharing.rooms.entries import BookingAnswerAsked, BookingDecided
from sharing.rooms.rules import State, Use, Why
from sharing.rooms.tables import ApprovalRow, BookingAnswerRow, BookingRow, OccurrenceRow


class Answered(StrEnum):
    """What became of a request that was answered later; message key "answer.<what>"."""

    GIVEN = "given"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    """As they asked."""
    DECLINED = "declined"
    STAYS = "stays"
    """The change cannot be; the date stays as it was."""
    TAKEN_AWAY = "taken_away"
    """It was theirs, and is not any more."""


def asked_before(rows: Rows, entry: Entry, data: BookingDecided) -> dict[int, RowDict]:
    """Give the dates that wait for this answer, as they stand before it: those asked in its own act do not.

    One transaction has one moment, so what was asked and answered in it has the same.
    """
    booking = rows.subject.removeprefix("booking:")
    set_, gone = (n for n, *_ in data.set), (n for n, _ in (*data.off, *data.refused))
    found = ((n, rows.get(OccurrenceRow, f"{booking}/{n}")) for n in (*set_, *gone))
    return {n: row for n, row in found if row is not None and (n in data.tell or _waits(row, entry))}


def _waits(row: RowDict, entry: Entry) -> bool:
    asked = row["state"] == State.PROVISIONAL or row["asked_begins"] is not None or row["asked_off"]
    return bool(asked) and row["changed_at"] != entry.at


def keep_answers(rows: Rows, entry: Entry, data: BookingDecided, before: dict[int, RowDict]) -> None:
    """Keep what was said to those who were not there; nobody waits for what a machine or staff took."""
    booking = rows.subject.removeprefix("booking:")
    known = rows.get(BookingRow, booking)
    if known is None or known["use"] != Use.BOOKING or not known["person"]:
        return
    said = [(n, _yes(before.get(n)), "") for n, *_ in data.set]
    said += [(n, _gone(before.get(n), why), why) for n, why in data.off]
    said += [(n, Answered.STAYS, why) for n, why in data.refused]
    for n, what, why in said:
        if n in before:
            rows.put(
                BookingAnswerRow, f"{booking}/{n}", booking=booking, n=n, what=what.value, why=why,
                answered_at=entry.at,
            )  # fmt: skip


def _yes(row: RowDict | None) -> Answered:
    return Answered.GIVEN if row is None or row["state"] == State.PROVISIONAL else Answered.CHANGED


def _gone(row: RowDict | None, why: str) -> Answered:
    if why == Why.BY_ASKER:
        return Answered.CANCELLED
    waits = row is not None and row["state"] == State.PROVISIONAL
    return Answered.DECLINED if waits else Answered.TAKEN_AWAY


def staff_asked(rows: Rows, entry: Entry, _data: BookingAnswerAsked) -> None:
    """Staff have looked at it on another machine; nothing is decided before the home has answered."""
    rows.put(ApprovalRow, entry.hex, booking=rows.subject.removeprefix("booking:"), asked_at=entry.at)


def staff_answered(rows: Rows, entry: Entry, data: BookingDecided) -> None:
    """Take it off the list of what staff have said; what could not be is theirs again, with a case."""
    if data.decides:
        rows.drop(ApprovalRow, data.decides)
    if data.failed:
        rows.case("approval_failed", entry, about=data.failed)
