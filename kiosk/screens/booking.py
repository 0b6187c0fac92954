"""One date of a booking: where it stands, and what can be done with it now."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from kiosk import room_lines
from kiosk.screens.base import KioskScreen
from kiosk.sound import Tone
from kiosk.widgets.choice import Bar, Option
from kiosk.widgets.fitted import FittedRows
from kiosk.widgets.result import Answer, Result
from kiosk.widgets.rows import RowLine, Rows
from sharing.rooms.rules import LIVE, Booking, Occurrence, Room, State
from sharing.texts import shown

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from textual.widget import Widget

    from kiosk.i18n import Words

SHAPES = {
    State.PROVISIONAL: "ask", State.CONFIRMED: "here", State.ARRIVED: "out", State.ENDED: "done",
    State.DECLINED: "no", State.CANCELLED: "no", State.NO_SHOW: "no",
}  # fmt: skip
TONES = {
    State.PROVISIONAL: Tone.ASK,
    State.DECLINED: Tone.NO,
    State.CANCELLED: Tone.NO,
    State.NO_SHOW: Tone.NO,
}
SOON_MS = 15 * 60_000
"""How long before its begin somebody may arrive."""
TITLE_LIMIT = 50


class BookingView(msgspec.Struct, frozen=True):
    """A booking, which of its dates, and what was just done."""

    booking: Booking
    n: int
    rooms: Mapping[str, Room]
    now: int
    back: Callable[[], Awaitable[None]]
    said: Callable[[Words], Answer] | None = None

    @property
    def date(self) -> Occurrence:
        """The date that is shown."""
        return next(one for one in self.booking.occurrences if one.n == self.n)


class BookingScreen(KioskScreen[BookingView]):
    """Arrive, move, cancel, take away; extend and leave while it lasts."""

    def body(self) -> Sequence[Widget]:
        """How it stands, the dates, what can be done."""
        return [Result(), FittedRows(id="lines"), Bar(id="answers", places=4)]

    def fill(self, view: BookingView) -> None:
        """Say it."""
        words = self.words
        answer = view.said(words) if view.said else standing(words, view, self._org(view.booking))
        self.query_one(Result).show(answer)
        dates = [one for one in view.booking.occurrences if one.span.ends > view.now or one.n == view.n]
        several = len(view.booking.occurrences) > 1
        rows = [RowLine(words("mine.dates")), *(room_lines.date_row(words, one) for one in dates)]
        self.query_one(Rows).show(rows if several else [])

    def _org(self, booking: Booking) -> str:
        """The visitor's organisation that it is for, if it is."""
        visit = self.kiosk.present.visit
        orgs = [one.organisation for one in visit.person.memberships] if visit else []
        return next((shown(one.name, limit=TITLE_LIMIT) for one in orgs if one.id == booking.org), "")

    def options(self, view: BookingView) -> Sequence[Option]:
        """Another date of the series, more, back."""
        words = self.words
        several = len(view.booking.occurrences) > 1
        other = [Option("7", words("mine.other_date"), "other")] if several else []
        more = [Option("8", words("common.more"), "more")] if self.query_one(Rows).pages > 1 else []
        return [*other, *more, Option("9", words("common.back"), "back")]

    def offer(self) -> None:
        """What can be done with the date."""
        super().offer()
        if self.view is not None:
            self.query_one("#answers", Bar).offer(_deeds(self.words, self.view))

    def on_fitted_rows_fitted(self) -> None:
        """Offer more pages where there are some now."""
        self.offer()

    async def chosen(self, does: str) -> None:
        """Do it."""
        view, bookings = self.view, self.kiosk.desk.rooms.bookings
        if view is None:
            return
        changes = bookings.changes
        deeds = {
            "other": bookings.ask_which, "move": changes.ask_move, "cancel": changes.ask_cancel,
            "extend": changes.ask_extend, "leave": changes.leave,
        }  # fmt: skip
        if does in deeds:
            await deeds[does](view)
        elif does == "back":
            await view.back()
        elif does == "more":
            self.query_one(Rows).turn()
        elif does == "arrive":
            await bookings.arrive(view.date, lambda said: bookings.show_date(view.date, view.back, said))
        elif does == "away":
            await bookings.take_away(view.booking, view.n, lambda: bookings.show_date(view.date, view.back))


def _deeds(words: Words, view: BookingView) -> list[Option]:
    date, now = view.date, view.now
    if date.state is State.ARRIVED:
        return [Option("1", words("mine.leave"), "leave"), Option("2", words("mine.extend"), "extend")]
    if date.state not in LIVE:
        return []
    moved = [Option("2", words("mine.move"), "move"), Option("3", words("mine.cancel"), "cancel")]
    if date.state is State.PROVISIONAL:
        return moved
    due = date.span.begins - SOON_MS <= now < date.span.ends
    arrive = [Option("1", words("mine.arrive"), "arrive")] if due else []
    return [*arrive, *moved, Option("4", words("mine.take_away"), "away")]


def standing(words: Words, view: BookingView, org: str) -> Answer:
    """Say where the date stands, and for which organisation it is."""
    date, booking = view.date, view.booking
    title = shown(booking.title, limit=TITLE_LIMIT)
    lines = (
        room_lines.long_when(words, date.span), room_lines.series_of(words, booking),
        " · ".join(part for part in (words("common.for", whom=org) if org else "", title) if part),
        room_lines.state(words, date),
    )  # fmt: skip
    name = room_lines.names(words, view.rooms, date.rooms)
    tone = TONES.get(date.state, Tone.DONE)
    return Answer(SHAPES[date.state], tone, name, tuple(line for line in lines if line))
