"""Every frame that goes over the line, and what values may stand in it."""

from __future__ import annotations

from typing import Annotated, Final, TypeAlias

import msgspec
from msgspec import Meta

MOST_ENTRIES: Final = 1000
"""Entries in one frame."""
MOST_IDS: Final = 2000
"""Ids in one `Have` or `Want`."""

Seq: TypeAlias = Annotated[int, Meta(ge=0, le=2**53)]
"""A place in a stream, from 1; 0 stands before the first."""
Number: TypeAlias = Annotated[int, Meta(ge=0, le=2**63 - 1)]
"""A term or an epoch: a random number."""
Wall: TypeAlias = Annotated[int, Meta(ge=-(2**53), le=2**53)]
"""Milliseconds, of the wall clock or between two clocks."""
Id: TypeAlias = Annotated[bytes, Meta(min_length=16, max_length=16)]
Ids: TypeAlias = Annotated[tuple[Id, ...], Meta(max_length=MOST_IDS)]
Digest: TypeAlias = Annotated[bytes, Meta(min_length=32, max_length=32)]
Name: TypeAlias = Annotated[str, Meta(pattern=r"\A[a-z0-9][a-z0-9-]{0,30}\Z")]
"""Of a node."""
Word: TypeAlias = Annotated[str, Meta(max_length=200)]
Text: TypeAlias = Annotated[str, Meta(max_length=64 * 1024)]
Nonce: TypeAlias = Annotated[int, Meta(ge=0, lt=2**53)]
"""A random number that the answer repeats, so that a late answer to an earlier question is not believed."""


class Frame(msgspec.Struct, frozen=True, kw_only=True, tag_field="t", tag=str.lower):
    """Any frame."""


class Mark(msgspec.Struct, frozen=True, array_like=True):
    """What stands in the envelope about one act, readable even if the act itself is not."""

    parts: Annotated[int, Meta(ge=1, le=200)]
    chain: Digest
    """The writer's chain after the act."""


Marks: TypeAlias = Annotated[tuple[Mark, ...], Meta(max_length=MOST_ENTRIES)]


# From a node to central


class Hello(Frame, frozen=True, kw_only=True):
    """First after each connection: who I am and where I stand."""

    house: Word
    node: Name
    term: Number
    epoch: Number
    seq: Seq
    """The end of my stream."""
    chain: Digest
    applied: Seq
    """Up to which gsn of the term I hold everything."""
    acked: Seq
    software: Word
    kinds: dict[Word, Seq] = {}
    """The kinds of entries I understand, with the newest version."""
    at: Wall
    uptime: Seq
    clock: Word
    offset: Wall | None = None
    """How far my clock is before central's, as far as I know."""
    session: Number
    nonce: Nonce


class Up(Frame, frozen=True, kw_only=True):
    """Whole acts of my stream."""

    node: Name
    term: Number
    epoch: Number
    first: Annotated[int, Meta(ge=1, le=2**53)]
    before: Digest
    """My chain before the first entry."""
    marks: Marks
    acts: msgspec.Raw
    """An array of acts, each an array of entries (`acts.py`)."""
    at: Wall
    clock: Word
    offset: Wall | None = None
    applied: Seq = 0
    more: Seq = 0
    """How many entries of my stream are written already and follow."""


class Pull(Frame, frozen=True, kw_only=True):
    """Give me what comes after this gsn; the answer are `Part` frames on down."""

    node: Name
    term: Number
    after: Seq
    most: Seq
    nonce: Nonce


class Have(Frame, frozen=True, kw_only=True):
    """Ids of entries that a restored central may lack; asked again until it lacks none of them."""

    node: Name
    term: Number
    nonce: Nonce
    ids: Ids
    last: bool


class Bring(Frame, frozen=True, kw_only=True):
    """Acts that central said it wants, whoever wrote them."""

    node: Name
    term: Number
    acts: msgspec.Raw


class Enrol(Frame, frozen=True, kw_only=True):
    """A new machine with a one-time code asks to be let in."""

    node: Name
    card_key: Text = ""
    """Of a house that gets a central, and keeps its cards."""
    house: Word = ""
    """The name of that house."""


# From central to one node


class Welcome(Frame, frozen=True, kw_only=True):
    """Where central stands, and what it holds of this node's stream."""

    term: Number
    terms: tuple[tuple[Number, Seq], ...]
    """All terms of this central in order, each with the last gsn of the one before it."""
    node: Name
    epoch: Number
    seq: Seq
    """The last place of the node's stream, in this epoch, that central holds; and its chain."""
    chain: Digest
    gsn: Seq
    at: Wall
    """What time it is; 0 if central does not know that itself."""
    report: bool = False
    """After a restore: say first what you have."""
    nonce: Nonce = 0
    """Of the `Hello` this answers; 0 if it answers none, then a new `Hello` is due."""


class Ack(Frame, frozen=True, kw_only=True):
    """All of this epoch up to here is on central's disk: the one thing a node believes."""

    term: Number
    epoch: Number
    seq: Seq
    chain: Digest
    gsn: Seq
    at: Wall


class Nack(Frame, frozen=True, kw_only=True):
    """Something is missing before what you sent."""

    term: Number
    epoch: Number
    expected: Seq


class Fork(Frame, frozen=True, kw_only=True):
    """At this place of your stream stands something else here."""

    term: Number
    epoch: Number
    seq: Seq
    chain: Digest


class Part(Frame, frozen=True, kw_only=True):
    """Whole acts in the order of the house: in answer to a pull, or to all when they are new."""

    term: Number
    start: Seq = msgspec.field(name="from")
    """The gsn of the first entry."""
    count: Annotated[int, Meta(ge=1, le=MOST_ENTRIES)]
    acts: msgspec.Raw
    tip: Seq
    """The newest gsn there is."""
    digest: Digest
    """SHA-256 of the bytes of `acts`."""
    more: Seq = 0
    """How many parts of the same answer follow."""
    nonce: Nonce = 0
    """Of the pull that this answers."""


class Want(Frame, frozen=True, kw_only=True):
    """Which of the ids you have central lacks; none: go on."""

    term: Number
    nonce: Nonce
    ids: Ids
    last: bool


class Enrolled(Frame, frozen=True, kw_only=True):
    """What a machine needs to belong to the house."""

    house: Word
    """Its name."""
    node: Name
    central: Name
    card_key: Text
    password: Word
    ca: Text = ""
    """Who signs the broker's certificate (PEM); empty without TLS or where the system knows."""


class Revoked(Frame, frozen=True, kw_only=True):
    """This node no longer belongs to the house."""

    node: Name


class Refused(Frame, frozen=True, kw_only=True):
    """Your frame was not taken, and why."""

    reason: Word


# To all, and retained


class Head(Frame, frozen=True, kw_only=True):
    """A hint how far central is."""

    central: Name
    term: Number
    gsn: Seq
    at: Wall = 0


class Birth(Frame, frozen=True, kw_only=True):
    """A node is connected."""

    session: Number
    at: Wall


class Death(Frame, frozen=True, kw_only=True):
    """The broker says that a connection broke."""

    session: Number


AnyFrame: TypeAlias = (
    Hello | Up | Pull | Have | Bring | Enrol | Welcome | Ack | Nack | Fork | Part | Want | Enrolled | Revoked
    | Refused | Head | Birth | Death
)  # fmt: skip
NodeFrame: TypeAlias = Hello | Up | Pull | Have | Bring
"""What a node of the house sends."""
