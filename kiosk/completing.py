"""Staff see to what is set aside, thing by thing: each says what has to be confirmed before it goes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk import keeping
from kiosk.answers import done, for_whom
from kiosk.naming import belongs, confirmations, thing, waits_for
from kiosk.screens.aside import AsideView
from kiosk.screens.choose import ChooseView
from kiosk.sound import Tone
from kiosk.widgets.pages import Listed
from sharing.lending import actions, looking
from sharing.lending.scan_table import Step
from sharing.lending.scanning import Scanned

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from kiosk.desk import Desk
    from kiosk.i18n import Words
    from kiosk.widgets.result import Answer
    from sharing.catalogue.rules import Location
    from sharing.lending.looking import LoanLine, SetAside
    from sharing.people.rules import Person


class Completing:
    """Asks for one thing, and goes back to the list it was chosen from."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._kiosk, self._present = desk, desk.kiosk, desk.present

    # At the staff desk

    async def show_all(self, said: Callable[[Words], Answer] | None = None) -> None:
        """List all that waits; nobody need be there for whom it waits."""
        staff = self._desk.staff

        async def pick(one: SetAside) -> None:
            await self._ask(staff.person, one, self._all_lent, self._all_put_back, self.show_all)

        waiting = await self._kiosk.do(looking.set_aside_list)
        await self._kiosk.go("aside", AsideView(tuple(waiting), pick, staff.show, said))

    async def _all_lent(self, line: LoanLine, act: str) -> None:
        del act
        await self.show_all(lambda words: _lent(words, line))

    async def _all_put_back(self, one: SetAside, act: str) -> None:
        del act
        home = await self._kiosk.do(keeping.home_of, one.item)
        await self.show_all(lambda words: _put_back(words, one, home))

    # In a visit

    async def show_visit(self, staff: Person) -> None:
        """List what waits for the person at the counter; a single thing is asked about at once."""
        waiting = await self._waiting()
        if len(waiting) == 1:
            await self._ask_in_visit(staff, waiting[0], self._desk.where_we_were)
        else:
            await self._list_visit(staff, None)

    async def _waiting(self) -> list[SetAside]:
        visit = self._present.visit
        return [] if visit is None else await self._kiosk.do(looking.set_aside_for, visit.person.id)

    async def _list_visit(self, staff: Person, said: Callable[[Words], Answer] | None) -> None:
        """List what still waits; the visit itself when nothing does."""
        waiting = await self._waiting()

        async def to_visit() -> None:
            await self._desk.show_visit(said, self._present.last)

        async def to_list() -> None:
            await self._list_visit(staff, said)

        async def pick(one: SetAside) -> None:
            await self._ask_in_visit(staff, one, to_list)

        if waiting:
            await self._kiosk.go("aside", AsideView(tuple(waiting), pick, to_visit, said, is_public=True))
        else:
            await to_visit()

    async def _ask_in_visit(self, staff: Person, one: SetAside, back: Callable[[], Awaitable[None]]) -> None:
        """Ask, and note what was done as the visit's newest act, which is what an undo takes back."""

        async def lent(line: LoanLine, act: str) -> None:
            visit = self._present.visit
            if visit is None:
                await self._kiosk.leave()
                return
            after = visit.noting(act, one.item.id, taken=True)
            self._present.noted(
                Scanned(Step.LENT, after, line.item, line=line, act=act), self._kiosk.seconds()
            )
            await self._list_visit(staff, lambda words: _lent(words, line))

        async def withdrawn(one: SetAside, act: str) -> None:
            visit = self._present.visit
            if visit is None:
                await self._kiosk.leave()
                return
            self._present.visit, self._present.last = visit.keeping(act, one.item.id), None
            home = await self._kiosk.do(keeping.home_of, one.item)
            await self._list_visit(staff, lambda words: _put_back(words, one, home))

        await self._ask(staff, one, lent, withdrawn, back)

    # One thing

    async def _ask(
        self, staff: Person, one: SetAside, lent: Callable[[LoanLine, str], Awaitable[None]],
        withdrawn: Callable[[SetAside, str], Awaitable[None]], back: Callable[[], Awaitable[None]],
    ) -> None:  # fmt: skip
        """Say what has to be confirmed; then it is lent, or goes back to its shelf."""

        async def picked(place: int) -> None:
            if place == 0:
                await self._desk.overriding.complete(staff, one.item, lent, back)
                return
            act = self._kiosk.new_act()
            await self._kiosk.do(actions.put_back, one.item.id, act)
            self._kiosk.play(Tone.DONE)
            await withdrawn(one, act.hex())

        self._kiosk.play(Tone.ASK)
        await self._kiosk.go("choose", ChooseView(
            lambda words: thing(words, one),
            lambda words: [Listed(words("staff.complete")), Listed(words("staff.put_back"))],
            picked,
            lambda words: "\n".join((*self._named(words, one), confirmations(words, one))),
            back,
        ))  # fmt: skip

    def _named(self, words: Words, one: SetAside) -> tuple[str, ...]:
        """Who waits; in a visit nobody is named, and the head has the initials."""
        return () if self._present.visit is not None else (waits_for(words, one),)


def _lent(words: Words, line: LoanLine) -> Answer:
    until = words("common.until", when=words.until(line.due))
    return done(words, "step.lent", thing(words, line), until, for_whom(words, line), shape="out")


def _put_back(words: Words, one: SetAside, home: Location | None) -> Answer:
    where = " · ".join(part for part in (thing(words, one), belongs(words, home)) if part)
    return done(words, "visit.put_back", where)
