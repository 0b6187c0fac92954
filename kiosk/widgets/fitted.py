"""A list to read that is laid out anew when targets come or go below it, so that no line is on no page."""

from __future__ import annotations

from textual.message import Message

from kiosk.widgets.rows import Rows


class FittedRows(Rows):
    """Draws the page at the height there is now, and says so: there may be more pages, or fewer."""

    class Fitted(Message):
        """The lines were laid out at another height."""

    def on_resize(self) -> None:
        """Lay out anew."""
        self.draw()
        self.post_message(self.Fitted())
