"""What a state machine is told, and what it asks to be done: it knows no socket, thread or clock."""

from __future__ import annotations

from typing import Final, Literal, Protocol, TypeAlias

import msgspec

Channel: TypeAlias = Literal["up", "down", "live", "head", "status", "topic"]
"""The topics of a house: `up`, `down` and `status` are one node's, `live` and `head` everybody's.

`topic` is any other: then the topic itself stands in the place of the node.
"""


class Connected(msgspec.Struct, frozen=True):
    """The line stands and everything is subscribed; `session` is the number in the birth message."""

    session: int


class Disconnected(msgspec.Struct, frozen=True):
    """The line broke; nothing that was sent and not answered can be relied on."""


class Received(msgspec.Struct, frozen=True):
    """A message came; `node` is whose topic it came on, "" for `live` and `head`."""

    channel: Channel
    node: str
    payload: bytes
    retained: bool = False
    """It was said before, and the broker kept it: whoever said it need not be there."""


class Tick(msgspec.Struct, frozen=True):
    """Time may have passed; entries may have been written by another process."""


Event: TypeAlias = Connected | Disconnected | Received | Tick


class Send(msgspec.Struct, frozen=True):
    """Publish this; `node` is "" for `live` and `head`."""

    channel: Channel
    node: str
    payload: bytes
    retain: bool = False


class Wake(msgspec.Struct, frozen=True):
    """Give a `Tick` after so many milliseconds at the latest."""

    in_ms: int


class Note(msgspec.Struct, frozen=True):
    """Something for the log and the counters; no personal data."""

    what: str
    detail: str = ""


Effect: TypeAlias = Send | Wake | Note


PATIENCE_MS: Final = 600_000
"""So long at most the work that holds a journal for seconds waits until nobody is at the desk."""


class Env(Protocol):
    """What the machine cannot have of itself."""

    def monotonic_ms(self) -> int:
        """Milliseconds that only go forward; for time-outs."""
        ...

    def desk_busy(self) -> bool:
        """Say whether a visit is open or a scan came in the last second."""
        ...

    def randomness(self, n: int) -> bytes:
        """Give n random bytes."""
        ...
