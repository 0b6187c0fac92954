"""Rooms at the kiosk: what opens their screens, and the few questions before a room is looked for."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec.structs import replace

from kiosk import facts, room_facts, room_lines, room_words
from kiosk.answers import asking
from kiosk.asking_when import AskingWhen, DayAsked, day_label
from kiosk.bookings_desk import Bookings
from kiosk.offers import Offers
from kiosk.rooms_staff import RoomsStaff
from kiosk.screens.choose import ChooseView
from kiosk.screens.found import FoundView, Search
from kiosk.screens.house_day import HouseDayView
from kiosk.screens.needs import NeedsView
from kiosk.screens.number import NumberView
from kiosk.screens.pick import PickView
from kiosk.screens.room import RoomView
from kiosk.screens.room_week import WeekView
from kiosk.sound import Tone
from kiosk.visit import SHOWN_S, is_suspended
from kiosk.widgets.pages import Listed
from kiosk.widgets.result import Answer
from sharing.rooms.rules import Ask

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from kiosk.desk import Desk
    from kiosk.i18n import Words
    from sharing.rooms.rules import Alternative, Found, Room

    Lead = Callable[[], Awaitable[None]]

MOST_HEADS = 9999
MOST_COUNTED = 8
"""Rooms whose free dates are counted for a series."""
NEXT_DAYS = 5
"""Days that the first screen offers by name; more of them are one key away."""


class RoomsDesk:
    """What can be done with rooms, by anybody, by visitors, and by staff."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.kiosk = desk.kiosk
        self.when = AskingWhen(self)
        self._pending: tuple[Lead, float] | None = None

    @cached_property
    def bookings(self) -> Bookings:
        """What a visitor does with bookings."""
        return Bookings(self)

    @cached_property
    def offers(self) -> Offers:
        """What would be booked."""
        return Offers(self)

    @cached_property
    def staff(self) -> RoomsStaff:
        """What staff do with rooms."""
        return RoomsStaff(self)

    # From one screen over a card to the next

    def go_on_with(self, lead: Lead) -> None:
        """Remember where the next visit goes on: the card that opens it is being read now."""
        self._pending = (lead, self.kiosk.seconds())

    async def goes_on(self) -> bool:
        """Go on where the visitor was before the card, if they were at a room."""
        pending, self._pending = self._pending, None
        if pending is None or self.kiosk.seconds() - pending[1] > SHOWN_S:
            return False
        await pending[0]()
        return True

    async def is_refused(self) -> bool:
        """Say to a visitor who is suspended that no room can be booked, before anything is asked."""
        visit = self.kiosk.present.visit
        until = visit.person.suspended_until if visit is not None and is_suspended(visit) else None
        if until is None:
            return False
        ask = await self.kiosk.do(facts.somebody)

        def say(words: Words) -> Answer:
            lines = (words("rooms.suspended", when=words.until(until)), asking(words, ask))
            return Answer("no", Tone.NO, words("step.refused"), tuple(line for line in lines if line))

        self.kiosk.play(Tone.NO)
        await self.desk.show_visit(say)
        return True

    # Looking

    async def show_hub(self) -> None:
        """Ask what it is about: a day, the house today, or one's own bookings."""
        today, _, _ = await self.kiosk.do(room_facts.today_of)
        visit = self.kiosk.present.visit
        mine = len(await self.bookings.mine()) if visit else 0
        days = [today + timedelta(days=n) for n in range(NEXT_DAYS)]

        def answers(words: Words) -> list[str]:
            more = [words("rooms.more_days"), words("rooms.house_now")]
            return [
                *(day_label(words, day, today) for day in days),
                *more,
                words("rooms.mine", n=mine) if visit else "",
            ]

        async def picked(place: int) -> None:
            if place <= NEXT_DAYS:
                await self._ask_when(days, place)
            elif place == NEXT_DAYS + 1:
                await self.show_house(None, 0, self.show_hub)
            else:
                await self.bookings.show_mine(self.show_hub)

        await self.kiosk.go("pick", PickView(
            lambda words: words("rooms.title"), answers, picked, self.desk.where_we_were,
            lambda words: words("rooms.which_day"), lambda words: words("rooms.hint"),
        ))  # fmt: skip

    async def _ask_when(self, days: list[date], place: int) -> None:
        """Ask for the time of one of the days, or for a later day."""
        if await self.is_refused():
            return
        if place < len(days):
            await self.when.ask_time(days[place], self._look, self.show_hub)
        else:
            later = DayAsked(first=days[-1] + timedelta(days=1))
            await self.when.ask_day(self._look, self.show_hub, later)

    async def show_house(self, day: date | None, by: int, back: Lead) -> None:
        """Show all rooms on a day, or on one before or after it."""
        house = await self.kiosk.do(room_facts.house_day, day + timedelta(days=by) if day else None)
        await self.kiosk.go("house_day", HouseDayView(house, back))

    async def show_week(self, room: str, day: date | None, by: int, back: Lead) -> None:
        """Show one room's week."""
        week = await self.kiosk.do(room_facts.room_week, room, day, timedelta(days=by))
        await self.kiosk.go("room_week", WeekView(week, back))

    async def show_room(
        self, room: str, back: Lead | None = None, said: Callable[[Words], Answer] | None = None
    ) -> None:
        """Show one room now."""
        visit = self.kiosk.present.visit
        page = await self.kiosk.do(room_facts.room_page, room, visit.person.id if visit else None)
        await self.kiosk.go("room", RoomView(page, back or self.desk.where_we_were, said))

    async def scanned(self, code: str) -> bool:
        """Take the scan of a room's label: a date of theirs that is due begins, else the room is shown."""
        room = await self.kiosk.do(room_facts.room_of_code, code)
        if room is None:
            return False
        visit = self.kiosk.present.visit
        page = await self.kiosk.do(room_facts.room_page, room.id, visit.person.id if visit else None)
        if page.due is not None:
            await self.bookings.arrive(page.due, lambda said: self.show_room(room.id, None, said), tone=None)
        else:
            await self.show_room(room.id)
        return True

    # Looking for a room

    async def book_room(self, room: Room, back: Lead) -> None:
        """Ask when, for one room."""
        if await self.is_refused():
            return

        async def then(day: date, begins: int, ends: int) -> None:
            search = Search(day, begins, ends)
            await self.offers.show(Ask(rooms=(room.id,), begins=search.first, ends=search.last), back)

        await self.when.ask_day(then, back)

    async def _look(self, day: date, begins: int, ends: int) -> None:
        await self.look(Search(day, begins, ends))

    async def look(self, search: Search) -> None:
        """Look for rooms and show them; for a series, how many of its dates each of them has."""
        span, found = await self.kiosk.do(
            room_facts.find, search.first, search.last, search.heads, search.features
        )
        asks = [_asked(search, one.room) for one in found[:MOST_COUNTED]] if search.rule else []
        free = await self.kiosk.do(room_facts.free_dates, asks)

        async def back() -> None:
            await self.when.ask_time(search.day, self._look, self.show_hub)

        await self.kiosk.go("found", FoundView(search, span, found, back, free))

    async def pick_found(self, view: FoundView, found: Found) -> None:
        """Go on with a room; one that is not free offers its other times first."""
        if found.why is not None and found.alternatives and view.search.rule is None:
            await self._ask_other_time(view, found)
            return
        await self.offers.show(_asked(view.search, found.room), lambda: self.look(view.search))

    async def _ask_other_time(self, view: FoundView, found: Found) -> None:
        others = found.alternatives

        async def picked(place: int) -> None:
            search = view.search
            ask = self.at(_asked(search, found.room), others[place])
            await self.offers.show(ask, lambda: self.look(search))

        await self.kiosk.go("choose", ChooseView(
            lambda words: words("rooms.choose_time"),
            lambda words: [Listed(room_lines.when(words, one.span)) for one in others],
            picked,
            lambda words: f"{room_lines.name(words, found.room)} · {room_words.why(words, found.why or '')}",
            lambda: self.kiosk.go("found", view),
        ))  # fmt: skip

    def at(self, ask: Ask, to: Alternative) -> Ask:
        """The same request for another time or room."""
        begins, ends = (self.kiosk.words.local(at) for at in (to.span.begins, to.span.ends))
        return replace(
            ask, rooms=to.rooms, begins=begins.replace(tzinfo=None), ends=ends.replace(tzinfo=None)
        )

    async def ask_needs(self, view: FoundView) -> None:
        """Ask what the room must have."""
        every = await self.kiosk.do(room_facts.every_room)
        order = {name: place for place, name in enumerate(room_words.FEATURES)}
        known = frozenset[str]().union(*(room.features for room in every.values()))
        features = tuple(sorted(known, key=lambda name: (order.get(name, len(order)), name)))

        async def done(wanted: frozenset[str], heads: int) -> None:
            await self.look(replace(view.search, features=wanted, heads=heads))

        async def ask_heads(needs: NeedsView) -> None:
            async def entered(number: int) -> None:
                await self.kiosk.go("needs", replace(needs, heads=number))

            await self.kiosk.go("number", NumberView(
                lambda words: words("find.how_many"), entered, lambda: self.kiosk.go("needs", needs),
                most=MOST_HEADS,
            ))  # fmt: skip

        search = view.search
        await self.kiosk.go("needs", NeedsView(features, search.features, search.heads, done, ask_heads))

    async def ask_often(self, view: FoundView) -> None:
        """Ask how often."""
        await self.when.ask_rule(
            view.search.first,
            lambda rule: self.look(replace(view.search, rule=rule)),
            lambda: self.kiosk.go("found", view),
        )


def _asked(search: Search, room: Room) -> Ask:
    return Ask(rooms=(room.id,), begins=search.first, ends=search.last, rule=search.rule, heads=search.heads)
