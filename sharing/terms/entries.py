"""What the house decides about itself."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from sharing.journal.entry import Secret, Shape, Verdict

SETTINGS: Final = "house:settings"
"""The one subject of all house rules."""


class HouseSetAsked(Shape, frozen=True, kw_only=True):
    """Request: these house rules are to hold, as somebody says where the house does not decide."""

    KIND: ClassVar[str] = "house.set_asked"
    set: dict[str, Any] = {}
    fill: dict[str, dict[str, str]] = {}
    """A calendar of the house to days and why; what it says of a day when this arrives stays."""


class HouseSet(Verdict, frozen=True, kw_only=True):
    """These house rules hold from now on; the others stay."""

    KIND: ClassVar[str] = "house.set"
    set: dict[str, Any]
    """Key to JSON value without floats, as `settings.checked` gives it."""
    declined: str = ""
    """Why nothing of what was asked holds; then nothing is set."""


class HouseSetBy(Secret, frozen=True, kw_only=True):
    """Who decided or asked for it; empty when the machine's operator did, at set-up."""

    actor: str = ""
