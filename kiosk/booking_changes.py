"""What changes a booking: move, cancel, stay longer, leave; a series asks first which dates are meant."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from kiosk import room_facts, room_lines, room_words
from kiosk.answers import done
from kiosk.asking_when import DayAsked, wall
from kiosk.screens.choose import ChooseView
from kiosk.screens.leaving import LeavingView
from kiosk.sound import Tone
from kiosk.widgets.pages import Listed
from kiosk.widgets.result import Answer
from sharing.errors import NotFree
from sharing.rooms import actions as rooms
from sharing.rooms.rules import MINUTE, Alternative, ChangeOf, Part, State
from sharing.texts import shown

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from kiosk.bookings_desk import Bookings
    from kiosk.i18n import Words
    from kiosk.screens.base import Kiosk
    from kiosk.screens.booking import BookingView
    from sharing.rooms.rules import Offered

LONGER_MIN = (30, 60, 90, 120)
MOST_WHYS = 3
PARTS = (Part.THIS, Part.FOLLOWING, Part.ALL)


class Changes:
    """Each is one use case, and then the date is shown as it stands."""

    def __init__(self, bookings: Bookings) -> None:
        self._bookings = bookings
        self._desk = bookings.desk
        self._kiosk: Kiosk = bookings.desk.kiosk

    async def _ask_part(
        self, view: BookingView, key: str, then: Callable[[Part], Awaitable[None]], *, sure: bool
    ) -> None:
        """Ask which dates of a series are meant; of a single one only what cannot be undone is asked."""
        dates = [one for one in view.booking.occurrences if one.span.ends > view.now]
        parts = PARTS if len(dates) > 1 else PARTS[:1]
        if len(parts) == 1 and not sure:
            await then(Part.THIS)
            return

        async def picked(place: int) -> None:
            await then(parts[place])

        def answers(words: Words) -> list[Listed]:
            if len(parts) == 1:
                return [Listed(words("mine.cancel_yes"))]
            return [Listed(words(f"mine.part.{part}")) for part in parts]

        await self._kiosk.go("choose", ChooseView(
            lambda words: words(key), answers, picked,
            lambda words: room_lines.long_when(words, view.date.span),
            lambda: self._kiosk.go("booking", view),
        ))  # fmt: skip

    # Cancel

    async def ask_cancel(self, view: BookingView) -> None:
        """Ask what is cancelled: the room may be somebody else's a moment later."""

        async def then(part: Part) -> None:
            what = ChangeOf(booking=view.booking.id, n=view.n, part=part)
            await self._kiosk.do(rooms.cancel, await self._bookings.person(), what, self._kiosk.new_act())
            await self._show(view, "mine.cancelled", part=part)

        await self._ask_part(view, "mine.cancel_question", then, sure=True)

    # Move

    async def ask_move(self, view: BookingView) -> None:
        """Ask which dates, and where they go."""
        if await self._desk.is_refused():
            return

        async def then(part: Part) -> None:
            await self._ask_where(view, part)

        await self._ask_part(view, "mine.move_question", then, sure=False)

    async def _ask_where(self, view: BookingView, part: Part) -> None:
        async def then(day: date, begins: int, ends: int) -> None:
            span = await self._kiosk.do(room_facts.span_between, wall(day, begins), wall(day, ends))
            await self._try(view, part, Alternative(view.date.rooms, span))

        def about(words: Words) -> str:
            more = f" · {words(f'mine.part.{part}')}" if part is not Part.THIS else ""
            return f"{room_lines.long_when(words, view.date.span)}{more}"

        first = self._kiosk.words.local(view.date.span.begins).date()
        asked = DayAsked(lambda words: words("mine.move_day"), about, first, earlier=True)
        await self._desk.when.ask_day(then, lambda: self._kiosk.go("booking", view), asked)

    async def _try(self, view: BookingView, part: Part, to: Alternative) -> None:
        """Move it there; if something stands against it, show what, and what is free instead."""
        what = ChangeOf(booking=view.booking.id, n=view.n, part=part)
        offered = await self._kiosk.do(rooms.preview_move, what, to)
        hindered = [one for one in offered if one.why is not None]
        if hindered:
            await self._ask_hindered(view, part, to, hindered)
        else:
            await self._move(view, what, to, frozenset())

    async def _move(self, view: BookingView, what: ChangeOf, to: Alternative, skip: frozenset[int]) -> None:
        person = await self._bookings.person()
        try:
            await self._kiosk.do(rooms.move, person, what, to, self._kiosk.new_act(), skip=skip)
        except NotFree:
            self._kiosk.play(Tone.NO)
            await self._try(view, what.part, to)
            return
        await self._show(view, "mine.moved", part=what.part)

    async def _ask_hindered(
        self, view: BookingView, part: Part, to: Alternative, hindered: list[Offered]
    ) -> None:
        """A single date goes elsewhere; of several, those that cannot go may stay."""
        what = ChangeOf(booking=view.booking.id, n=view.n, part=part)
        others = hindered[0].alternatives if part is Part.THIS else ()
        every = await self._kiosk.do(room_facts.every_room)

        async def picked(place: int) -> None:
            if others:
                await self._try(view, part, others[place])
            else:
                await self._move(view, what, to, frozenset(one.n for one in hindered))

        def answers(words: Words) -> list[Listed]:
            if part is not Part.THIS:
                return [Listed(words("mine.move_others", n=len(hindered)))]
            return [
                Listed(f"{room_lines.when(words, one.span)} · {room_lines.names(words, every, one.rooms)}")
                for one in others
            ]

        self._kiosk.play(Tone.NO)
        await self._kiosk.go("choose", ChooseView(
            lambda words: words("mine.cannot_move"), answers, picked, lambda words: _whys(words, hindered),
            lambda: self._kiosk.go("booking", view),
        ))  # fmt: skip

    # While it lasts

    async def ask_extend(self, view: BookingView) -> None:
        """Ask how much longer; only what is free is offered."""
        if await self._desk.is_refused():
            return
        span = view.date.span
        free = await self._kiosk.do(room_facts.free_after, view.date)
        ends = [span.ends + minutes * MINUTE for minutes in LONGER_MIN]
        ends = [one for one in ends if one <= free]
        if not ends:
            self._kiosk.play(Tone.NO)
            await self._bookings.show_date(
                view.date,
                view.back,
                lambda words: Answer("no", Tone.NO, words("mine.no_longer"), (room_lines.when(words, span),)),
            )
            return

        async def picked(place: int) -> None:
            what = ChangeOf(booking=view.booking.id, n=view.n)
            person = await self._bookings.person()
            await self._kiosk.do(rooms.extend, person, what, ends[place], self._kiosk.new_act())
            await self._show(view, "mine.extended")

        await self._kiosk.go("choose", ChooseView(
            lambda words: words("mine.how_long"),
            lambda words: [Listed(words("common.until", when=words.time(one))) for one in ends],
            picked,
            lambda words: words("mine.yours_until", when=words.time(span.ends)),
            lambda: self._kiosk.go("booking", view),
        ))  # fmt: skip

    async def leave(self, view: BookingView) -> None:
        """Show what to look at, and then leave; without a list at once."""
        every = await self._kiosk.do(room_facts.every_room)
        lines = tuple(dict.fromkeys(line for one in view.date.rooms for line in every[one].checklist))

        def name(words: Words) -> str:
            return room_lines.names(words, every, view.date.rooms)

        async def left(ticked: Mapping[str, bool]) -> None:
            what = ChangeOf(booking=view.booking.id, n=view.n)
            person, act = await self._bookings.person(), self._kiosk.new_act()
            gone = await self._kiosk.do(rooms.end, person, what, ticked, act)
            await self._show(view, "leave.done", "leave.key" if gone.key_out else "")

        if not lines:
            await left({})
            return
        await self._kiosk.go(
            "leaving", LeavingView(name, lines, left, lambda: self._kiosk.go("booking", view))
        )

    async def _show(self, view: BookingView, key: str, more: str = "", part: Part = Part.THIS) -> None:
        """Say that it is done, and to which dates; and show the date."""
        booking = await self._kiosk.do(rooms.booking, view.booking.id)
        date_now = next(one for one in booking.occurrences if one.n == view.n)
        every = await self._kiosk.do(room_facts.every_room)
        self._kiosk.play(Tone.DONE)

        def say(words: Words) -> Answer:
            unsure = date_now.state is State.PROVISIONAL or date_now.asked is not None
            lines = (
                room_lines.names(words, every, date_now.rooms), room_lines.long_when(words, date_now.span),
                words(f"mine.part.{part}") if part is not Part.THIS else "",
                room_lines.state(words, date_now) if unsure else "",
                words(more) if more else "",
            )  # fmt: skip
            asked = date_now.asked is not None or date_now.asked_off
            return done(
                words, "mine.change_asked" if asked else key, *(shown(line, limit=120) for line in lines)
            )

        await self._bookings.show_date(date_now, view.back, say)


def _whys(words: Words, hindered: list[Offered]) -> str:
    """Say of the first few dates why they cannot go there."""
    whys = [
        f"{words.short_day(one.local.date())}: {room_words.why(words, one.why or '')}"
        for one in hindered[:MOST_WHYS]
    ]
    return ", ".join([*whys, "…"] if len(hindered) > len(whys) else whys)
