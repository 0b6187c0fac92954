"""What a visitor does with bookings: book, take along, look at what is booked, and arrive."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from msgspec.structs import replace

from kiosk import room_facts, room_lines
from kiosk.answers import done
from kiosk.booking_changes import Changes
from kiosk.screens.booked import BookedView
from kiosk.screens.booking import BookingView
from kiosk.screens.bookings import BookingsView
from kiosk.screens.choose import ChooseView
from kiosk.screens.pick import PickView
from kiosk.sound import Tone
from kiosk.widgets.pages import Listed
from sharing.errors import NotFree
from sharing.lending.actions import assign
from sharing.people import actions as people
from sharing.rooms import actions as rooms
from sharing.rooms.rules import ChangeOf, State
from sharing.texts import shown

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from kiosk.i18n import Words
    from kiosk.room_facts import RoomPage
    from kiosk.rooms_desk import RoomsDesk
    from kiosk.screens.offer import OfferView
    from kiosk.widgets.result import Answer
    from sharing.journal.store import Store
    from sharing.people.rules import Person
    from sharing.rooms.rules import Booking, Occurrence

    Lead = Callable[[], Awaitable[None]]
    Said = Callable[[Words], Answer]

STAYS_MIN = (30, 60, 120, 180)
"""How long a room can be taken on the spot, beside "until the next"."""
MINUTE_MS = 60_000


class Bookings:
    """What was an offer before."""

    def __init__(self, desk: RoomsDesk) -> None:
        self.desk = desk
        self.kiosk = desk.kiosk

    @cached_property
    def changes(self) -> Changes:
        """What changes a booking."""
        return Changes(self)

    # Booking

    async def _is_for(self, org: str | None) -> None:
        """Note for whom the whole visit is."""
        visit = self.kiosk.present.visit
        if visit is not None:
            self.kiosk.present.visit = await self.kiosk.do(assign, visit, org, self.kiosk.new_act())
            self.kiosk.present.asked_for_whom = True

    async def book(self, view: OfferView, *, for_whom: tuple[str | None, str] | None = None) -> None:
        """Book it; who was slower sees what stands against it now."""
        ask = view.ask
        if for_whom is not None:
            await self._is_for(for_whom[0])
            ask = replace(ask, org=for_whom[0])
        skip = frozenset(n for n, to in view.decided.items() if to is None)
        moved = {n: to for n, to in view.decided.items() if to is not None}
        try:
            booking = await self.kiosk.do(rooms.book, ask, view.act, skip=skip, moved=moved)
        except NotFree:
            self.kiosk.play(Tone.NO)
            await self.desk.offers.show(ask, view.back, late=True)
            return
        self._sound(booking)
        await self.take_away(booking, booking.occurrences[0].n, self.show_mine, new=True)

    async def ask_how_long(self, page: RoomPage, back: Lead) -> None:
        """Take a room on the spot: ask for how long, and offer only what is to be had."""
        if await self.desk.is_refused():
            return
        span = await self.kiosk.do(room_facts.stay_now, page.room.id)
        stays = [
            minutes
            for minutes in STAYS_MIN
            if minutes >= page.room.shortest_min and span.begins + minutes * MINUTE_MS < span.ends
        ]

        async def picked(place: int) -> None:
            minutes = stays[place] if place < len(stays) else None
            await self._ask_whom(lambda: self._book_now(page, minutes), back)

        def answers(words: Words) -> list[str]:
            ends = [span.begins + minutes * MINUTE_MS for minutes in stays]
            said = [words("rooms.for_minutes", until=words.time(one)) for one in (*ends, span.ends)]
            if span.ends == page.free_until:
                return [*said[:-1], words("rooms.until_next", when=words.time(span.ends))]
            return [*said[:-1], f"{said[-1]}, {words('rooms.as_long')}"]

        await self.kiosk.go("pick", PickView(
            lambda words: words("rooms.how_long"), answers, picked, back,
            lambda words: room_lines.name(words, page.room),
            lambda words: words("rooms.only_asked") if page.room.approval else "",
        ))  # fmt: skip

    async def _ask_whom(self, then: Lead, back: Lead) -> None:
        """Ask for whom, unless it was said or there is nobody else."""
        visit = self.kiosk.present.visit
        if visit is None or visit.asked_for_whom or not visit.person.memberships:
            await then()
            return
        orgs = [one.organisation for one in visit.person.memberships]

        async def picked(place: int) -> None:
            await self._is_for(orgs[place - 1].id if place else None)
            await then()

        names = [shown(one.name, limit=60) for one in orgs]
        await self.kiosk.go("choose", ChooseView(
            lambda words: words("rooms.whom"),
            lambda words: [Listed(words("common.private")), *(Listed(name) for name in names)],
            picked, back=back,
        ))  # fmt: skip

    async def _book_now(self, page: RoomPage, minutes: int | None) -> None:
        visit = self.kiosk.present.visit
        if visit is None:
            return
        booking = await self.kiosk.do(
            rooms.book_now, page.room.id, self.kiosk.new_act(), person=visit.person.id, org=visit.org,
            minutes=minutes,
        )  # fmt: skip
        date = booking.occurrences[0]
        if date.state is State.CONFIRMED:
            await self.arrive(date, lambda said: self.desk.show_room(page.room.id, None, said))
        else:
            self._sound(booking)
            await self.take_away(booking, date.n, self.show_mine, new=True)

    def _sound(self, booking: Booking) -> None:
        sure = all(one.state is not State.PROVISIONAL for one in booking.occurrences)
        self.kiosk.play(Tone.DONE if sure else Tone.ASIDE)

    async def take_away(self, booking: Booking, n: int, on: Lead, *, new: bool = False) -> None:
        """Show a date to be taken along, as a pattern if it is confirmed."""
        every = await self.kiosk.do(room_facts.every_room)
        date = next(one for one in booking.occurrences if one.n == n)
        name = room_lines.names(self.kiosk.words, every, date.rooms)
        sure = date.state in (State.CONFIRMED, State.ARRIVED)
        modules = room_facts.event_modules(date, name) if sure else ()

        async def other(later: Occurrence) -> None:
            await self.take_away(booking, later.n, on, new=new)

        await self.kiosk.go("booked", BookedView(booking, date, every, modules, on, other, new))

    async def look_again(self, view: BookedView) -> None:
        """Show what became of a booking that another machine decides about, once that is known here."""
        visit = self.kiosk.present.visit
        booking = await self.kiosk.do(rooms.booking, view.booking.id)
        if visit is None or any(one.state is State.PROVISIONAL for one in booking.occurrences):
            return
        if any(one.state is not State.CONFIRMED for one in booking.occurrences):
            if not await self.kiosk.desk.news.told(view.on):
                await view.on()
            return
        dates = [(booking.id, one.n) for one in booking.occurrences]
        await self.kiosk.do(rooms.saw_bookings, visit.person.id, dates, self.kiosk.new_act())
        self.kiosk.play(Tone.DONE)
        await self.take_away(booking, view.date.n, view.on, new=True)

    # What is booked

    async def mine(self) -> tuple[Booking, ...]:
        """The visitor's bookings from now on."""
        visit = self.kiosk.present.visit
        return await self.kiosk.do(rooms.bookings_of, visit.person.id) if visit else ()

    async def show_mine(self, back: Lead | None = None) -> None:
        """List the visitor's bookings."""
        _, now, _ = await self.kiosk.do(room_facts.today_of)
        every = await self.kiosk.do(room_facts.every_room)
        found = await self.mine()
        await self.kiosk.go("bookings", BookingsView(found, every, now, back or self.desk.show_hub))

    async def show_date(self, date: Occurrence, back: Lead, said: Said | None = None) -> None:
        """Show one date as it stands now."""
        _, now, _ = await self.kiosk.do(room_facts.today_of)
        every = await self.kiosk.do(room_facts.every_room)
        booking = await self.kiosk.do(rooms.booking, date.booking)
        await self.kiosk.go("booking", BookingView(booking, date.n, every, now, back, said))

    async def ask_which(self, view: BookingView) -> None:
        """Ask which date of a series."""
        dates = [one for one in view.booking.occurrences if one.span.ends > view.now]

        async def picked(place: int) -> None:
            await self.show_date(dates[place], view.back)

        await self.kiosk.go("choose", ChooseView(
            lambda words: words("mine.other_date"),
            lambda words: [
                Listed(f"{room_lines.MARKS[one.state]} {when}", room_lines.state(words, one))
                for one in dates
                for when in [room_lines.when(words, one.span)]
            ],
            picked,
            back=lambda: self.kiosk.go("booking", view),
        ))  # fmt: skip

    async def person(self) -> Person | None:
        """Who does it: the visitor, or staff."""
        present = self.kiosk.present
        if present.visit is not None:
            return await self.kiosk.do(_person, present.visit.person.id)
        return present.staff.person if present.staff else None

    async def arrive(
        self, date: Occurrence, then: Callable[[Said], Awaitable[None]], *, tone: Tone | None = Tone.DONE
    ) -> None:
        """Say that they are there, and whether the key is still to be lent."""
        what = ChangeOf(booking=date.booking, n=date.n)
        arrived = await self.kiosk.do(rooms.arrive, await self.person(), what, self.kiosk.new_act())
        every = await self.kiosk.do(room_facts.every_room)
        self.kiosk.play(tone)

        def say(words: Words) -> Answer:
            until = words("mine.yours_until", when=words.time(arrived.occurrence.span.ends))
            key = words("mine.key_needed") if arrived.key_needed else ""
            where = room_lines.names(words, every, arrived.occurrence.rooms)
            return done(words, "mine.arrived", where, until, key)

        await then(say)


def _person(store: Store, person_id: str) -> Person:
    with store.reader() as read:
        return people.person(read, person_id)
