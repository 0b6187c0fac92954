"""One thing at the staff desk: how it stands, who has it; keep it in the house, let it go, give it up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk import keeping
from kiosk.naming import detail
from kiosk.screens.base import KioskScreen
from kiosk.screens.choose import ChooseView
from kiosk.sound import Tone
from kiosk.widgets.choice import Option
from kiosk.widgets.pages import Listed
from kiosk.widgets.text import Text
from sharing.catalogue.actions import block
from sharing.catalogue.rules import BlockReason
from sharing.codes import grouped, read
from sharing.errors import Unreadable
from sharing.lending.actions import Return, check_in, find_again, mark_lost
from sharing.people.rules import Right
from sharing.texts import shown

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from textual.widget import Widget

    from kiosk.i18n import Words
    from kiosk.keeping import Kept
    from kiosk.screens.base import Kiosk

PARTS = ("where", "code", "note")
REASONS = tuple(BlockReason)


@dataclass(frozen=True, slots=True)
class ItemView:
    """One thing, and where "back" leads."""

    kept: Kept
    back: Callable[[], Awaitable[None]]
    done: str = ""
    """What was just done to it, as a key of the words; empty: it is only looked at."""


class ItemScreen(KioskScreen[ItemView]):
    """Each key has one that takes it back."""

    def body(self) -> Sequence[Widget]:
        """Name, how it stands, and what is known."""
        return [
            Text(id="title", classes="big"),
            Text(id="state", classes="strong"),
            *(Text(id=name) for name in PARTS),
            Text(id="said"),
        ]

    def fill(self, view: ItemView) -> None:
        """Say it."""
        words, item, home = self.words, view.kept.item, view.kept.home
        self.query_one("#title", Text).say(shown(item.name(words.language), limit=120))
        self.query_one("#state", Text).say("\n".join(standing(words, view.kept)))
        place = shown(home.where(words.language), limit=140) if home else "–"
        said = {
            "where": words("thing.where", place=place),
            "code": grouped(item.code) if item.code else "",
            "note": shown(item.note, limit=200),
        }
        for name in PARTS:
            text = self.query_one(f"#{name}", Text)
            text.say(said[name])
            text.display = bool(said[name])
        self.query_one("#said", Text).say(words(view.done) if view.done else "")

    def options(self, view: ItemView) -> Sequence[Option]:
        """Block or free, lost or found, and who has it."""
        words, one = self.words, view.kept
        offered = []
        if self.kiosk.desk.staff.person.may(Right.MANAGE_CATALOGUE):
            offered = [
                Option("1", words("item.free"), "free")
                if one.is_blocked
                else Option("1", words("item.block"), "block"),
                Option("2", words("item.found"), "found")
                if one.lost
                else Option("2", words("item.lose"), "lose"),
            ]
        if one.who is not None:
            offered.append(Option("3", words("item.who"), "who"))
        if one.line is not None:
            offered.append(Option("4", words("item.back"), "return"))
        return [*offered, Option("9", words("common.back"), "back")]

    async def chosen(self, does: str) -> None:
        """Do it and show the thing again."""
        view, kiosk = self.view, self.kiosk
        if view is None:
            return
        item, staff = view.kept.item.id, kiosk.desk.staff
        if does == "back":
            await view.back()
        elif does == "who" and view.kept.who is not None:
            await staff.show_person(view.kept.who.id, back=lambda: open_item(kiosk, item, view.back))
        elif does == "block":
            await self._ask_reason(view)
        else:
            if does == "free":
                acts = {"unblocks": kiosk.new_act(), "checks": kiosk.new_act()}
                await kiosk.do(keeping.free, staff.person, view.kept, **acts)
            elif does == "lose":
                await kiosk.do(mark_lost, staff.person, item, kiosk.new_act())
            elif does == "return":
                await kiosk.do(check_in, Return(kiosk.new_act(), (item,), actor=staff.person))
            elif does == "found":
                await kiosk.do(find_again, item, kiosk.new_act())
            kiosk.play(Tone.DONE)
            await open_item(kiosk, item, view.back)

    async def _ask_reason(self, view: ItemView) -> None:
        """Ask why it stays; one act for the question, so that a key pressed twice blocks once."""
        kiosk, item = self.kiosk, view.kept.item
        act = kiosk.new_act()

        async def picked(place: int) -> None:
            await kiosk.do(block, item.id, REASONS[place], act=act)
            kiosk.play(Tone.DONE)
            await open_item(kiosk, item.id, view.back)

        await kiosk.go(
            "choose",
            ChooseView(
                lambda words: words("item.why"),
                lambda words: [Listed(words(f"reason.{one}")) for one in REASONS],
                picked,
                lambda words: shown(item.name(words.language), limit=60),
                lambda: open_item(kiosk, item.id, view.back),
            ),
        )


async def open_item(kiosk: Kiosk, item: str, back: Callable[[], Awaitable[None]], *, done: str = "") -> None:
    """Show one thing as it is now, and what was just done."""
    await kiosk.go("item", ItemView(await kiosk.do(keeping.kept, item), back, done))


async def opened(kiosk: Kiosk, text: str, back: Callable[[], Awaitable[None]]) -> bool:
    """Show the thing whose label was scanned; false if it is no thing's."""
    try:
        code = read(text)
    except Unreadable:
        return False
    one = await kiosk.do(keeping.kept_by_code, code)
    if one is None:
        return False
    kiosk.play(Tone.DONE)
    await kiosk.go("item", ItemView(one, back))
    return True


def standing(words: Words, one: Kept) -> list[str]:
    """Say how it stands: who has it, for whom it waits, that it is lost or blocked; or that it is free."""
    said = []
    if one.line is not None:
        said.append(detail(words, one.line))
    if one.aside is not None:
        name = shown(one.aside.who.name, limit=40) if one.aside.who else "–"
        said.append(words("item.aside", whom=name))
    if one.lost:
        said.append(words("item.lost"))
    if one.item.blocked:
        reason = words("item.blocked", reason=_reason(words, one.item.blocked))
        said.append(" · ".join(part for part in (reason, shown(one.item.blocked_note, limit=120)) if part))
    if one.damaged:
        said.append(words("item.blocked", reason=words(f"condition.{one.damaged}")))
    if not said:
        said.append(words("item.is_free" if one.item.lendable else "item.stays"))
    return said


def _reason(words: Words, reason: str) -> str:
    key = f"reason.{reason}"
    return words(key) if words.has(key) else shown(reason, limit=60)
