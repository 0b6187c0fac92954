"""Acts on the line: arrays of entries whose bytes come out as they went in."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, TypeAlias

import msgspec
from msgspec import Meta

from sharing.journal.entry import Entry
from sync.protocol import BadFrame
from sync.wire.frames import Digest, Id, Wall

Act: TypeAlias = tuple[Entry, ...]

_INT4: int = 2**31 - 1
"""The largest number of an INTEGER column on every database."""


class _Wired(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An entry on the line. New fields go to the end; a reader passes over those it does not know."""

    id: Id
    act: Id
    part: Annotated[int, Meta(ge=0, lt=200)]
    parts: Annotated[int, Meta(ge=1, le=200)]
    kind: str
    version: Annotated[int, Meta(ge=1, le=_INT4)]
    nature: str
    subject: str
    at: Wall
    boot: str
    uptime: Wall
    clock: str
    after: bytes
    data: msgspec.Raw
    private: msgspec.Raw
    salt: bytes | None
    private_digest: Digest | None


_ENCODER = msgspec.json.Encoder()
_ACTS = msgspec.json.Decoder(list[list[_Wired]])
_ONE = msgspec.json.Decoder(list[_Wired])
_EACH = msgspec.json.Decoder(list[msgspec.Raw])
_ENTRIES = msgspec.json.Decoder(list[msgspec.Raw])
_NULL = msgspec.Raw(b"null")
_Unreadable = (msgspec.MsgspecError, ValueError, RecursionError)


def pack(acts: Iterable[Sequence[Entry]], *, careful: bool = False) -> msgspec.Raw:
    """Write acts as one JSON array.

    Args:
        acts: whole acts.
        careful: look whether data and private parts are JSON, as they are unless a disk has damaged them.
            What is not goes as a text: the reader sets that one act aside, for its chain is wrong then and
            data is never a text, instead of refusing all that travels with it.
    """
    raw = _as_it_is if careful else msgspec.Raw
    return msgspec.Raw(_ENCODER.encode([[_row(entry, raw) for entry in act] for act in acts]))


def _as_it_is(stored: bytes) -> msgspec.Raw:
    try:
        msgspec.json.decode(stored)
    except _Unreadable:
        return msgspec.Raw(_ENCODER.encode(stored))
    return msgspec.Raw(stored)


def _row(entry: Entry, raw: Callable[[bytes], msgspec.Raw]) -> tuple[object, ...]:
    private = _NULL if entry.private is None else raw(entry.private)
    return (
        entry.id, entry.act, entry.part, entry.parts, entry.kind, entry.version, entry.nature, entry.subject,
        entry.at, entry.boot, entry.uptime, entry.clock, entry.after, raw(entry.data), private,
        entry.salt, entry.private_digest,
    )  # fmt: skip


def _entry(row: _Wired) -> Entry:
    private = bytes(row.private)
    return Entry(
        row.id, row.act, row.part, row.parts, row.kind, row.version, row.nature, row.subject,
        row.at, row.boot, row.uptime, row.clock, row.after, bytes(row.data),
        None if private == b"null" else private, row.salt, row.private_digest,
    )  # fmt: skip


def unpack(raw: msgspec.Raw) -> list[Act]:
    """Read all acts.

    Raises:
        BadFrame: one of them cannot be read; `unpack_each` says which.
    """
    try:
        return [tuple([_entry(row) for row in act]) for act in _ACTS.decode(raw)]
    except _Unreadable:
        raise BadFrame("malformed") from None


def split(raw: msgspec.Raw) -> list[bytes]:
    """Give the bytes of each act, without reading into them.

    Raises:
        BadFrame: it is no array.
    """
    try:
        return [bytes(one) for one in _EACH.decode(raw)]
    except _Unreadable:
        raise BadFrame("malformed") from None


def unpack_one(act: bytes) -> Act:
    """Read one act.

    Raises:
        BadFrame: it cannot be read.
    """
    try:
        return tuple([_entry(row) for row in _ONE.decode(act)])
    except _Unreadable:
        raise BadFrame("malformed") from None


def ids_in(act: bytes, parts: int) -> list[bytes]:
    """Give an id for each part of an act that cannot be taken: its own if readable, else one made up."""
    own: list[bytes] = []
    try:
        own = [_id_of(one) for one in _ENTRIES.decode(act)]
    except _Unreadable:
        own = []
    made = [hashlib.sha256(act + b"%d" % n).digest()[:16] for n in range(parts)]
    return own if len(own) == parts and len(set(own)) == parts and all(own) else made


def _id_of(entry: msgspec.Raw) -> bytes:
    found = msgspec.json.decode(entry, type=list[msgspec.Raw])
    return msgspec.json.decode(found[0], type=Id) if found else b""


def digest(raw: msgspec.Raw) -> bytes:
    """SHA-256 of the bytes of an array of acts."""
    return hashlib.sha256(raw).digest()
