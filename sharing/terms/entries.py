"""What the house decides about itself."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from sharing.journal.entry import Secret, Verdict

SETTINGS: Final = "house:settings"
"""The one subject of all house rules."""


class HouseSet(Verdict, frozen=True, kw_only=True):
    """These house rules hold from now on; the others stay."""

    KIND: ClassVar[str] = "house.set"
    set: dict[str, Any]
    """Key to JSON value without floats, as `settings.checked` gives it."""


class HouseSetBy(Secret, frozen=True, kw_only=True):
    """Who decided it; empty when the machine's operator did, at set-up."""

    actor: str = ""
