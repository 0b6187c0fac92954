"""The few things the counter asks: for whom, give back or keep longer, which language."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from kiosk import facts
from kiosk.answers import answer_to
from kiosk.i18n import Words, own_name
from kiosk.screens.choose import ChooseView
from kiosk.widgets.pages import Listed
from sharing.errors import Refusal
from sharing.lending import actions
from sharing.texts import shown

if TYPE_CHECKING:
    from kiosk.desk import Desk
    from sharing.lending.scanning import Scanned


class Questions:
    """Asks on the screen of choices; who scans on instead has answered too."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._kiosk, self._present = desk, desk.kiosk, desk.present

    async def ask_for_whom(self, result: Scanned | None = None) -> None:
        """Ask once; the things scanned meanwhile are assigned with the answer."""
        visit = self._present.visit
        if visit is None:
            return
        organisations = [one.organisation for one in visit.person.memberships]

        async def picked(place: int) -> None:
            nonlocal result
            org = organisations[place - 1].id if place else None
            now = self._present.visit or visit
            self._present.visit = await self._kiosk.do(actions.assign, now, org, self._kiosk.new_act())
            if result is not None and self._present.visit is not None:
                result = facts.with_visit(result, self._present.visit)
                await self._desk.show_visit(partial(answer_to, scanned=result), result)
            else:
                await self._desk.show_visit()

        names = [shown(one.name, limit=60) for one in organisations]
        await self._kiosk.go("choose", ChooseView(
            lambda words: words("choose.whom"),
            lambda words: [Listed(words("common.private")), *(Listed(name) for name in names)],
            picked,
            back=None if result is None or result.item is not None else self._kiosk.leave,
        ))  # fmt: skip

    async def ask_back_or_extend(self, result: Scanned) -> None:
        """A thing from an earlier visit: give it back, or keep it longer if the rules let it."""
        line = result.line
        if line is None:
            return
        longer = await self._kiosk.do(facts.longer_until, line)
        if isinstance(longer, Refusal) and line.id not in self._present.extended:
            await self._desk.deeds.give_back()  # one answer is no question, and who scans on has given it
            return

        def answers(words: Words) -> list[Listed]:
            back = Listed(words("choose.give_back"))
            if isinstance(longer, Refusal):
                return [back]
            return [back, Listed(words("choose.extend", when=words.until(longer)))]

        def detail(words: Words) -> str:
            name = shown(line.item.name(words.language), limit=60)
            return f"{name} · {words.why(longer)}" if isinstance(longer, Refusal) else name

        async def picked(place: int) -> None:
            await (self._desk.deeds.give_back() if place == 0 else self._desk.deeds.extend())

        await self._kiosk.go("choose", ChooseView(
            lambda words: words("choose.back_or_extend"), answers, picked, detail
        ))  # fmt: skip

    async def choose_language(self) -> None:
        """Show all languages by their own names."""
        offered = self._kiosk.offered

        async def picked(place: int) -> None:
            self._kiosk.speak(offered[place])
            await self._desk.where_we_were()

        await self._kiosk.go("choose", ChooseView(
            lambda words: words("choose.language"),
            lambda _words: [Listed(own_name(one)) for one in offered],
            picked,
        ))  # fmt: skip
