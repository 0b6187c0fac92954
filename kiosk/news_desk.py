"""What a visitor is told first: what became of requests that were answered since, one by one until seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk import news_facts
from kiosk.screens.answer import AnswerView
from sharing.lending.answers import RenewalAnswer
from sharing.rooms.rules import Ask

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from kiosk.desk import Desk
    from kiosk.news_facts import News, RoomNews
    from sharing.rooms.rules import Alternative

    Lead = Callable[[], Awaitable[None]]


class NewsDesk:
    """Shown after a card; scanning goes on as everywhere, and what was not seen comes again."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._kiosk = desk, desk.kiosk

    async def told(self, then: Lead) -> bool:
        """Show what the visitor does not know yet, if there is anything; then go on."""
        visit = self._desk.present.visit
        found = await self._kiosk.do(news_facts.unseen, visit.person.id) if visit is not None else None
        self._desk.present.unseen = len(found.told) if found is not None else 0
        if found is None:
            return False
        await self._show(found, then)
        return True

    async def show(self) -> None:
        """Show it once more, because a thing was scanned before it was read."""
        if not await self.told(self._desk.show_visit):
            await self._desk.show_visit()

    async def _show(self, news: News, then: Lead) -> None:
        one = news.told[0]

        async def seen() -> None:
            await self._saw(one)
            if not await self.told(then):
                await then()

        async def take(place: int) -> None:
            if not isinstance(one, RenewalAnswer):
                await self._saw(one)
                await self._desk.rooms.offers.show(self._ask(one, one.free[place]), seen_before)

        async def seen_before() -> None:
            if not await self.told(then):
                await then()

        left = len(news.told) - 1
        await self._kiosk.go("answer", AnswerView(one, news.rooms, left, seen, take))

    async def _saw(self, one: news_facts.RoomNews | RenewalAnswer) -> None:
        visit = self._desk.present.visit
        if visit is not None:
            await self._kiosk.do(news_facts.saw, visit.person.id, one, self._kiosk.new_act())

    def _ask(self, one: RoomNews, to: Alternative) -> Ask:
        """The same request, for another time or room."""
        booking = one.first.booking
        span = one.first.occurrence.span
        begins, ends = (self._kiosk.words.local(at).replace(tzinfo=None) for at in (span.begins, span.ends))
        ask = Ask(
            rooms=to.rooms, begins=begins, ends=ends, org=booking.org, title=booking.title,
            adult=booking.adult, heads=booking.heads,
        )  # fmt: skip
        return self._desk.rooms.at(ask, to)
