"""Staff set a rule aside: with card, PIN and a reason; the entry of the loan bears all three."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk import facts
from kiosk.screens.choose import ChooseView
from kiosk.screens.write import WriteView
from kiosk.sound import Tone
from kiosk.widgets.pages import Listed
from sharing import errors
from sharing.lending import actions
from sharing.lending.rules import Override
from sharing.texts import shown

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from kiosk.desk import Desk
    from kiosk.i18n import Words
    from sharing.catalogue.rules import Item
    from sharing.errors import Refusal
    from sharing.lending.looking import LoanLine
    from sharing.people.rules import Person

RULES = (
    errors.StepMissing, errors.NotLendable, errors.ItemIsBlocked, errors.PersonSuspended,
    errors.CardOutOfScope, errors.NotAllowed, errors.TooManyForPerson, errors.TooManyForOrganisation,
    errors.TooManyOfModel,
)  # fmt: skip
"""Refusals that are rules of the house; what is out, lost or kept for somebody else is a fact and stays."""


class Overriding:
    """Asks for the reason, and then lends."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._kiosk, self._present = desk, desk.kiosk, desk.present

    @property
    def is_offered(self) -> bool:
        """Whether the last scan of the open visit was refused by a rule."""
        last = self._present.last
        return (
            self._present.visit is not None
            and last is not None
            and last.item is not None
            and isinstance(last.refusal, RULES)
        )

    async def offer(self, staff: Person, open_desk: Callable[[], Awaitable[None]]) -> None:
        """Ask staff whether to lend what was refused, or to open their desk."""
        last = self._present.last
        if last is None or last.item is None or last.refusal is None:
            return
        item, refusal = last.item, last.refusal

        async def picked(place: int) -> None:
            if place == 0:
                await self.ask_reason(item, refusal, lend, self._desk.where_we_were)
            else:
                await open_desk()

        async def lend(reason: str) -> None:
            await self._lend(staff, reason)

        await self._kiosk.go("choose", ChooseView(
            lambda words: words("override.question"),
            lambda words: [Listed(words("override.lend")), Listed(words("override.desk"))],
            picked,
            lambda words: _about(words, item, refusal),
        ))  # fmt: skip

    async def ask_reason(
        self, item: Item, refusal: Refusal, written: Callable[[str], Awaitable[None]],
        back: Callable[[], Awaitable[None]],
    ) -> None:  # fmt: skip
        """Ask why the thing goes out although a rule is against it."""
        self._kiosk.play(Tone.ASK)
        await self._kiosk.go("write", WriteView(
            lambda words: words("override.reason"),
            written,
            back,
            lambda words: _about(words, item, refusal),
            lambda words: words("override.kept"),
        ))  # fmt: skip

    async def complete(
        self, staff: Person, item: Item, then: Callable[[LoanLine, str], Awaitable[None]],
        back: Callable[[], Awaitable[None]],
    ) -> None:  # fmt: skip
        """Complete what is set aside; a rule that is against it needs a reason.

        Args:
            staff: who has seen to it.
            item: what is set aside.
            then: told the line that went out, and its act (hex).
            back: where one is without a reason.
        """

        async def finish(reason: str) -> None:
            act = self._kiosk.new_act()
            line = await self._kiosk.do(actions.complete, staff, item.id, act, reason=reason)
            self._kiosk.play(Tone.DONE)
            await then(line, act.hex())

        try:
            await finish("")
        except RULES as refusal:
            await self.ask_reason(item, refusal, finish, back)

    async def _lend(self, staff: Person, reason: str) -> None:
        """Lend what was refused to whose visit it is."""
        last, visit = self._present.last, self._present.visit
        if last is None or last.item is None or visit is None:
            return
        act = self._kiosk.new_act()
        command = actions.CheckOut(
            act, visit.person, (last.item.id,), visit.loan, visit.scope, visit.org,
            override=Override(staff, reason),
        )  # fmt: skip
        taken = await self._kiosk.do(actions.check_out, command)
        after = visit.noting(act.hex(), last.item.id, taken=True)
        result = facts.taken_again(last, taken, after, act)
        self._kiosk.play(Tone.DONE)
        self._present.noted(result, self._kiosk.seconds())
        await self._desk.show_result(result)


def _about(words: Words, item: Item, refusal: Refusal) -> str:
    return f"{shown(item.name(words.language), limit=60)} · {words.why(refusal)}"
