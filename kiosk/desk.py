"""What happens at the counter: takes scans in order, lets `sharing` decide, and sends the answer to a screen.

Nothing is decided here. Everything that reads or writes the house runs in the writer thread.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any

from kiosk import facts
from kiosk.answers import LOOKS, answer_to, done, refused, whom
from kiosk.i18n import Words, own_name
from kiosk.screens.back import BackView
from kiosk.screens.choose import ChooseView
from kiosk.screens.home import HomeView
from kiosk.screens.thing import ThingView
from kiosk.screens.trouble import TroubleView
from kiosk.screens.visit import VisitView
from kiosk.sound import Tone
from kiosk.staff_desk import StaffDesk
from kiosk.visit import after_undo
from kiosk.widgets.pages import Listed
from sharing.errors import NotUndoable, Refusal, TeilhausError
from sharing.lending import actions
from sharing.lending.rules import Condition
from sharing.lending.scan_table import Step
from sharing.lending.scanning import Scan, scan
from sharing.texts import shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.app import KioskApp
    from kiosk.widgets.result import Answer
    from sharing.journal.entry import Instant
    from sharing.lending.scanning import Scanned

SAYS_IN_VISIT = frozenset({
    Step.LENT, Step.ALREADY_YOURS, Step.ALREADY_GIVEN_BACK, Step.SET_ASIDE, Step.MISSING, Step.KEPT_AT_DESK,
    Step.REFUSED, Step.FOUND, Step.RESERVED_FOR_ANOTHER, Step.VISIT_OPENED, Step.VISIT_CHANGED,
})  # fmt: skip
"""What is said above the list of the visit; the rest has a screen of its own."""


class Desk:
    """The counter of one kiosk."""

    def __init__(self, kiosk: KioskApp) -> None:
        self.kiosk = kiosk
        self.present = kiosk.present
        self.staff = StaffDesk(self)
        self._turn = asyncio.Lock()
        """One scan after the other: each needs the visit that the one before it left."""

    async def begin(self) -> None:
        """Read what home shows, and the zone that all times are shown in."""
        last, terms = await self.kiosk.do(facts.at_start)
        self.kiosk.words = Words(self.kiosk.words.language, terms.zone)
        self.kiosk.house_name = terms.name or self.kiosk.house_name
        noted = last.item.name(self.kiosk.words.language) if last else ""
        if self.kiosk.current_mode == "home" and self.present.visit is None:
            await self.kiosk.go("home", HomeView(last.at if last else None, noted))

    # Scans ----------------------------------------------------------------------------------------------------------

    async def scanned(self, text: str, *, typed: bool = False) -> None:
        """Take one scan from wherever it came."""
        async with self._turn:
            screen = self.kiosk.showing()
            if screen is not None and await screen.took_scan(text):
                return
            now = self.kiosk.seconds()
            command = Scan(text, self.kiosk.new_act(), self.present.visit, self.present.shown(now), typed)
            result = await self.kiosk.writer.with_house(lambda house: scan(house.store, house.keys, command))
            await self._answer(result)

    async def _answer(self, result: Scanned) -> None:
        """Send the answer to the screen that shows it."""
        if result.step is Step.SAME_AGAIN:
            return
        before = self.present.visit
        self.kiosk.play(LOOKS[result.step][1] if result.refusal is None else Tone.NO)
        if result.step is Step.STAFF_PIN:
            await self.kiosk.go("pin", result.holder)
            return
        if result.step is Step.VISIT_ENDED:
            await self.kiosk.leave()
            return
        if result.step in (Step.VISIT_OPENED, Step.VISIT_CHANGED):
            self.kiosk.forget()
        self.present.noted(result, self.kiosk.seconds())
        opened = result.visit is not None and (before is None or before.loan != result.visit.loan)
        if opened and self._must_ask_for_whom():
            await self.ask_for_whom(result)
        else:
            await self.show_result(result)

    async def show_result(self, result: Scanned) -> None:
        """Show what a scan led to."""
        ask = await self.kiosk.do(facts.ask_for, result)
        if result.step is Step.ASK_BACK_OR_EXTEND:
            await self._ask_back_or_extend(result)
        elif result.step in (Step.GIVEN_BACK, Step.GIVEN_BACK_OFFERED):
            home = await self.kiosk.do(facts.home_of, result)
            await self.kiosk.go("back", BackView(result, home, self.present.visit is not None))
        elif result.visit is not None and result.step in SAYS_IN_VISIT:
            await self.show_visit(partial(answer_to, scanned=result, ask=ask), result)
        else:
            known = await self.kiosk.do(facts.about, result)
            await self.kiosk.go("thing", ThingView(result, None, known.home, known.loan_days, ask, here=known.here))

    async def show_visit(self, answer: Callable[[Words], Answer] | None = None, last: Scanned | None = None) -> None:
        """Show the visit as the journal has it now."""
        visit = self.present.visit
        if visit is None:
            await self.kiosk.leave()
            return
        lines, aside = await self.kiosk.do(facts.of_visit, visit.person.id)
        say = answer or (lambda words: done(words, "visit.scan", words("visit.what")))
        await self.kiosk.go("visit", VisitView(visit, lines, aside, say, last))

    async def where_we_were(self) -> None:
        """Go back to the visit, to the staff desk, or home."""
        if self.present.visit is not None:
            await self.show_visit()
        elif self.present.staff is not None:
            await self.staff.show()
        else:
            await self.kiosk.leave()

    # Questions ------------------------------------------------------------------------------------------------------

    def _must_ask_for_whom(self) -> bool:
        visit = self.present.visit
        return visit is not None and not visit.asked_for_whom

    async def ask_for_whom(self, result: Scanned | None = None) -> None:
        """Ask once; the things scanned meanwhile are assigned with the answer."""
        visit = self.present.visit
        if visit is None:
            return
        organisations = [one.organisation for one in visit.person.memberships]

        async def picked(place: int) -> None:
            nonlocal result
            org = organisations[place - 1].id if place else None
            now = self.present.visit or visit
            self.present.visit = await self.kiosk.do(actions.assign, now, org, self.kiosk.new_act())
            if result is not None and self.present.visit is not None:
                result = facts.with_visit(result, self.present.visit)
                await self.show_visit(partial(answer_to, scanned=result), result)
            else:
                await self.show_visit()

        names = [shown(one.name, limit=60) for one in organisations]
        await self.kiosk.go("choose", ChooseView(
            lambda words: words("choose.whom"),
            lambda words: [Listed(words("common.private")), *(Listed(name) for name in names)],
            picked,
        ))  # fmt: skip

    async def _ask_back_or_extend(self, result: Scanned) -> None:
        """A thing from an earlier visit: give it back, or keep it longer if the rules let it."""
        line = result.line
        if line is None:
            return
        longer = await self.kiosk.do(facts.longer_until, line)

        def answers(words: Words) -> list[Listed]:
            back = Listed(words("choose.give_back"))
            if isinstance(longer, Refusal):
                return [back]
            return [back, Listed(words("choose.extend", when=words.until(longer)))]

        def detail(words: Words) -> str:
            name = shown(line.item.name(words.language), limit=60)
            return f"{name} · {words.why(longer)}" if isinstance(longer, Refusal) else name

        async def picked(place: int) -> None:
            await (self.give_back() if place == 0 else self.extend())

        await self.kiosk.go("choose", ChooseView(
            lambda words: words("choose.back_or_extend"), answers, picked, detail
        ))  # fmt: skip

    async def choose_language(self) -> None:
        """Show all languages by their own names."""
        offered = self.kiosk.offered

        async def picked(place: int) -> None:
            self.kiosk.speak(offered[place])
            await self.where_we_were()

        await self.kiosk.go("choose", ChooseView(
            lambda words: words("choose.language"), lambda _words: [Listed(own_name(one)) for one in offered], picked
        ))  # fmt: skip

    # Keys of the screens --------------------------------------------------------------------------------------------

    async def give_back(self) -> None:
        """Give back the thing that was scanned last."""
        last = self.present.last
        if last is None or last.item is None:
            return
        act = self.kiosk.new_act()
        line, visit = await self.kiosk.do(actions.give_back, self.present.visit, last.item.id, act)
        self.present.visit = visit
        self.kiosk.play(Tone.DONE)
        result = facts.returned(last, line, visit, act)
        self.present.noted(result, self.kiosk.seconds())
        await self.show_result(result)

    async def extend(self) -> None:
        """Keep the thing that was scanned last for as long as the rules let."""
        await self._renewed(None, "visit.renewed")

    async def bring_back_earlier(self, until: Instant) -> None:
        """Promise the thing that was scanned last for an earlier time."""
        await self._renewed(until, "visit.shortened")

    async def _renewed(self, until: Instant | None, key: str) -> None:
        last, visit = self.present.last, self.present.visit
        if last is None or last.line is None or visit is None:
            return
        line = await self.kiosk.do(
            actions.renew, last.line.id, self.kiosk.new_act(), until=until, actor=visit.person.id
        )
        self.kiosk.play(Tone.DONE)

        def say(words: Words) -> Answer:
            until = words("common.until", when=words.until(line.due))
            return done(words, key, shown(line.item.name(words.language)), until, words("common.for", whom=whom(None, line)))

        await self.show_visit(say)

    async def earlier_ends(self) -> tuple[Instant, ...]:
        """The earlier ends that can be offered for the thing that was scanned last."""
        last = self.present.last
        return await self.kiosk.do(facts.earlier_ends, last.line) if last and last.line else ()

    async def take_again(self) -> None:
        """Borrow what was just given back."""
        last, visit = self.present.last, self.present.visit
        if last is None or last.item is None or visit is None:
            return
        act = self.kiosk.new_act()
        taken, after = await self.kiosk.do(actions.take_again, visit, last.item.id, act)
        result = facts.taken_again(last, taken, after, act)
        self.kiosk.play(LOOKS[result.step][1])
        self.present.noted(result, self.kiosk.seconds())
        await self.show_result(result)

    async def put_back(self) -> None:
        """No longer keep at the desk what was scanned last."""
        last = self.present.last
        if last is None or last.item is None:
            return
        await self.kiosk.do(actions.put_back, last.item.id, self.kiosk.new_act())
        name = last.item
        await self.show_visit(lambda words: done(words, "visit.put_back", shown(name.name(words.language))))

    async def say_condition(self, condition: Condition) -> None:
        """Note how the thing that was scanned last came back."""
        last = self.present.last
        if last is None or last.item is None:
            return
        act = self.kiosk.new_act()
        actor = self.present.visit.person if self.present.visit else None
        await self.kiosk.do(actions.say_condition, last.item.id, condition, act, actor=actor)
        self.present.said = act
        key = "back.noted" if condition is Condition.GOOD else "back.thanks"
        self.kiosk.play(Tone.DONE)
        item = last.item
        if self.present.visit is not None:
            await self.show_visit(lambda words: done(words, key, shown(item.name(words.language))), last)
        else:
            self.kiosk.forget()
            await self.kiosk.go("home", HomeView(note=key))

    async def undo(self) -> None:
        """Take back the newest act of this visit, or a return that was just made without one."""
        act = self.present.undoable(self.kiosk.seconds())
        if act is None:
            await self.where_we_were()
            return
        if self.present.said is not None:
            await self.kiosk.do(actions.undo, self.present.said, self.kiosk.new_act())
        try:
            (item, *_) = await self.kiosk.do(actions.undo, bytes.fromhex(act), self.kiosk.new_act())
        except NotUndoable:
            if not await self._give_back_instead(act):
                raise
            return
        self.present.last = self.present.said = None
        self.kiosk.play(Tone.DONE)
        visit = self.present.visit
        if visit is None:
            await self.kiosk.go("home", HomeView(note="visit.undone", noted=item.name(self.kiosk.words.language)))
            return
        lines, _ = await self.kiosk.do(facts.of_visit, visit.person.id)
        out = frozenset(line.item.id for line in lines if line.loan == visit.loan)
        self.present.visit = after_undo(visit, out)
        await self.show_visit(lambda words: done(words, "visit.undone", shown(item.name(words.language))))

    async def _give_back_instead(self, act: str) -> bool:
        """A loan whose end was changed meanwhile cannot be undone, but the thing can come back."""
        visit = self.present.visit
        item = dict(visit.acts).get(act) if visit else None
        if visit is None or item is None or item not in visit.taken:
            return False
        line, after = await self.kiosk.do(actions.give_back, visit, item, self.kiosk.new_act())
        self.present.visit = after
        self.kiosk.play(Tone.DONE)
        await self.show_visit(lambda words: done(words, "step.given_back", shown(line.item.name(words.language))))
        return True

    # What goes wrong ------------------------------------------------------------------------------------------------

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
        else:
            await self.kiosk.go("thing", ThingView(None, say))

    async def _somebody(self) -> Any:  # noqa: ANN401
        try:
            return await self.kiosk.do(facts.somebody)
        except TeilhausError:
            return None


def _refusal(words: Words, error: Refusal, ask: Any) -> Answer:  # noqa: ANN401
    return refused(words, error, ask)
