"""The few things the counter asks: for whom, give back or keep longer, which language."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from kiosk import facts, visit_facts
from kiosk.answers import answer_to, whom
from kiosk.i18n import Words, own_name
from kiosk.screens.choose import ChooseView
from kiosk.sound import Tone
from kiosk.widgets.pages import Listed
from kiosk.widgets.result import Answer
from sharing import codes
from sharing.errors import Refusal
from sharing.lending import actions
from sharing.lending.rules import is_same_again
from sharing.texts import shown

if TYPE_CHECKING:
    from kiosk.desk import Desk
    from sharing.catalogue.rules import Item
    from sharing.journal.entry import Instant
    from sharing.lending.scanning import Scanned


NAMES = 120
"""Cells for the names of what a visit has taken."""


class Questions:
    """Asks on the screen of choices; who scans on instead has answered too."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._kiosk, self._present = desk, desk.kiosk, desk.present

    async def ask_for_whom(self, result: Scanned | None = None) -> None:
        """Ask for whom the visit is; what was taken before the answer goes with it.

        Args:
            result: the first thing that was taken; None if the person asked for the question.
        """
        visit = self._present.visit
        if visit is None:
            return
        self._present.asked_for_whom = True
        organisations = [one.organisation for one in visit.person.memberships]

        async def picked(place: int) -> None:
            await self._said_for_whom(organisations[place - 1].id if place else None, result)

        async def leave_open() -> None:
            said = partial(answer_to, scanned=result) if result is not None else None
            await self._desk.show_visit(said, result)

        def detail(words: Words) -> str:
            if result is None or result.item is None or result.line is None:
                return ""
            name, until = _name(words, result.item), words.until(result.line.due)
            return f"{words('choose.lent', thing=name, when=until)} {words('choose.or_private')}"

        names = [shown(one.name, limit=60) for one in organisations]
        await self._kiosk.go("choose", ChooseView(
            lambda words: words("choose.whom"),
            lambda words: [Listed(words("common.private")), *(Listed(name) for name in names)],
            picked, detail, leave_open,
        ))  # fmt: skip

    async def _said_for_whom(self, org: str | None, result: Scanned | None) -> None:
        """Note the answer, and say what it changed."""
        before, last = self._present.visit, result or self._present.last
        if before is None:
            return
        visit = await self._kiosk.do(actions.assign, before, org, self._kiosk.new_act())
        self._present.visit = visit
        if last is not None:
            last = await self._kiosk.do(visit_facts.now_for, last, visit)
            self._present.last = last
        if result is not None and last is not None:
            await self._desk.show_visit(partial(answer_to, scanned=last), last)
            return
        now = await self._kiosk.do(visit_facts.of_visit, visit)
        changed = [line.item for line in now.lines if line.loan == visit.loan]
        changed += [one.item for one in now.aside if one.loan == visit.loan]

        def say(words: Words) -> Answer:
            names = shown(", ".join(_name(words, item) for item in changed), limit=NAMES)
            line = words("visit.all_changed", things=names) if changed else words("visit.scan")
            now_for = " · ".join((whom(visit), *(() if org else (words("visit.private"),))))
            return Answer("done", Tone.DONE, words("visit.assigned", whom=now_for), (line,))

        await self._desk.show_visit(say, last)

    async def ask_back_or_extend(self, result: Scanned) -> None:
        """A thing from an earlier visit: give it back, or keep it longer if the rules let it."""
        line = result.line
        if line is None:
            return
        longer = await self._kiosk.do(facts.longer_until, line)
        kept = line.id in self._present.extended
        if isinstance(longer, Refusal) and not kept:
            await self._desk.deeds.give_back()  # one answer is no question, and who scans on has given it
            return
        self._present.unanswered = None if kept else line.item.id

        def answers(words: Words) -> list[Listed]:
            back = Listed(words("choose.give_back"))
            if isinstance(longer, Refusal):
                return [back]
            return [back, Listed(words("choose.extend", when=words.until(longer)))]

        def detail(words: Words) -> str:
            why = words.why(longer) if isinstance(longer, Refusal) else ""
            about = " · ".join(part for part in (_name(words, line.item), why) if part)
            on = "" if kept else words("choose.on_is_back")
            return "\n".join(part for part in (about, on, self._let_go(words)) if part)

        async def picked(place: int) -> None:
            self._present.unanswered = None
            await (self._desk.deeds.give_back() if place == 0 else self._desk.deeds.extend())

        async def leave_open() -> None:
            self._present.unanswered = None
            await self._desk.where_we_were()

        await self._kiosk.go("choose", ChooseView(
            lambda words: words("choose.back_or_extend"), answers, picked, detail, leave_open
        ))  # fmt: skip

    async def scanned_on(self, text: str, at: Instant) -> None:
        """Who scans on without an answer gives back: that is what scanning a thing again means."""
        item, visit = self._present.unanswered, self._present.visit
        self._present.let_go = None
        if item is None or visit is None or is_same_again(visit, _label(text), at):
            return
        self._present.unanswered = None
        line, self._present.visit = await self._kiosk.do(
            actions.give_back, visit, item, self._kiosk.new_act()
        )
        self._present.let_go = line.item

    def _let_go(self, words: Words) -> str:
        item = self._present.let_go
        return words("choose.let_go", thing=_name(words, item)) if item is not None else ""

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


def _label(text: str) -> str:
    try:
        return codes.read(text)
    except Refusal:
        return text


def _name(words: Words, item: Item) -> str:
    return shown(item.name(words.language), limit=60)
