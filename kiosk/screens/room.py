"""One room: what is on now, until when it is free, what comes; to take it now, book it, or arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from kiosk import room_lines, room_words
from kiosk.keeping import is_card
from kiosk.screens.base import KioskScreen
from kiosk.sound import Tone
from kiosk.widgets.choice import Option
from kiosk.widgets.fitted import FittedRows
from kiosk.widgets.result import Answer, Result
from kiosk.widgets.rows import Rows
from kiosk.widgets.text import Text
from sharing.rooms.rules import Use
from sharing.texts import shown

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from textual.widget import Widget

    from kiosk.i18n import Words
    from kiosk.room_facts import RoomPage

FLOOR_LIMIT = 30


class RoomView(msgspec.Struct, frozen=True):
    """One room, what was just done, and where "back" leads."""

    page: RoomPage
    back: Callable[[], Awaitable[None]]
    said: Callable[[Words], Answer] | None = None


class RoomScreen(KioskScreen[RoomView]):
    """Anybody may look; a card scanned now goes on with this room."""

    def body(self) -> Sequence[Widget]:
        """How it stands, what it is, how to book, what comes."""
        return [Result(), Text(id="about"), Text(id="card", classes="strong"), FittedRows(id="lines")]

    def fill(self, view: RoomView) -> None:
        """Say it."""
        words, page = self.words, view.page
        self.query_one(Result).show(view.said(words) if view.said else standing(words, page))
        floor = shown(page.room.floor.best(words.language), limit=FLOOR_LIMIT)
        price = shown(page.room.price.best(words.language), limit=60)
        parts = (floor, room_lines.about(words, page.room), price)
        self.query_one("#about", Text).say(" · ".join(part for part in parts if part))
        visitor = self.kiosk.present.visit is not None or self.kiosk.present.staff is not None
        card = self.query_one("#card", Text)
        card.say("" if visitor else words("rooms.scan_card"))
        card.display = not visitor
        rows = room_lines.rows_of_days(words, page.coming, "rooms.coming")
        self.query_one(Rows).show(rows)

    def options(self, view: RoomView) -> Sequence[Option]:
        """Take it now, another time, arrive or leave; for staff to displace; the week."""
        words, page, present = self.words, view.page, self.kiosk.present
        offered = []
        if present.visit is not None:
            if page.due is not None:
                offered.append(Option("1", words("mine.arrive"), "arrive"))
            elif page.mine is not None:
                offered.append(Option("1", words("mine.open"), "mine"))
            elif page.taken_until is None and not page.closed:
                now = "rooms.ask_now" if page.room.approval else "rooms.now"
                offered.append(Option("1", words(now), "now"))
            offered.append(Option("2", words("rooms.other_time"), "book"))
        elif present.staff is not None:
            offered = [Option("2", words("staff_rooms.displace"), "displace"),
                       Option("3", words("staff_rooms.block"), "block")]  # fmt: skip
        else:
            offered = [Option("2", words("rooms.find_time"), "book")]
        if self.query_one(Rows).pages > 1:
            offered.append(Option("8", words("common.more"), "more"))
        week = Option("4", words("rooms.the_week"), "week")
        return [*offered, week, Option("9", words("common.back"), "back")]

    async def took_scan(self, text: str) -> bool:
        """A card goes on with this room."""
        view, desk = self.view, self.kiosk.desk.rooms
        if view is not None and self.kiosk.present.visit is None and is_card(text):
            room = view.page.room.id
            desk.go_on_with(lambda: desk.show_room(room))
        return False

    def on_fitted_rows_fitted(self) -> None:
        """Offer more pages where there are some now."""
        self.offer()

    async def chosen(self, does: str) -> None:
        """Do it."""
        view, desk = self.view, self.kiosk.desk.rooms
        if view is None:
            return
        page, room = view.page, view.page.room

        async def again(said: Callable[[Words], Answer] | None = None) -> None:
            await desk.show_room(room.id, view.back, said)

        if does == "back":
            await view.back()
        elif does == "more":
            self.query_one(Rows).turn()
        elif does == "book":
            await desk.book_room(room, again)
        elif does == "week":
            await desk.show_week(room.id, None, 0, again)
        elif does == "now":
            await desk.bookings.ask_how_long(page, again)
        elif does == "arrive" and page.due is not None:
            await desk.bookings.arrive(page.due, again)
        elif does == "mine" and page.mine is not None:
            await desk.bookings.show_date(page.mine, again)
        else:
            await self._chosen_by_staff(does, page, again)

    async def _chosen_by_staff(self, does: str, page: RoomPage, again: Callable[[], Awaitable[None]]) -> None:
        """Make room, or block it."""
        staff = self.kiosk.desk.rooms.staff
        if does == "displace":
            await staff.ask_whom_to_displace(page, again)
        elif does == "block":
            await staff.block(page.room, again)


def standing(words: Words, page: RoomPage) -> Answer:
    """Say how the room stands now."""
    name = room_lines.name(words, page.room)
    if page.taken_until is not None:
        on = (one for one in page.coming if one.span.begins <= page.now and not one.asked)
        who = next((room_lines.seen(words, one) for one in on), "")
        who = "" if who == room_words.use(words, Use.BOOKING) else who
        lines = (words("rooms.taken_until", when=words.time(page.taken_until)), who)
        return Answer("no", Tone.ASK, name, tuple(line for line in lines if line))
    if page.closed:
        return Answer("aside", Tone.ASIDE, name, (words("rooms.closed_now"),))
    if page.free_until is None:
        return Answer("done", Tone.DONE, name, (words("rooms.free"),))
    return Answer("done", Tone.DONE, name, (words("rooms.free_until", when=words.time(page.free_until)),))
