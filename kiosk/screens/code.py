"""Type the number of a label or card, where the scanner cannot read it."""

from __future__ import annotations

from typing import ClassVar

from kiosk.screens.digits import DigitsScreen
from kiosk.widgets.text import Text
from sharing.codes import grouped

LENGTH = 16


class CodeScreen(DigitsScreen[bool]):
    """Sixteen digits, shown in fours as on the label."""

    MOST: ClassVar[int] = LENGTH

    def drawn(self) -> str:
        """Show the digits and how many there are to come."""
        return f"{grouped(self.digits.ljust(LENGTH, '_'))}   {self.words('code.digits', n=len(self.digits))}"

    def fill(self, view: bool) -> None:  # noqa: FBT001 - the view of this screen is that it was asked for
        """Say where the number stands."""
        super().fill(view)
        self.query_one("#title", Text).say(self.words("code.title"))
        self.query_one("#hint", Text).say(self.words("code.hint"))

    async def entered(self, digits: str) -> None:
        """Treat it as a scan; a wrong number says so as a scan would."""
        await self.kiosk.desk.scanned(digits, typed=True)
