"""The sizes and colours of e-paper that pictures are made for."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

import msgspec

from sharing.errors import BadValue
from sharing.texts import shown

Palette: TypeAlias = Literal["bw", "bwr"]
SIZES: Final = ((800, 480), (400, 300), (296, 128))
"""Pixels of the panels that can be bought: 7.5, 4.2 and 2.9 inches."""


class Profile(msgspec.Struct, frozen=True):
    """One kind of panel, as it hangs: upright if it is higher than wide."""

    w: int
    h: int
    palette: Palette

    @property
    def name(self) -> str:
        """What it is called in topics and commands: 800x480-bw."""
        return f"{self.w}x{self.h}-{self.palette}"


PROFILES: Final = {
    one.name: one
    for w, h in SIZES
    for one in (
        Profile(w, h, "bw"), Profile(w, h, "bwr"), Profile(h, w, "bw"), Profile(h, w, "bwr"),
    )
}  # fmt: skip


def profile_named(name: str) -> Profile:
    """Give a profile.

    Raises:
        BadValue: there is none of this name; the details name them all.
    """
    known = PROFILES.get(name)
    if known is None:
        raise BadValue(field="--profile", value=shown(name, limit=40), expected=", ".join(PROFILES))
    return known
