"""Home: says one thing, scan, and shows where."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from textual.containers import Horizontal, Vertical

from kiosk.screens.base import KioskScreen
from kiosk.widgets.choice import Option
from kiosk.widgets.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.widget import Widget

PICTURE = """\
      ┌───────────┐
      │ ▓▓  ▓ ▓▓▓ │
      │ ▓ ▓▓▓ ▓ ▓ │
      │ ▓▓ ▓  ▓▓▓ │
      └───────────┘
        ╲   │   ╱
         ╲  │  ╱
     ╭────╲─┴─╱────╮
     │   ▔▔▔▔▔▔▔   │
     ╰──────┬──────╯
         ═══╧═══"""
"""A label in the light of the scanner."""
OFFERED_S = 30.0
"""So long somebody who just left can still take the time of return along."""


class HomeView(msgspec.Struct, frozen=True):
    """What home shows to nobody in particular."""

    noted_at: int | None = None
    """When something was noted last (instant); shown after a restart, so that nobody fears it was lost."""
    noted: str = ""
    """The thing, without a person."""
    note: str = ""
    """Key of what was just done, such as the end of a visit."""
    dues: tuple[int, ...] = ()
    """When what was just taken is to be back (instants), for a phone; of nobody by name."""
    due_name: str = ""
    """What a phone calls it, in the language of who just left."""


class HomeScreen(KioskScreen[HomeView]):
    """Scan a label."""

    PLACES = 3

    def __init__(self) -> None:
        """Say it from the first moment on."""
        super().__init__()
        self.view = HomeView()

    def body(self) -> Sequence[Widget]:
        """Words on the left, the picture on the right."""
        words = Vertical(
            Text(id="scan", classes="big"),
            Text(id="hint"),
            Text(id="borrow"),
            Text(id="return"),
            Text(id="note", classes="soft"),
            id="home-words",
        )
        return [Horizontal(words, Text(PICTURE, id="picture"), id="home")]

    def fill(self, view: HomeView) -> None:
        """Say it."""
        words = self.words
        self.query_one("#scan", Text).say(words("home.title"))
        self.query_one("#picture", Text).say(PICTURE)
        for key in ("hint", "borrow", "return"):
            self.query_one(f"#{key}", Text).say(words(f"home.{key}"))
        noted = _shown(view.noted) if view.noted else ""
        note = ": ".join(part for part in (words(view.note), noted) if part) if view.note else ""
        if view.noted_at is not None:
            note = words("home.last", when=words.time(view.noted_at), thing=noted)
        self.query_one("#note", Text).say(note)

    def options(self, view: HomeView) -> Sequence[Option]:
        """A number can be typed where the scanner fails."""
        rooms = [Option("2", self.words("home.rooms"), "rooms")] if self.kiosk.present.has_rooms else []
        phone = [Option("3", self.words("home.phone"), "phone")] if view.dues else []
        return [Option("1", self.words("home.enter"), "enter"), *rooms, *phone]

    async def chosen(self, does: str) -> None:
        """Type a number, or look at the rooms."""
        if does == "enter":
            await self.kiosk.go("code", True)
        elif does == "rooms":
            await self.kiosk.desk.rooms.show_hub()
        elif does == "phone" and self.view is not None and self.view.dues:
            from kiosk.screens.due import show_due  # noqa: PLC0415 - home comes first

            await show_due(self.kiosk, self.view.dues, self.view.due_name)

    @property
    def patience_s(self) -> float | None:
        """What is offered to who just left goes when nobody wants it."""
        return OFFERED_S if self.view is not None and self.view.dues else None


def _shown(name: str) -> str:
    from sharing.texts import shown  # noqa: PLC0415 - the first text must not wait for it

    return shown(name, limit=40)
