"""A label that nothing bears yet: at its first scan staff say which thing it is for, once and for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.screens.choose import ChooseView
from kiosk.screens.item import ItemScreen, open_item
from kiosk.sound import Tone
from kiosk.widgets.pages import Listed
from sharing import codes
from sharing.catalogue import actions as catalogue
from sharing.codes import CodeKind
from sharing.errors import Unreadable
from sharing.people.rules import Right
from sharing.texts import shown

if TYPE_CHECKING:
    from kiosk.began import Began
    from kiosk.screens.base import Kiosk
    from sharing.catalogue.rules import Item
    from sharing.journal.store import Store

_OF_THINGS = frozenset({CodeKind.ITEM, CodeKind.KIT})


def unclaimed(store: Store, text: str) -> str | None:
    """Give the number of a label for things that nothing bears; None if the scan is anything else."""
    try:
        code = codes.read(text)
    except Unreadable:
        return None
    if codes.kind_of(code) not in _OF_THINGS:
        return None
    with store.reader() as read:
        return code if catalogue.thing_by_code(read, code) is None else None


async def took_new_label(kiosk: Kiosk, text: str, back: Began) -> bool:
    """Ask what a new label is for: the thing that is looked at, or one that is searched for now."""
    if not kiosk.desk.staff.person.may(Right.MANAGE_CATALOGUE):
        return False
    code = await kiosk.do(unclaimed, text)
    if code is None:
        return False
    kiosk.play(Tone.ASK)
    screen = kiosk.showing()
    if isinstance(screen, ItemScreen) and screen.view is not None:
        await _ask_whether(kiosk, code, screen.view.kept.item, back)
    else:
        await _ask_which(kiosk, code, back)
    return True


async def _ask_whether(kiosk: Kiosk, code: str, item: Item, back: Began) -> None:
    """Ask once; one act for the question, so that a key pressed twice claims once."""
    act = kiosk.new_act()

    async def yes(_place: int) -> None:
        await kiosk.do(catalogue.claim_code, code, item.subject, act=act)
        kiosk.play(Tone.DONE)
        await open_item(kiosk, item.id, back, done="label.claimed")

    await kiosk.go("choose", ChooseView(
        lambda words: words("label.this", name=shown(item.name(words.language), limit=60)),
        lambda words: [Listed(words("label.yes"), words("label.for_ever"))],
        yes,
        lambda _words: codes.grouped(code),
        lambda: open_item(kiosk, item.id, back),
    ))  # fmt: skip


async def _ask_which(kiosk: Kiosk, code: str, back: Began) -> None:
    async def search(_place: int) -> None:
        await kiosk.desk.staff.open("things")

    await kiosk.go("choose", ChooseView(
        lambda words: words("label.new"),
        lambda words: [Listed(words("label.search"), words("label.again"))],
        search,
        lambda _words: codes.grouped(code),
        back,
    ))  # fmt: skip
