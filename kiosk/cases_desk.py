"""What staff do with cases: open one, read what happened, say how it was settled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk import case_facts, case_words
from kiosk.screens.case import CaseView
from kiosk.screens.cases import CasesView
from kiosk.screens.write import WriteView
from kiosk.sound import Tone
from sharing.cases.rules import How
from sharing.lending.actions import settle
from sharing.people.rules import Right
from sharing.rooms import actions as rooms
from sharing.rooms.rules import ChangeOf

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.case_facts import CasePage
    from kiosk.i18n import Words
    from kiosk.staff_desk import StaffDesk

DECLINED = "booking_declined"
SPOKEN = frozenset({How.CALLED, How.BOOKED_ELSEWHERE})
"""Answers after which nobody has to call any more."""


class CasesDesk:
    """From the list to one case and back."""

    def __init__(self, staff: StaffDesk) -> None:
        self._staff, self._kiosk = staff, staff.kiosk

    async def show(self, said: Callable[[Words], str] = lambda _words: "") -> None:
        """List what is open, and say what was just settled."""
        found, names = await self._kiosk.do(case_facts.case_list, self._kiosk.words.language)
        await self._kiosk.go("cases", CasesView(found, names, said))

    async def open(self, case: str) -> None:
        """Open one; that somebody looked at it is noted."""
        kiosk = self._kiosk
        page = await kiosk.do(
            case_facts.opened, case, kiosk.words.language, act=kiosk.new_act(), by=self._staff.person.id
        )
        here = await kiosk.writer.with_house(lambda house: house.store.node)

        async def settle(how: How) -> None:
            await self._settle(page, how=how)

        async def write() -> None:
            await kiosk.go("write", WriteView(
                lambda words: words("case_page.what_done"), written, again,
                lambda words: case_words.title(words, page.case.kind),
            ))  # fmt: skip

        async def written(note: str) -> None:
            await self._settle(page, note=note)

        async def again() -> None:
            await kiosk.go("case", view)

        view = CaseView(page, here, settle, write, self.show)
        await again()

    async def _settle(self, page: CasePage, *, how: How | str = "", note: str = "") -> None:
        kiosk = self._kiosk
        by = self._staff.person.id
        await kiosk.do(settle, page.case.id, act=kiosk.new_act(), how=str(how), note=note, by=by)
        if how in SPOKEN and page.case.kind == DECLINED:
            await self._nobody_else_calls(page.case.subject.removeprefix("booking:"))
        kiosk.play(Tone.DONE)

        def said(words: Words) -> str:
            return words("case_page.handled", what=case_words.title(words, page.case.kind))

        await self.show(said)

    async def _nobody_else_calls(self, booking: str) -> None:
        """Take the dates off the list of calls: whoever asked has been spoken to."""
        person = self._staff.person
        if not person.may(Right.MANAGE_ROOMS):
            return
        for call in await self._kiosk.do(rooms.call_list):
            if call.booking.id == booking:
                what = ChangeOf(booking=booking, n=call.occurrence.n)
                await self._kiosk.do(rooms.told, person, what, self._kiosk.new_act())
