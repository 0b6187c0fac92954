"""A field to type in, which leaves the digits to the targets as long as it is empty."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Input

if TYPE_CHECKING:
    from textual import events

CHOOSING = "123456789"
"""0 begins telephone numbers, and changes the language elsewhere."""


class Field(Input):
    """One line; the cursor does not blink, so that the screen is still."""

    def __init__(self, *, id: str, most: int, classes: str | None = None, chooses: bool = True) -> None:  # noqa: A002 - Textual's word
        """Make an empty field.

        Args:
            id: the field.
            most: characters it takes.
            classes: for the style sheet.
            chooses: digits choose while it is empty.
        """
        super().__init__(id=id, max_length=most, classes=classes, select_on_focus=False)
        self.cursor_blink = False
        self._chooses = chooses

    def on_key(self, event: events.Key) -> None:
        """Leave a digit to the targets; the framework's own handler comes after this one."""
        if self._chooses and not self.value and event.character is not None and event.character in CHOOSING:
            event.prevent_default()
