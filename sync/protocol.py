"""What goes over the line: frames, how they are written and read, and what a reader accepts.

A payload is `T1`, then zlib, then one JSON object whose field `t` names the frame. A reader tolerates fields
it does not know and refuses everything else with a reason. Entries travel as arrays in the order of their
fields, `data` and `private` byte for byte, so that digests and the chain are the same at the other end.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from typing import Final, Literal, TypeAlias, TypeVar

import msgspec

from sync.wire.frames import (
    MOST_ENTRIES,
    MOST_IDS,
    Ack,
    AnyFrame,
    Birth,
    Bring,
    Death,
    Enrol,
    Enrolled,
    Fork,
    Have,
    Head,
    Hello,
    Mark,
    Nack,
    NodeFrame,
    Part,
    Pull,
    Refused,
    Revoked,
    Up,
    Want,
    Welcome,
)

__all__ = [
    "FULL_PAYLOAD",
    "MAGIC",
    "MOST_ENTRIES",
    "MOST_IDS",
    "MOST_PAYLOAD",
    "MOST_UNPACKED",
    "Ack",
    "AnyFrame",
    "BadFrame",
    "Birth",
    "Bring",
    "Death",
    "Enrol",
    "Enrolled",
    "Fork",
    "Have",
    "Head",
    "Hello",
    "Mark",
    "Nack",
    "Part",
    "Pull",
    "Reason",
    "Refused",
    "Revoked",
    "Up",
    "Want",
    "Welcome",
    "decode",
    "encode",
    "fitted",
]

MAGIC: Final = b"T1"
FULL_PAYLOAD: Final = 192 * 1024
"""Bytes up to which a writer fills a frame with more than one act."""
MOST_PAYLOAD: Final = 240 * 1024
"""Bytes a reader takes: the largest act there can be fits, whatever zlib makes of it."""
MOST_UNPACKED: Final = 1024 * 1024
"""Bytes a payload may unpack to; beyond it is a bomb."""

Reason: TypeAlias = Literal["malformed", "truncated", "too_large", "bomb", "not_ours", "unknown_version"]


class BadFrame(Exception):
    """Bytes that are no frame, and why; it never reaches a person."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


_Act = TypeVar("_Act")


class _Tag(msgspec.Struct):
    t: str


_ENCODER = msgspec.json.Encoder()
_DECODER: msgspec.json.Decoder[AnyFrame] = msgspec.json.Decoder(AnyFrame)
_TAG = msgspec.json.Decoder(_Tag)
_TAGS: Final = frozenset(one.__name__.lower() for one in AnyFrame.__args__)


def encode(frame: AnyFrame) -> bytes:
    """Write a frame as a payload."""
    return _packed(_ENCODER.encode(frame))


def fitted(acts: Sequence[_Act], made: Callable[[Sequence[_Act]], AnyFrame]) -> tuple[bytes, Sequence[_Act]]:
    """Write as many of the acts into one frame as fit, at least one; gives the payload and what it holds.

    Args:
        acts: what is to be sent, in its order.
        made: makes the frame that holds these acts.
    """
    while True:
        text = _ENCODER.encode(made(acts))
        if len(text) <= MOST_UNPACKED or len(acts) == 1:
            payload = _packed(text)
            if len(payload) <= FULL_PAYLOAD or len(acts) == 1:
                return payload, acts
        acts = acts[: len(acts) // 2]


def _packed(text: bytes) -> bytes:
    return MAGIC + zlib.compress(text, 1)


def decode(payload: bytes) -> AnyFrame:
    """Read a payload.

    Raises:
        BadFrame: it is no frame that this version takes; nothing else is ever raised.
    """
    if len(payload) > MOST_PAYLOAD:
        raise BadFrame("too_large")
    if payload[:2] != MAGIC:
        raise BadFrame("unknown_version" if payload[:1] == MAGIC[:1] else "not_ours")
    text = _unpacked(payload[2:])
    try:
        return _DECODER.decode(text)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise BadFrame(_what_is_wrong(text)) from None


def decode_of_node(payload: bytes) -> NodeFrame:
    """Read a payload that a node of the house sent to central.

    Raises:
        BadFrame: it is no frame, or none that a node sends.
    """
    frame = decode(payload)
    if not isinstance(frame, NodeFrame):
        raise BadFrame("not_ours")
    return frame


def _unpacked(packed: bytes) -> bytes:
    unpack = zlib.decompressobj()
    try:
        text = unpack.decompress(packed, MOST_UNPACKED + 1)
    except zlib.error:
        raise BadFrame("malformed") from None
    if len(text) > MOST_UNPACKED:
        raise BadFrame("bomb")
    if not unpack.eof:
        raise BadFrame("truncated")
    if unpack.unused_data:
        raise BadFrame("malformed")
    return text


def _what_is_wrong(text: bytes) -> Reason:
    try:
        known = _TAG.decode(text).t in _TAGS
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return "malformed"
    return "malformed" if known else "unknown_version"
