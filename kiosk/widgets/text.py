"""Text as it is: whatever people typed or imported is shown and never run."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static


class Text(Static):
    """Text without markup; `[@click=app.quit]` in a name stands there as written."""

    def __init__(self, text: str = "", *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(Content(text), id=id, classes=classes, markup=False)

    def say(self, text: str) -> None:
        """Show another text."""
        self.update(Content(text))

    def hush(self) -> None:
        """Show nothing, without a new layout.

        With one, a text said in the same moment would keep the height of the empty one (Textual 8.2).
        """
        self.update(Content(""), layout=False)

    @property
    def said(self) -> str:
        """The text that is shown."""
        return str(self.content)
