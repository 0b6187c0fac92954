"""What would be booked: which room, when, how often; nothing is saved before "book"."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from kiosk import room_lines, room_words
from kiosk.keeping import is_card
from kiosk.screens.base import KioskScreen
from kiosk.sound import Tone
from kiosk.widgets.choice import Bar, Option
from kiosk.widgets.fitted import FittedRows
from kiosk.widgets.pages import cut
from kiosk.widgets.result import Answer, Result
from kiosk.widgets.rows import Rows
from kiosk.widgets.text import Text
from sharing.rooms.rules import Why
from sharing.texts import shown

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from textual.widget import Widget

    from kiosk.i18n import Words
    from sharing.rooms.rules import Alternative, Ask, Offered, Room

TITLE_LIMIT = 50
MOST_WHOM = 4
WHOM_CELLS = 34
"""Cells of an organisation's name in a target, on up to three lines."""


class OfferView(msgspec.Struct, frozen=True):
    """A request before it is made: its dates, what stands against them, and what was decided about those."""

    ask: Ask
    rooms: Mapping[str, Room]
    offered: tuple[Offered, ...]
    act: bytes
    """Of the booking that this question leads to: a key pressed twice books once."""
    back: Callable[[], Awaitable[None]]
    decided: Mapping[int, Alternative | None] = msgspec.field(default_factory=dict)
    """What becomes of a date that cannot be: another time or room, or None: it is left out."""
    late: bool = False
    """Somebody was quicker meanwhile."""
    here: bool = True
    """This machine decides; if not, the booking stays provisional until that one has."""
    whom: tuple[tuple[str | None, str], ...] = ()
    """For whom it can be, by id and name, as long as the visitor has not said it; None is the visitor."""

    @property
    def hindered(self) -> tuple[Offered, ...]:
        """Dates that something stands against."""
        return tuple(one for one in self.offered if one.why is not None)

    @property
    def open(self) -> tuple[Offered, ...]:
        """Of those, the ones nobody has decided about."""
        return tuple(one for one in self.hindered if one.n not in self.decided)

    @property
    def count(self) -> int:
        """How many dates would be booked."""
        left_out = sum(1 for to in self.decided.values() if to is None)
        return len(self.offered) - len(self.open) - left_out

    @property
    def is_series(self) -> bool:
        """Whether there are several dates."""
        return self.ask.rule is not None

    @property
    def needs_yes(self) -> bool:
        """Whether staff have to say yes first."""
        return any(self.rooms[one].approval for one in self.ask.rooms if one in self.rooms)


class OfferScreen(KioskScreen[OfferView]):
    """Book, change how often, say what for, or clear what stands against it."""

    def body(self) -> Sequence[Widget]:
        """What it is, how to book without a visit, the dates."""
        return [
            Result(),
            Text(id="card", classes="strong"),
            FittedRows(id="lines"),
            Bar(id="answers", places=MOST_WHOM),
        ]

    def fill(self, view: OfferView) -> None:
        """Say it."""
        words = self.words
        self.query_one(Result).show(answer(words, view))
        nobody = self.kiosk.present.visit is None
        card = self.query_one("#card", Text)
        card.say(words("rooms.scan_card") if nobody and not view.open else "")
        card.display = nobody and not view.open
        dates = view.offered if view.is_series else ()
        self.query_one(Rows).show([
            room_lines.offered_row(words, one, view.rooms, becomes(words, view, one)) for one in dates
        ])  # fmt: skip

    def options(self, view: OfferView) -> Sequence[Option]:
        """Book, or clear; how often; what for."""
        words = self.words
        offered = []
        if view.open and view.is_series:
            offered.append(Option("1", words("offer.clear"), "clear"))
        elif view.open and view.open[0].alternatives:
            offered.append(Option("1", words("offer.instead"), "instead"))
        elif self._may_book(view) and not view.whom:
            offered.append(Option("1", words.count("offer.book", view.count), "book"))
        offered.append(Option("5", words("find.often"), "often"))
        if self.kiosk.present.visit is not None and not view.open:
            offered.append(Option("6", words("offer.details"), "details"))
        if self.query_one(Rows).pages > 1:
            offered.append(Option("8", words("common.more"), "more"))
        return [*offered, Option("9", words("common.back"), "back")]

    def _may_book(self, view: OfferView) -> bool:
        return not view.open and view.count > 0 and self.kiosk.present.visit is not None

    def offer(self) -> None:
        """Book for oneself, or for an organisation, as long as that is not said."""
        super().offer()
        view, bar = self.view, self.query_one("#answers", Bar)
        if view is None:
            return
        names = [name or self.words("offer.for_me") for _, name in view.whom]
        keys = [
            Option(str(n), self.words("offer.book_for", whom=cut(name, WHOM_CELLS)), f"for:{n - 1}")
            for n, name in enumerate(names, 1)
        ]
        bar.offer(keys if self._may_book(view) else ())
        bar.display = bool(keys) and self._may_book(view)

    async def took_scan(self, text: str) -> bool:
        """A card goes on with this request."""
        view, desk = self.view, self.kiosk.desk.rooms
        if view is not None and self.kiosk.present.visit is None and is_card(text):
            ask, decided = view.ask, view.decided
            desk.go_on_with(lambda: desk.offers.show(ask, desk.show_hub, decided))
        return False

    def on_fitted_rows_fitted(self) -> None:
        """Offer more pages where there are some now."""
        self.offer()

    async def chosen(self, does: str) -> None:
        """Do it."""
        view, offers = self.view, self.kiosk.desk.rooms.offers
        if view is None:
            return
        if does == "back":
            await view.back()
        elif does == "more":
            self.query_one(Rows).turn()
        elif does == "book":
            await self.kiosk.desk.rooms.bookings.book(view)
        elif does.startswith("for:"):
            await self.kiosk.desk.rooms.bookings.book(
                view, for_whom=view.whom[int(does.removeprefix("for:"))]
            )
        elif does == "often":
            await offers.ask_often(view)
        elif does == "details":
            await offers.ask_details(view)
        elif does == "clear":
            await self.kiosk.go("dates", view)
        elif does == "instead":
            await offers.ask_instead(view)


def answer(words: Words, view: OfferView) -> Answer:
    """Say what would be booked and whether it can be."""
    ask = view.ask
    name = room_lines.names(words, view.rooms, ask.rooms)
    first = view.offered[0]
    when = room_lines.long_when(words, first.span) if first.span else words.day(first.local.date())
    series = room_words.series(words, ask.rule, first.local) if ask.rule else ""
    title = shown(ask.title, limit=TITLE_LIMIT)
    state, shape, tone = _state(words, view)
    return Answer(shape, tone, name, tuple(line for line in (when, series, title, state) if line))


def _state(words: Words, view: OfferView) -> tuple[str, str, Tone]:
    if view.open and view.is_series:
        free = len(view.offered) - len(view.hindered)
        said = words("offer.conflicts", free=free, all=len(view.offered), n=len(view.open))
        return said, "ask", Tone.ASK
    if view.open:
        first = view.open[0].why
        late = view.late and first is Why.TAKEN
        return words("offer.late") if late else room_words.why(words, first or ""), "no", Tone.NO
    if view.needs_yes:
        return words("offer.approval"), "ask", Tone.ASK
    if not view.here:
        return words("offer.elsewhere"), "ask", Tone.ASK
    if not all(one.certain for one in view.offered):
        return words("offer.uncertain"), "ask", Tone.ASK
    return words("offer.free"), "here", Tone.DONE


def becomes(words: Words, view: OfferView, one: Offered) -> str:
    """Say what was decided about a date that cannot be."""
    if one.n not in view.decided:
        return ""
    to = view.decided[one.n]
    if to is None:
        return words("dates.left_out")
    where = "" if to.rooms == one.rooms else room_lines.names(words, view.rooms, to.rooms)
    return " · ".join(part for part in (room_lines.when(words, to.span), where) if part)
