"""The PIN of a staff card, masked."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kiosk.screens.digits import DigitsScreen
from kiosk.widgets.text import Text

if TYPE_CHECKING:
    from sharing.people.rules import Holder

DOT = "●"


class PinScreen(DigitsScreen["Holder"]):
    """Asks for the PIN; says how many tries are left."""

    MOST: ClassVar[int] = 12

    def drawn(self) -> str:
        """Show dots only."""
        return " ".join(DOT for _ in self.digits)

    def fill(self, view: Holder) -> None:
        """Ask."""
        super().fill(view)
        self.query_one("#title", Text).say(self.words("pin.title"))
        self.query_one("#hint", Text).say(self.words("pin.hint"))

    async def entered(self, digits: str) -> None:
        """Check it in the writer thread; argon2 takes its time."""
        if self.view is not None:
            self.query_one("#hint", Text).say(self.words("common.working"))
            await self.kiosk.desk.staff.pin_entered(self.view, digits)

    def say_wrong(self, text: str) -> None:
        """Say why it did not open."""
        self.query_one("#hint", Text).say(text)
