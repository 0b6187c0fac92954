"""A date as anybody may see it, on a screen or at a door: no title, no person, nobody's number."""

from __future__ import annotations

import msgspec

from sharing.rooms.rules import Occurrence, Span, Use


class Seen(msgspec.Struct, frozen=True):
    """One date as anybody may see it."""

    span: Span
    asked: bool
    """Provisional: nobody has said yes to it."""
    use: Use
    who: str
    """The organisation, if its booking says that it may be named."""
    date: Occurrence
