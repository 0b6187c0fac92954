"""The picture of a door for e-paper, and what its panel has to know about it."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from typing import Final

import msgspec

from devices.panels.picture import layout
from devices.panels.picture.canvas import Canvas
from devices.panels.picture.profiles import Profile
from devices.panels.state import RoomState, content, next_boundary
from devices.words import Words
from sharing.journal.entry import Instant

LAYOUT: Final = 3
"""Raised when anything is drawn otherwise: panels then fetch their picture anew."""
LOW_BATTERY: Final = 15
"""Per cent."""
AFTER_MS: Final = 5_000
"""How long after a boundary a panel looks: the new picture must be there."""
SHORTEST_WAKE_S: Final = 60
LONGEST_WAKE_S: Final = 600
"""So a sleeping panel shows what was booked since within 10 minutes; more often, e-paper ghosts."""


class Meta(msgspec.Struct, frozen=True, kw_only=True):
    """What a panel has to know about its picture. Instants are UTC milliseconds."""

    etag: str
    """Of what it says: equal for pictures that say the same at other times."""
    w: int
    h: int
    palette: str
    rendered_at: Instant
    valid_until: Instant
    """From then on a panel without news marks it as out of date."""
    next_change_at: Instant
    next_wake_s: int


class Picture(Meta, frozen=True, kw_only=True):
    """One picture."""

    png: bytes


def etag(
    state: RoomState,
    profile: Profile,
    words: Sequence[Words],
    *,
    stale: bool = False,
    battery: float | None = None,
) -> str:
    """Give what changes if the picture says something else; so a picture need not be drawn to compare it."""
    shows = {name: value for name, value in content(state).items() if name != "changes_at"}
    said = (
        LAYOUT, shows, profile, tuple(one.language for one in words), stale, _is_low(battery),
        state.generated_at if stale else 0,
    )  # fmt: skip
    return hashlib.sha256(msgspec.json.encode(said)).hexdigest()[:32]


def picture(
    state: RoomState,
    profile: Profile,
    words: Sequence[Words],
    *,
    stale: bool = False,
    battery: float | None = None,
) -> Picture:
    """Draw a door.

    Args:
        state: how the room stands.
        profile: the panel's size and colours.
        words: one or two languages, the first one large.
        stale: whether to mark it as out of date.
        battery: per cent, if the panel said so; a low one is written below.
    """
    canvas = Canvas(profile)
    layout.draw(canvas, layout.Sheet(state, tuple(words[:2]), stale, _is_low(battery)))
    file = io.BytesIO()
    canvas.image.save(file, "PNG", bits=1 if profile.palette == "bw" else 2, optimize=False)
    change = next_boundary(state, state.generated_at)
    return Picture(
        png=file.getvalue(), etag=etag(state, profile, words, stale=stale, battery=battery),
        w=profile.w, h=profile.h, palette=profile.palette, rendered_at=state.generated_at,
        valid_until=state.valid_until, next_change_at=change,
        next_wake_s=wake_s(change, state.generated_at),
    )  # fmt: skip


def wake_s(change: Instant, now: Instant) -> int:
    """Give how long a panel may sleep that shows what is true from now until a change."""
    return min(max((change + AFTER_MS - now) // 1000, SHORTEST_WAKE_S), LONGEST_WAKE_S)


def _is_low(battery: float | None) -> bool:
    return battery is not None and battery <= LOW_BATTERY
