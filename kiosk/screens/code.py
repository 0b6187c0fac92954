"""Type the number of a label or card, where the scanner cannot read it."""

from __future__ import annotations

from typing import ClassVar

from kiosk.screens.digits import DigitsScreen
from kiosk.sound import Tone
from kiosk.widgets.text import Text
from sharing.codes import grouped, is_valid

LENGTH = 16


class CodeScreen(DigitsScreen[bool]):
    """Sixteen digits, shown in fours as on the label; a slip is said here, and the digits stay."""

    MOST: ClassVar[int] = LENGTH

    def __init__(self) -> None:
        super().__init__()
        self._entered = ""
        """What was entered last and is no number; it stays until another digit is typed."""

    def drawn(self) -> str:
        """Show the digits and how many there are to come."""
        return f"{grouped(self.digits.ljust(LENGTH, '_'))}   {self.words('code.digits', n=len(self.digits))}"

    def fill(self, view: bool) -> None:  # noqa: FBT001 - the view of this screen is that it was asked for
        """Say where the number stands, or what is wrong with it."""
        super().fill(view)
        self.query_one("#title", Text).say(self.words("code.title"))
        self.query_one("#hint", Text).say(self.words(self._hint()))

    def _hint(self) -> str:
        if not self._entered or self._entered != self.digits:
            return "code.hint"
        return "code.wrong" if len(self.digits) == LENGTH else "code.too_few"

    def forget(self) -> None:
        """Forget what was entered too."""
        self._entered = ""
        super().forget()

    async def entered(self, digits: str) -> None:
        """Treat a number as a scan; keep what is none, for one digit is quickly mended."""
        if is_valid(digits):
            await self.kiosk.desk.scanned(digits, typed=True)
            return
        self.digits = self._entered = digits
        self.kiosk.play(Tone.NO)
        self.paint()
