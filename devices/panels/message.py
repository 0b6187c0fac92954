"""Something to be published, whoever holds the line to the broker."""

from __future__ import annotations

import msgspec


class Message(msgspec.Struct, frozen=True):
    """One message; an empty payload takes a retained one away."""

    topic: str
    payload: bytes
    retain: bool = True
