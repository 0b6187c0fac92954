"""Screens with fields: the targets say what the keys do while somebody types, and how to leave the field."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from textual.widgets import Input

from kiosk.screens.base import KioskScreen

if TYPE_CHECKING:
    from textual import events

V = TypeVar("V")


class TypingScreen(KioskScreen[V]):
    """Escape leaves the field, and only the next one the screen."""

    @property
    def types_digits(self) -> bool:
        """Digits are text as long as the cursor stands in a field."""
        return isinstance(self.focused, Input)

    def on_key(self, event: events.Key) -> None:
        """Escape leaves the field first; for all else the framework calls the base's handler."""
        if event.key == "escape" and self.focused is not None:
            event.prevent_default()
            event.stop()
            self.leave_field()

    def leave_field(self) -> None:
        """Let digits choose again."""
        self.set_focus(None)

    def on_descendant_focus(self) -> None:
        """Offer what the keys do in a field."""
        self.offer()

    def on_descendant_blur(self) -> None:
        """Offer what the keys do outside."""
        self.offer()
