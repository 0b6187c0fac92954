"""The smallest Textual application that takes a scan and shows it: what the kiosk is measured against."""

from __future__ import annotations

from textual import events
from textual.app import App, ComposeResult
from textual.widgets import Static

FIRST_TEXT = "Hello, World!"


class Hello(App[None]):
    """Collects keys until Enter, then shows them."""

    def __init__(self) -> None:
        super().__init__()
        self._typed = ""

    def compose(self) -> ComposeResult:
        """One text."""
        yield Static(FIRST_TEXT)

    def on_key(self, event: events.Key) -> None:
        """Take one key."""
        if event.key == "enter":
            self.query_one(Static).update(f"scanned {self._typed}")
            self._typed = ""
        else:
            self._typed += event.character or ""


if __name__ == "__main__":
    Hello().run()
