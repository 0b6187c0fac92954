"""Closing a day: which, why, what it touches, and what becomes of each date, before anything is saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from kiosk import room_lines, staff_room_facts
from kiosk.asking_when import DayAsked
from kiosk.screens.choose import ChooseView
from kiosk.screens.closing import ClosingView
from kiosk.screens.write import WriteView
from kiosk.sound import Tone
from kiosk.widgets.pages import Listed
from sharing.rooms import actions as rooms
from sharing.rooms.actions import Mark
from sharing.rooms.rules import ChangeOf
from sharing.texts import shown

if TYPE_CHECKING:
    from datetime import date

    from kiosk.i18n import Words
    from kiosk.rooms_desk import RoomsDesk
    from sharing.rooms.rules import Booking, Occurrence

MOST_ANSWERS = 5


class Closing:
    """For staff only."""

    def __init__(self, desk: RoomsDesk) -> None:
        self._desk = desk
        self._kiosk = desk.kiosk

    async def ask(self) -> None:
        """Ask which day, and why."""

        async def picked_day(day: date) -> None:
            await self._kiosk.go("write", WriteView(
                lambda words: words("closing.why"), lambda why: self._touch(day, why), self._desk.staff.show,
                lambda words: words.day(day),
            ))  # fmt: skip

        asked = DayAsked(lambda words: words("closing.which_day"))
        await self._desk.when.ask_only_day(picked_day, self._desk.staff.show, asked)

    async def _touch(self, day: date, why: str) -> None:
        """List what a closed day touches, before it is closed."""
        bookings, loans, who, every = await self._kiosk.do(staff_room_facts.touched, day.isoformat())
        act = self._kiosk.new_act()
        await self._kiosk.go(
            "closing", ClosingView(day, shown(why, limit=40), bookings, loans, who, every, act)
        )

    async def ask_mark(self, view: ClosingView, booking: Booking, gone: Occurrence) -> None:
        """Ask what becomes of one date: kept, cancelled, or moved to what is free."""
        what = ChangeOf(booking=booking.id, n=gone.n)
        found = await self._kiosk.do(staff_room_facts.places_for, what, view.day)
        others = found[: MOST_ANSWERS - 2]

        async def picked(place: int) -> None:
            marks = {key: mark for key, mark in view.marks.items() if key != gone.id}
            if place:
                to = others[place - 2] if place > 1 else None
                marks[gone.id] = Mark(booking=booking.id, n=gone.n, to=to)
            await self._kiosk.go("closing", replace(view, marks=marks))

        def answers(words: Words) -> list[Listed]:
            moved = [
                Listed(
                    f"→ {room_lines.when(words, one.span)} · {room_lines.names(words, view.rooms, one.rooms)}"
                )
                for one in others
            ]
            return [Listed(words("closing.keep")), Listed(words("closing.cancel")), *moved]

        await self._kiosk.go("choose", ChooseView(
            lambda words: words("closing.question"), answers, picked,
            lambda words: f"{room_lines.when(words, gone.span)} · {view.who.get(booking.id, '–')}",
            lambda: self._kiosk.go("closing", view),
        ))  # fmt: skip

    async def cancel_all(self, view: ClosingView) -> None:
        """Mark all dates that are still kept to be cancelled."""
        marks = {gone.id: Mark(booking=booking.id, n=gone.n) for booking, gone in view.dates}
        await self._kiosk.go("closing", replace(view, marks={**marks, **view.marks}))

    async def close(self, view: ClosingView) -> None:
        """Close the day and settle what it touches."""
        days = {view.day.isoformat(): view.why}
        await self._kiosk.do(
            rooms.close_rooms, self._desk.desk.staff.person, days, view.act, marks=tuple(view.marks.values())
        )
        self._kiosk.play(Tone.DONE)
        await (
            self._desk.staff.show_calls()
            if view.marks
            else self._desk.show_house(view.day, 0, self._desk.staff.show)
        )
