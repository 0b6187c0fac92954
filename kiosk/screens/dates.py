"""Dates of a series that cannot be, one by one, before anything is saved: leave out, move, or drop all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk import room_lines, room_words
from kiosk.screens.listing import AnsweringScreen
from kiosk.screens.offer import OfferView, becomes
from kiosk.widgets.choice import Option
from kiosk.widgets.pages import Listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sharing.rooms.rules import Offered


class DatesScreen(AnsweringScreen[OfferView]):
    """Each of them leads to what is free instead; two keys answer for all that are left."""

    def heading(self, view: OfferView) -> str:
        """How many are left to answer."""
        return self.words.count("dates.open", len(view.open)) if view.open else self.words("dates.all_clear")

    def hint(self, view: OfferView) -> str:
        """Nothing is saved yet."""
        if view.open:
            return self.words.count("dates.hint", len(view.open))
        return self.words("dates.then", n=view.count)

    def entries(self, view: OfferView) -> Sequence[Listed]:
        """When, why not, and what becomes of it."""
        return [Listed(self._date(one), self._does(view, one)) for one in view.hindered]

    def _date(self, one: Offered) -> str:
        when = room_lines.when(self.words, one.span) if one.span else self.words.short_day(one.local.date())
        return f"{when} · {room_words.why(self.words, one.why or '')}"

    def _does(self, view: OfferView, one: Offered) -> str:
        does = becomes(self.words, view, one)
        return f"→ {does}" if does else self.words("dates.to_answer")

    def options(self, view: OfferView) -> Sequence[Option]:
        """The last target books nothing."""
        *others, _back = super().options(view)
        return [*others, Option("9", self.words("dates.nothing"), "back")]

    def answers(self, view: OfferView) -> Sequence[Option]:
        """Answers for all that are left; once there are none, the booking."""
        words = self.words
        if not view.open:
            book = words("common.on") if view.whom else words.count("offer.book", view.count)
            book = book if view.count else words("dates.nothing")
            return [Option("5", book, "book"), Option("6", words("dates.again"), "again")]
        skip = Option("5", words.count("dates.skip_all", len(view.open)), "skip")
        movable = sum(1 for one in view.open if one.alternatives)
        return [skip, Option("6", words.count("dates.move_all", movable), "move")] if movable else [skip]

    async def more_chosen(self, does: str) -> None:
        """Answer for all, book, or begin anew."""
        view, offers = self.view, self.kiosk.desk.rooms.offers
        if view is None:
            return
        if does == "skip":
            await offers.decide(view, {one.n: None for one in view.open})
        elif does == "move":
            await offers.decide(view, {one.n: one.alternatives[0] for one in view.open if one.alternatives})
        elif does == "again":
            await offers.decide(view, None)
        elif does == "book" and view.count and view.whom:
            await self.kiosk.go("offer", view)
        elif does == "book" and view.count:
            await self.kiosk.desk.rooms.bookings.book(view)
        else:
            await view.back()

    async def picked(self, view: OfferView, place: int) -> None:
        """Say what is free instead of this one."""
        await self.kiosk.desk.rooms.offers.ask_date(view, view.hindered[place])

    async def back(self) -> None:
        """Book nothing."""
        if self.view is not None:
            await self.view.back()
