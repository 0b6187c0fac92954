"""Digits to touch, for numbers and PINs where there is no keyboard."""

from __future__ import annotations

from textual.containers import Grid

from kiosk.widgets.choice import Choice, Option

KEYS = (*"123456789", "back", "0", "ok")
FACES = {"back": "⌫", "ok": "OK"}


class Keypad(Grid):
    """Four rows of three targets; each tells the screen `key:` and its digit, `key:back` or `key:ok`."""

    def compose(self) -> list[Choice]:
        """Make the twelve keys once."""
        return [Choice(Option("", FACES.get(key, key), f"key:{key}"), classes="key") for key in KEYS]

    def offer(self) -> None:
        """Show the keys again after everything was forgotten."""
        for key, choice in zip(KEYS, self.query(Choice), strict=True):
            choice.offer(Option("", FACES.get(key, key), f"key:{key}"))
