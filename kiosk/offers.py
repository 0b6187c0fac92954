"""Before anything is booked: what it would be, what stands against its dates, and what becomes of those."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from kiosk import room_facts, room_lines
from kiosk.screens.choose import ChooseView
from kiosk.screens.number import NumberView
from kiosk.screens.offer import MOST_WHOM, OfferView
from kiosk.screens.pick import PickView
from kiosk.screens.write import WriteView
from kiosk.widgets.pages import Listed
from sharing.rooms import actions as rooms
from sharing.rooms.rules import Why
from sharing.texts import shown

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from kiosk.i18n import Words
    from kiosk.rooms_desk import RoomsDesk
    from sharing.people.rules import Person
    from sharing.rooms.rules import Alternative, Ask, Offered

    Lead = Callable[[], Awaitable[None]]

MOST_HEADS = 9999
TITLE_LIMIT = 30
MOST_OTHERS = 4
"""Other times and rooms on one page, beside the answer that leaves a date out."""


class Offers:
    """Shows requests before they are made."""

    def __init__(self, desk: RoomsDesk) -> None:
        self.desk = desk
        self.kiosk = desk.kiosk

    async def show(
        self, ask: Ask, back: Lead, decided: Mapping[int, Alternative | None] | None = None, *,
        late: bool = False,
    ) -> None:  # fmt: skip
        """Show what would be booked and what stands against it."""
        if await self.desk.is_refused():
            return
        visit = self.kiosk.present.visit
        whom: tuple[tuple[str | None, str], ...] = ()
        if visit is not None:
            ask = replace(ask, person=visit.person.id, org=visit.org)
            open_ = not visit.asked_for_whom and bool(visit.person.memberships)
            whom = self._whom(visit.person) if open_ else ()
        offered = await self.kiosk.do(rooms.preview, ask)
        every = await self.kiosk.do(room_facts.every_room)
        here, act = await self.kiosk.do(room_facts.decides_here), self.kiosk.new_act()
        await self.kiosk.go(
            "offer", OfferView(ask, every, offered, act, back, decided or {}, late, here, whom)
        )

    def _whom(self, person: Person) -> tuple[tuple[str | None, str], ...]:
        """The visitor, and those the visitor may act for, as many as there are targets."""
        found = [(one.organisation.id, shown(one.organisation.name)) for one in person.memberships]
        return ((None, ""), *found[: MOST_WHOM - 1])

    async def ask_often(self, view: OfferView) -> None:
        """Make it a series, or once again one date."""
        await self.desk.when.ask_rule(
            view.ask.begins,
            lambda rule: self.show(replace(view.ask, rule=rule), view.back),
            lambda: self.kiosk.go("offer", view),
        )

    async def ask_instead(self, view: OfferView) -> None:
        """Offer other times and rooms for the one date there is."""
        others = view.open[0].alternatives

        async def picked(place: int) -> None:
            if view.open[0].why is Why.TWICE:  # by the wall clock both of its hours are the same
                decided = {view.open[0].n: others[place]}
                await self.kiosk.go("offer", replace(view, decided=decided))
            else:
                await self.show(self.desk.at(view.ask, others[place]), view.back)

        await self._ask_alternative(view, view.open[0], others, picked, lambda: self.kiosk.go("offer", view))

    async def ask_date(self, view: OfferView, one: Offered) -> None:
        """Ask what becomes of one date of a series: another time or room, or nothing."""
        others = one.alternatives[:MOST_OTHERS]

        async def picked(place: int) -> None:
            await self.decide(view, {one.n: others[place] if place < len(others) else None})

        await self._ask_alternative(
            view, one, others, picked, lambda: self.kiosk.go("dates", view), skip=True
        )

    async def _ask_alternative(
        self, view: OfferView, one: Offered, others: tuple[Alternative, ...],
        picked: Callable[[int], Awaitable[None]], back: Lead, *, skip: bool = False,
    ) -> None:  # fmt: skip
        def answers(words: Words) -> list[Listed]:
            found = [
                Listed(f"{room_lines.when(words, to.span)} · {room_lines.names(words, view.rooms, to.rooms)}")
                for to in others
            ]
            return [*found, Listed(words("dates.leave_out"))] if skip else found

        await self.kiosk.go("choose", ChooseView(
            lambda words: words("dates.instead"), answers, picked,
            lambda words: room_lines.when(words, one.span) if one.span else words.day(one.local.date()),
            back,
        ))  # fmt: skip

    async def decide(self, view: OfferView, answers: Mapping[int, Alternative | None] | None) -> None:
        """Keep what becomes of some dates; None begins anew."""
        decided = {**view.decided, **answers} if answers is not None else {}
        await self.kiosk.go("dates", replace(view, decided=decided))

    async def ask_details(self, view: OfferView) -> None:
        """Ask what for, for how many, and who of age answers for it."""
        ask = view.ask

        async def show(changed: Ask) -> None:
            await self.ask_details(replace(view, ask=changed))

        async def heads(number: int) -> None:
            await show(replace(ask, heads=number))

        async def picked(place: int) -> None:
            if place in (0, 2):
                await self._write(view, "adult" if place else "title", show)
            elif place == 1:
                await self.kiosk.go("number", NumberView(
                    lambda words: words("find.how_many"), heads, lambda: show(ask), most=MOST_HEADS
                ))  # fmt: skip
            else:
                await show(replace(ask, announce=not ask.announce))

        async def back() -> None:
            await self.show(ask, view.back, view.decided)

        await self.kiosk.go("pick", PickView(
            lambda words: words("offer.details"), lambda words: _details(words, ask), picked, back,
            note=lambda words: words("offer.details_hint"),
        ))  # fmt: skip

    async def _write(self, view: OfferView, field: str, then: Callable[[Ask], Awaitable[None]]) -> None:
        async def written(text: str) -> None:
            changed = replace(view.ask, title=text) if field == "title" else replace(view.ask, adult=text)
            await then(changed)

        await self.kiosk.go("write", WriteView(
            lambda words: words(f"offer.{field}_question"), written, lambda: then(view.ask),
            hint=lambda words: words("offer.details_hint"),
            text=view.ask.title if field == "title" else view.ask.adult,
        ))  # fmt: skip


def _details(words: Words, ask: Ask) -> list[str]:
    title = shown(ask.title, limit=TITLE_LIMIT) or "–"
    adult = shown(ask.adult, limit=TITLE_LIMIT) or "–"
    found = [
        f"{words('offer.title')}: {title}", f"{words('offer.heads')}: {ask.heads or '–'}",
        f"{words('offer.adult')}: {adult}",
    ]  # fmt: skip
    if ask.org:
        found.append(f"{words('offer.announce')}: {words('person.yes' if ask.announce else 'person.no')}")
    return found
