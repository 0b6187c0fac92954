"""Where a scan at the staff desk began: scanned pages take each other's place, so one "back" leads there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kiosk.screens.base import Kiosk


@dataclass(frozen=True, slots=True)
class Began:
    """A screen as it was; a page with this for its "back" was scanned, and the next scan replaces it."""

    kiosk: Kiosk
    mode: str
    view: Any

    async def __call__(self) -> None:
        """Go back there."""
        await self.kiosk.go(self.mode, self.view)


def began(kiosk: Kiosk, mode: str, view: object) -> Began:
    """Say where "back" leads after a scan on this screen.

    A card whose number is on the screen stays below: it is shown once. A refusal never stays.
    """
    back = getattr(view, "back", None)
    if not isinstance(back, Began) or getattr(view, "issued", None) is not None:
        return Began(kiosk, mode, view)
    return began(kiosk, back.mode, back.view) if mode == "thing" else back
