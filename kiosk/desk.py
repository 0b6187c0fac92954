"""What happens at the counter: takes scans in order, lets `sharing` decide, and sends the answer to a screen.

Nothing is decided here. Everything that reads or writes the house runs in the writer thread.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any

from kiosk import facts, visit_facts
from kiosk.answers import LOOKS, answer_to, done, refused
from kiosk.began import Began
from kiosk.busy import Occupied
from kiosk.completing import Completing
from kiosk.deeds import Deeds
from kiosk.i18n import Words
from kiosk.overriding import Overriding
from kiosk.questions import Questions
from kiosk.screens.back import BackView
from kiosk.screens.home import HomeView
from kiosk.screens.thing import ThingView
from kiosk.screens.trouble import TroubleView
from kiosk.screens.visit import VisitView
from kiosk.sound import Tone
from kiosk.staff_desk import StaffDesk
from sharing.errors import Refusal, TeilhausError
from sharing.lending.rules import SAME_SCAN_MS
from sharing.lending.scan_table import Step
from sharing.lending.scanning import Scan, scan

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from kiosk.app import KioskApp
    from kiosk.news_desk import NewsDesk
    from kiosk.rooms_desk import RoomsDesk
    from kiosk.widgets.result import Answer
    from sharing.house import House
    from sharing.journal.entry import Instant
    from sharing.lending.scanning import Scanned

SAYS_IN_VISIT = frozenset({
    Step.LENT, Step.ALREADY_YOURS, Step.ALREADY_GIVEN_BACK, Step.SET_ASIDE, Step.MISSING, Step.KEPT_AT_DESK,
    Step.REFUSED, Step.FOUND, Step.RESERVED_FOR_ANOTHER, Step.VISIT_OPENED, Step.VISIT_CHANGED,
})  # fmt: skip
"""What is said above the list of the visit; the rest has a screen of its own."""


OPENS = frozenset({Step.VISIT_OPENED, Step.VISIT_CHANGED})
"""After these a visitor is told what they do not know yet."""


class Desk:
    """The counter of one kiosk."""

    def __init__(self, kiosk: KioskApp) -> None:
        self.kiosk = kiosk
        self.present = kiosk.present
        self.staff = StaffDesk(self)
        self.questions = Questions(self)
        self.deeds = Deeds(self)
        self.overriding = Overriding(self)
        self.completing = Completing(self)
        self._rooms: RoomsDesk | None = None
        self._news: NewsDesk | None = None
        self._turn = asyncio.Lock()
        """One scan after the other: each needs the visit that the one before it left."""
        self._ended = ("", 0)
        """What ended the last visit, and when; forgotten as soon as it can no longer be the same scan."""

    @property
    def rooms(self) -> RoomsDesk:
        """Rooms and bookings; loaded when somebody looks at one."""
        if self._rooms is None:
            from kiosk.rooms_desk import RoomsDesk  # noqa: PLC0415 - not needed by those who come for things

            self._rooms = RoomsDesk(self)
        return self._rooms

    @property
    def news(self) -> NewsDesk:
        """Answers that somebody has not seen; loaded with the first card."""
        if self._news is None:
            from kiosk.news_desk import NewsDesk  # noqa: PLC0415 - not needed before the first card

            self._news = NewsDesk(self)
        return self._news

    async def begin(self) -> None:
        """Read what home shows, and the zone that all times are shown in."""
        last, terms = await self.kiosk.do(facts.at_start)
        self.kiosk.words = Words(self.kiosk.words.language, terms.zone)
        self.kiosk.house_name = terms.name or self.kiosk.house_name
        noted = last.item.name(self.kiosk.words.language) if last else ""
        self.present.has_rooms = await self.kiosk.do(facts.has_rooms)
        if self.kiosk.current_mode == "home" and self.present.visit is None:
            await self.kiosk.go("home", HomeView(last.at if last else None, noted))

    # Scans

    async def scanned(self, text: str, *, typed: bool = False) -> None:
        """Take one scan from wherever it came."""
        async with self._turn:
            at = await self.kiosk.writer.with_house(lambda house: house.store.clock.read().at)
            screen = self.kiosk.showing()
            if screen is not None and await screen.took_scan(text):
                return
            if self.present.staff is not None and await self.staff.took_scan(text):
                return
            now = self.kiosk.seconds()
            if self._is_ended_again(text, at):
                return
            self.present.typed = typed
            await self.questions.scanned_on(text, at)
            command = Scan(
                text, self.kiosk.new_act(), self.present.visit, self.present.shown(now), typed,
                self.present.at_return_shelf(now),
            )  # fmt: skip
            result = await self.kiosk.writer.with_house(lambda house: _scanned(house, command))
            result = await self.kiosk.do(facts.naming, result, text) if result.refusal else result
            await self._answer(result)
            if self.present.visit is not None:
                self.kiosk.writer.soon(lambda house: Occupied(house.data).begins())
            if result.step is Step.VISIT_ENDED:
                self._ended = (text, at)
                self.kiosk.set_timer(SAME_SCAN_MS / 1000, self._forget_ended)

    def _is_ended_again(self, text: str, now: Instant) -> bool:
        """Tell whether the scanner read the card that ended a visit twice: it must not open the next one."""
        ended, at = self._ended
        return bool(ended) and text == ended and 0 <= now - at < SAME_SCAN_MS

    def _forget_ended(self) -> None:
        self._ended = ("", 0)

    async def _answer(self, result: Scanned) -> None:
        """Send the answer to the screen that shows it."""
        if result.step is Step.SAME_AGAIN:
            return
        refused = result.refusal is not None or facts.opens_for_returns(result)
        self.kiosk.play(Tone.NO if refused else LOOKS[result.step][1])
        if result.step is Step.STAFF_PIN:
            await self.kiosk.go("pin", result.holder)
            return
        if result.step is Step.VISIT_ENDED:
            await self.kiosk.leave()
            return
        if result.step in OPENS:
            self.kiosk.forget()
        self.present.noted(result, self.kiosk.seconds())
        await self.show_result(result)

    async def show_result(self, result: Scanned) -> None:
        """Show what a scan led to."""
        ask = await self.kiosk.do(facts.ask_for, result)
        if result.step is Step.ROOM and result.place and await self.rooms.scanned(result.place.id):
            return
        if result.step in OPENS and await self.news.told(partial(self._show_opened, result, ask)):
            return
        if self._must_ask_for_whom(result):
            await self.questions.ask_for_whom(result)
        elif result.step is Step.ASK_BACK_OR_EXTEND:
            await self.questions.ask_back_or_extend(result)
        elif result.step in (Step.GIVEN_BACK, Step.GIVEN_BACK_OFFERED):
            home = await self.kiosk.do(facts.home_of, result)
            await self.kiosk.go("back", BackView(result, home, self.present.visit is not None))
        elif result.visit is not None and result.step in SAYS_IN_VISIT:
            await self.show_visit(partial(answer_to, scanned=result, ask=ask), result)
        else:
            known = await self.kiosk.do(facts.about, result)
            await self.kiosk.go(
                "thing", ThingView(result, None, known.home, known.loan_days, ask, here=known.here)
            )

    async def _show_opened(self, result: Scanned, ask: Any) -> None:
        await self.show_visit(partial(answer_to, scanned=result, ask=ask), result)

    async def show_visit(
        self, answer: Callable[[Words], Answer] | None = None, last: Scanned | None = None
    ) -> None:
        """Show the visit as the journal has it now."""
        visit = self.present.visit
        if visit is None:
            await self.kiosk.leave()
            return
        if self._rooms is not None and await self._rooms.goes_on():
            return
        now = await self.kiosk.do(visit_facts.of_visit, visit)
        say = answer or (lambda words: done(words, "visit.scan", words("visit.what")))
        await self.kiosk.go("visit", VisitView(visit, now, say, last))

    async def where_we_were(self) -> None:
        """Go back to the visit, to the staff desk, or home."""
        if self.present.visit is not None:
            await self.show_visit()
        elif self.present.staff is not None:
            await self.staff.show()
        else:
            await self.kiosk.leave()

    def _must_ask_for_whom(self, result: Scanned) -> bool:
        """Whether this was the first thing that somebody takes who may borrow for others too."""
        visit = self.present.visit
        is_open = visit is not None and not visit.asked_for_whom and not self.present.asked_for_whom
        return is_open and result.step is Step.LENT

    # What goes wrong

    async def show_error(self, error: Exception) -> None:
        """Show a refusal where the person looks, and anything else on the trouble screen."""
        self.kiosk.play(Tone.NO)
        if not isinstance(error, Refusal):
            await self.kiosk.go("trouble", TroubleView(error, await self._somebody()))
            return
        ask = await self._somebody()
        say: Callable[[Words], Any] = partial(_refusal, error=error, ask=ask)
        screen = self.kiosk.showing()
        if screen is not None and screen.say_refusal(say(self.kiosk.words)):
            return
        if self.present.visit is not None:
            await self.show_visit(say)
            return
        mode, view = self.kiosk.current_mode, screen.view if screen else None
        back: Callable[[], Awaitable[None]] | None = None
        if self.present.staff is not None:
            back = view.back if isinstance(view, ThingView) else Began(self.kiosk, mode, view)
        await self.kiosk.go("thing", ThingView(None, say, back=back))

    async def _somebody(self) -> Any:
        """Whom to ask; nobody while staff are signed in: it is they who are asked."""
        if self.present.staff is not None:
            return None
        try:
            return await self.kiosk.do(facts.somebody)
        except TeilhausError:
            return None


def _scanned(house: House, command: Scan) -> Scanned:
    """Scan, and let nothing else use the disk meanwhile that can wait."""
    Occupied(house.data).scanned()
    return scan(house.store, house.keys, command)


def _refusal(words: Words, error: Refusal, ask: Any) -> Answer:
    return refused(words, error, ask)
