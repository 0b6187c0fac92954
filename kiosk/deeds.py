"""What the keys of the visitors' screens do: each is one use case, and then the visit is shown again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from kiosk import facts, keeping, visit_facts
from kiosk.answers import LOOKS, deposit_back, done, for_whom
from kiosk.naming import belongs
from kiosk.screens.home import HomeView
from kiosk.screens.write import WriteView
from kiosk.sound import Tone
from kiosk.visit import after_undo
from sharing.errors import NotUndoable
from sharing.lending import actions
from sharing.lending.rules import Condition
from sharing.texts import shown

if TYPE_CHECKING:
    from kiosk.desk import Desk
    from kiosk.i18n import Words
    from kiosk.widgets.result import Answer
    from sharing.catalogue.rules import Item
    from sharing.journal.entry import Instant
    from sharing.lending.rules import Visit
    from sharing.lending.scanning import Scanned

TOLD = frozenset({Condition.INCOMPLETE, Condition.BROKEN})
"""Conditions that one can say more about."""


class Deeds:
    """About the thing that was scanned last, or the newest act."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._kiosk, self._present = desk, desk.kiosk, desk.present

    async def give_back(self) -> None:
        """Give back the thing that was scanned last."""
        last = self._present.last
        if last is None or last.item is None:
            return
        act = self._kiosk.new_act()
        line, visit = await self._kiosk.do(actions.give_back, self._present.visit, last.item.id, act)
        self._present.visit = visit
        self._kiosk.play(Tone.DONE)
        result = facts.returned(last, line, visit, act)
        self._present.noted(result, self._kiosk.seconds())
        await self._desk.show_result(result)

    async def extend(self) -> None:
        """Keep the thing that was scanned last for as long as the rules let."""
        await self._renewed(None, "visit.renewed")

    async def bring_back_earlier(self, until: Instant) -> None:
        """Promise the thing that was scanned last for an earlier time."""
        await self._renewed(until, "visit.shortened")

    async def _renewed(self, until: Instant | None, key: str) -> None:
        last, visit = self._present.last, self._present.visit
        if last is None or last.line is None or visit is None:
            return
        line = await self._kiosk.do(
            actions.renew, last.line.id, self._kiosk.new_act(), until=until, actor=visit.person.id
        )
        self._present.extended |= {line.id}
        self._kiosk.play(Tone.DONE)

        def say(words: Words) -> Answer:
            until = words("common.until", when=words.until(line.asked_due or line.due))
            return done(
                words,
                key if line.asked_due is None else "visit.renewal_asked",
                shown(line.item.name(words.language)),
                until,
                for_whom(words, line),
            )

        await self._desk.show_visit(say)

    async def earlier_ends(self) -> tuple[Instant, ...]:
        """The earlier ends that can be offered for the thing that was scanned last."""
        last = self._present.last
        return await self._kiosk.do(facts.earlier_ends, last.line) if last and last.line else ()

    async def take_again(self) -> None:
        """Borrow what was just given back."""
        last, visit = self._present.last, self._present.visit
        if last is None or last.item is None or visit is None:
            return
        act = self._kiosk.new_act()
        taken, after = await self._kiosk.do(actions.take_again, visit, last.item.id, act)
        result = facts.taken_again(last, taken, after, act)
        self._kiosk.play(LOOKS[result.step][1])
        self._present.noted(result, self._kiosk.seconds())
        await self._desk.show_result(result)

    async def put_back(self) -> None:
        """No longer keep at the desk what was scanned last."""
        last = self._present.last
        if last is None or last.item is None:
            return
        act, name = self._kiosk.new_act(), last.item
        await self._kiosk.do(actions.put_back, name.id, act)
        if self._present.visit is not None:
            self._present.visit = self._present.visit.keeping(act.hex(), name.id)
        home = await self._kiosk.do(keeping.home_of, name)
        await self._desk.show_visit(
            lambda words: done(
                words, "visit.put_back", shown(name.name(words.language)), belongs(words, home)
            )
        )

    async def say_condition(self, condition: Condition) -> None:
        """Note how the thing that was scanned last came back."""
        last = self._present.last
        if last is None or last.item is None:
            return
        await self._say(last.item, condition)
        if condition in TOLD:
            await self._ask_what_happened(last, condition)
        else:
            await self._thank(last, condition)

    async def _say(self, item: Item, condition: Condition, note: str = "") -> None:
        act = self._kiosk.new_act()
        actor = self._present.visit.person if self._present.visit else None
        await self._kiosk.do(actions.say_condition, item.id, condition, act, note=note, actor=actor)
        self._present.said = (*self._present.said, act)

    async def _ask_what_happened(self, last: Scanned, condition: Condition) -> None:
        """Ask for a few words, once the damage itself is noted: whoever walks away has said it."""
        item = last.item
        if item is None:
            return

        async def written(text: str) -> None:
            await self._say(item, condition, text)
            await self._thank(last, condition)

        async def skip() -> None:
            await self._thank(last, condition)

        self._kiosk.play(Tone.ASK)
        await self._kiosk.go("write", WriteView(
            lambda words: words("write.damage"),
            written,
            skip,
            lambda words: shown(item.name(words.language), limit=60),
            lambda words: words("write.damage_hint"),
            may_skip=True,
        ))  # fmt: skip

    async def _thank(self, last: Scanned, condition: Condition) -> None:
        """Thank, and show the visit again, or home."""
        item = last.item
        if item is None:
            return
        key = "back.noted" if condition is Condition.GOOD else "back.thanks"
        self._kiosk.play(Tone.DONE)
        if self._present.visit is not None:
            await self._desk.show_visit(
                lambda words: done(words, key, shown(item.name(words.language))), last
            )
        else:
            self._kiosk.forget()
            await self._kiosk.go("home", HomeView(note=key))

    async def undo(self) -> None:
        """Take back the newest act of this visit, or a return that was just made without one."""
        act = self._present.undoable(self._kiosk.seconds())
        if act is None:
            await self._desk.where_we_were()
            return
        while self._present.said:
            await self._kiosk.do(actions.undo, self._present.said[-1], self._kiosk.new_act())
            self._present.said = self._present.said[:-1]
        try:
            (item, *_) = await self._kiosk.do(actions.undo, bytes.fromhex(act), self._kiosk.new_act())
        except NotUndoable:
            if not await self._give_back_instead(act):
                raise
            return
        self._present.last = None
        self._kiosk.play(Tone.DONE)
        visit = self._present.visit
        if visit is None:
            await self._kiosk.go(
                "home", HomeView(note="visit.undone", noted=item.name(self._kiosk.words.language))
            )
        else:
            await self._say_undone(visit, item)

    async def _say_undone(self, visit: Visit, item: Item) -> None:
        """Show the visit without its newest act; for a loan with a deposit, say where the deposit is."""
        now = await self._kiosk.do(visit_facts.of_visit, visit)
        out = frozenset(
            line.item.id for line in now.lines if line.loan == visit.loan or line.item.id in visit.taken
        )
        self._present.visit = after_undo(visit, out)
        ended = item.id in visit.taken - out

        def say(words: Words) -> Answer:
            deposit = deposit_back(words, item) if ended else ""
            return done(words, "visit.undone", shown(item.name(words.language)), deposit)

        await self._desk.show_visit(say)

    async def _give_back_instead(self, act: str) -> bool:
        """A loan whose end was changed meanwhile cannot be undone, but the thing can come back."""
        visit = self._present.visit
        item = dict(visit.acts).get(act) if visit else None
        if visit is None or item is None or item not in visit.taken:
            return False
        line, after = await self._kiosk.do(actions.give_back, visit, item, self._kiosk.new_act())
        acts = tuple(one for one in after.acts if one[1] != item) if after else ()
        self._present.visit = replace(after, acts=acts) if after else None
        self._kiosk.play(Tone.DONE)
        await self._desk.show_visit(
            lambda words: done(
                words,
                "step.given_back",
                shown(line.item.name(words.language)),
                deposit_back(words, line.item),
            )
        )
        return True
