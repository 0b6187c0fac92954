"""What staff do with rooms: say yes or no, make room, call those who must know, close a day, block a room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk import room_facts, room_lines, staff_room_facts
from kiosk.answers import done
from kiosk.asking_when import wall
from kiosk.rooms_closing import Closing
from kiosk.screens.approvals import ApprovalsView
from kiosk.screens.calls import CallsView
from kiosk.screens.choose import ChooseView
from kiosk.screens.pick import PickView
from kiosk.screens.write import WriteView
from kiosk.sound import Tone
from kiosk.widgets.pages import Listed
from kiosk.widgets.result import Answer
from sharing.errors import NotFree
from sharing.rooms import actions as rooms
from sharing.rooms.rules import Ask, ChangeOf, Use
from sharing.texts import shown

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import date

    from kiosk.i18n import Words
    from kiosk.room_facts import RoomPage
    from kiosk.rooms_desk import RoomsDesk
    from sharing.people.rules import Person
    from sharing.rooms.actions import Call, Displaced
    from sharing.rooms.rules import Booking, Occurrence, Room

    Lead = Callable[[], Awaitable[None]]

REASON_LIMIT = 120


class RoomsStaff:
    """Each question leads back to where it was asked."""

    def __init__(self, desk: RoomsDesk) -> None:
        self._desk = desk
        self._kiosk = desk.kiosk
        self.closing = Closing(desk)

    @property
    def _person(self) -> Person:
        return self._desk.desk.staff.person

    async def show(self) -> None:
        """Show what staff do with rooms."""
        here = await self._kiosk.do(room_facts.decides_here)
        waiting = len(await self._kiosk.do(rooms.approvals))
        calls = len(await self._kiosk.do(rooms.call_list))
        back = self._desk.desk.staff.show

        async def picked(place: int) -> None:
            deeds: tuple[Lead, ...] = (
                self._house, self.show_approvals, self.show_calls, self.closing.ask,
            )  # fmt: skip
            await deeds[place]()

        await self._kiosk.go("pick", PickView(
            lambda words: words("staff_rooms.title"),
            lambda words: [
                words("rooms.house_now"), f"{words('staff_rooms.approvals')} ({waiting})",
                f"{words('staff_rooms.calls')} ({calls})", words("staff_rooms.closing"),
            ],
            picked, back, note=lambda words: words("staff_rooms.hint" if here else "staff_rooms.elsewhere"),
        ))  # fmt: skip

    async def _house(self) -> None:
        await self._desk.show_house(None, 0, self.show)

    async def _write(
        self, key: str, about: str, written: Callable[[str], Awaitable[None]], back: Lead
    ) -> None:
        await self._kiosk.go("write", WriteView(
            lambda words: words(key), written, back, lambda _words: about
        ))  # fmt: skip

    # Yes or no

    async def show_approvals(self, said: Callable[[Words], str] = lambda _words: "") -> None:
        """List what waits, and say what was just answered."""
        waiting, who, every = await self._kiosk.do(staff_room_facts.approvals)
        await self._kiosk.go("approvals", ApprovalsView(waiting, who, every, said))

    async def _show_answered(self, key: str, booking: Booking) -> None:
        who = await self._kiosk.do(staff_room_facts.who_has, booking.occurrences[:1])
        asked = booking.occurrences[0]
        if await self._kiosk.do(rooms.is_noted, booking.id):
            key = "staff_rooms.noted"
        self._kiosk.play(Tone.DONE)

        def said(words: Words) -> str:
            when = room_lines.when(words, asked.asked or asked.span)
            return words(key, when=when, whom=who.get(booking.id, "–"))

        await self.show_approvals(said)

    async def ask_about(self, booking: Booking, view: ApprovalsView) -> None:
        """Ask: yes, or no with a reason."""
        what = booking.id
        reach = await self._kiosk.do(staff_room_facts.who_has, booking.occurrences)
        about = reach.get(what, "")

        async def picked(place: int) -> None:
            if place == 0:
                await self._approve(booking)
            else:
                await self._write("staff_rooms.why_not", about, no, lambda: self._kiosk.go("approvals", view))

        async def no(reason: str) -> None:
            await self._kiosk.do(rooms.decline, self._person, what, self._kiosk.new_act(), reason=reason)
            await self._show_answered("staff_rooms.declined", booking)

        await self._kiosk.go("choose", ChooseView(
            lambda words: words("staff_rooms.approve_question"),
            lambda words: [Listed(words("staff_rooms.approve")), Listed(words("staff_rooms.decline"))],
            picked, lambda words: _request(words, booking, view, about), self.show_approvals,
        ))  # fmt: skip

    async def _approve(self, booking: Booking) -> None:
        """Say yes; where others have one of the dates by now, say yes to the rest."""
        try:
            await self._kiosk.do(rooms.approve, self._person, booking.id, self._kiosk.new_act())
        except NotFree as refusal:
            taken = frozenset(one.n for one in refusal.offered if one.why is not None)
            left = len(booking.occurrences) - len(taken)
            if not left:
                raise
            await self._ask_rest(booking, taken, left)
            return
        await self._show_answered("staff_rooms.approved", booking)

    async def _ask_rest(self, booking: Booking, taken: frozenset[int], left: int) -> None:
        async def picked(_place: int) -> None:
            act = self._kiosk.new_act()
            await self._kiosk.do(rooms.approve, self._person, booking.id, act, skip=taken)
            await self._show_answered("staff_rooms.approved", booking)

        self._kiosk.play(Tone.NO)
        await self._kiosk.go("choose", ChooseView(
            lambda words: words.count("staff_rooms.some_taken", len(taken)),
            lambda words: [Listed(words("staff_rooms.approve_rest", n=left))],
            picked, back=self.show_approvals,
        ))  # fmt: skip

    # Who must know

    async def show_calls(self) -> None:
        """List whom to call."""
        calls, who, every = await self._kiosk.do(staff_room_facts.calls)
        await self._kiosk.go("calls", CallsView(calls, who, every))

    async def ask_told(self, call: Call, view: CallsView) -> None:
        """Say what to tell, and ask whether they know it."""

        async def picked(_place: int) -> None:
            what = ChangeOf(booking=call.booking.id, n=call.occurrence.n)
            await self._kiosk.do(rooms.told, self._person, what, self._kiosk.new_act())
            self._kiosk.play(Tone.DONE)
            await self.show_calls()

        def detail(words: Words) -> str:
            date = call.occurrence
            lines = [view.who.get(call.booking.id, "–")]
            lines.append(f"{room_lines.long_when(words, date.span)} · {room_lines.state(words, date)}")
            if call.reason:
                lines.append(f"{words('cli.head.why')}: {shown(call.reason, limit=REASON_LIMIT)}")
            lines += [
                f"→ {room_lines.when(words, one.span)} · {room_lines.names(words, view.rooms, one.rooms)}"
                for one in call.held
            ]
            if call.until is not None:
                lines.append(words("staff_rooms.held_until", when=words.moment(call.until)))
            return "\n".join(lines)

        await self._kiosk.go("choose", ChooseView(
            lambda words: words("staff_rooms.call"), lambda words: [Listed(words("staff_rooms.told"))],
            picked, detail, self.show_calls,
        ))  # fmt: skip

    # Make room

    async def ask_whom_to_displace(self, page: RoomPage, back: Lead) -> None:
        """Ask which date goes, what comes instead, and why."""
        if not await self._kiosk.do(room_facts.decides_here):
            await self._say_elsewhere(page, back)
            return
        dates = await self._kiosk.do(staff_room_facts.to_displace, page.room.id)
        who = await self._kiosk.do(staff_room_facts.who_has, dates)

        async def picked(place: int) -> None:
            await self._ask_title(dates[place], who.get(dates[place].booking, ""), back)

        await self._kiosk.go("choose", ChooseView(
            lambda words: words("staff_rooms.displace_question"),
            lambda words: [
                Listed(room_lines.when(words, one.span), who.get(one.booking, "–")) for one in dates
            ],
            picked, lambda words: room_lines.name(words, page.room), back,
        ))  # fmt: skip

    async def _say_elsewhere(self, page: RoomPage, back: Lead) -> None:
        """Say that another machine decides this."""
        self._kiosk.play(Tone.NO)
        await self._desk.show_room(
            page.room.id, back,
            lambda words: Answer("no", Tone.NO, words("step.refused"), (words("refusal.not_home"),)),
        )  # fmt: skip

    async def _ask_title(self, gone: Occurrence, about: str, back: Lead) -> None:
        async def titled(title: str) -> None:
            await self._write("staff_rooms.why_displaced", about, lambda reason: given(title, reason), back)

        async def given(title: str, reason: str) -> None:
            await self._displace(gone, title, reason, about)

        await self._write("staff_rooms.what_instead", about, titled, back)

    async def _displace(self, gone: Occurrence, title: str, reason: str, about: str) -> None:
        words = self._kiosk.words
        ask = Ask(
            rooms=gone.rooms, begins=words.local(gone.span.begins).replace(tzinfo=None),
            ends=words.local(gone.span.ends).replace(tzinfo=None), person=self._person.id, title=title,
        )  # fmt: skip
        what = ChangeOf(booking=gone.booking, n=gone.n)
        act = self._kiosk.new_act()
        made = await self._kiosk.do(rooms.displace, self._person, what, ask, act, reason=reason)
        self._kiosk.play(Tone.DONE)
        await self._desk.show_room(gone.rooms[0], self._house, lambda words: _displaced(words, made, about))

    async def block(self, room: Room, back: Lead) -> None:
        """Ask when and why a room is blocked."""

        async def then(day: date, begins: int, ends: int) -> None:
            ask = Ask(rooms=(room.id,), begins=wall(day, begins), ends=wall(day, ends), use=Use.MAINTENANCE)

            async def given(reason: str) -> None:
                await self._kiosk.do(rooms.maintain, self._person, ask, self._kiosk.new_act(), reason=reason)
                self._kiosk.play(Tone.DONE)
                await self._desk.show_room(room.id, self._house)

            await self._write(
                "staff_rooms.why_blocked", room_lines.name(self._kiosk.words, room), given, back
            )

        await self._desk.when.ask_day(then, back)


def _displaced(words: Words, made: Displaced, about: str) -> Answer:
    """Say what was done, whom to call, and whether something is kept for them."""
    kept = words.count("staff_rooms.held", len(made.held)) if made.held else words("staff_rooms.nothing_held")
    when = room_lines.when(words, made.displaced.span)
    return done(words, "staff_rooms.displaced", when, words("staff_rooms.to_call", whom=about), kept)


def _request(words: Words, booking: Booking, view: ApprovalsView, about: str) -> str:
    """Say in one paragraph what is asked for."""
    asked = booking.occurrences[0]
    when = room_lines.long_when(words, asked.asked or asked.span)
    where = room_lines.names(words, view.rooms, booking.rooms)
    heads = words("rooms.capacity_wanted", n=booking.heads) if booking.heads else ""
    parts = (when, where, about, shown(booking.title), heads)
    return " · ".join(part for part in parts if part)
