"""What waits at the desk: staff see to what is missing, and it is lent; or it goes back to its shelf."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.screens.choose import ChooseView
from kiosk.screens.listing import ListScreen
from kiosk.sound import Tone
from kiosk.widgets.pages import Listed
from sharing.lending.actions import put_back
from sharing.texts import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kiosk.i18n import Words
    from sharing.lending.looking import SetAside


@dataclass(frozen=True, slots=True)
class AsideView:
    """All that waits, the oldest first."""

    waiting: tuple[SetAside, ...]


class AsideScreen(ListScreen[AsideView]):
    """One thing after the other."""

    def heading(self, view: AsideView) -> str:
        """The heading with the number of things."""
        return f"{self.words('staff.aside')} ({len(view.waiting)})"

    def entries(self, view: AsideView) -> Sequence[Listed]:
        """Thing, person, and what is missing."""
        return [Listed(_thing(self.words, one), _detail(self.words, one)) for one in view.waiting]

    async def picked(self, view: AsideView, place: int) -> None:
        """Ask which of the two."""
        one = view.waiting[place]

        async def said(answer: int) -> None:
            desk = self.kiosk.desk
            if answer == 0:
                await desk.overriding.complete(desk.staff.person, one.item, again)
                return
            await self.kiosk.do(put_back, one.item.id, self.kiosk.new_act())
            self.kiosk.play(Tone.DONE)
            await again()

        async def again() -> None:
            await self.kiosk.desk.staff.open("aside")

        await self.kiosk.go(
            "choose",
            ChooseView(
                lambda words: _thing(words, one),
                lambda words: [Listed(words("staff.complete")), Listed(words("staff.put_back"))],
                said,
                lambda words: _detail(words, one),
                lambda: self.kiosk.desk.staff.open("aside"),
            ),
        )


def _thing(words: Words, one: SetAside) -> str:
    return shown(one.item.name(words.language), limit=60)


def _detail(words: Words, one: SetAside) -> str:
    name = shown(one.who.name, limit=30) if one.who else "–"
    return words("staff.line_aside", whom=name, needs=words.needs(one.missing))
