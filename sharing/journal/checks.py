"""What entries of another node must be like before they are stored: all that is relied on later."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Final, get_args

import msgspec

from sharing.errors import BadValue
from sharing.journal.entry import (
    ID_BYTES,
    Entry,
    Nature,
    Verdict,
    check_sizes,
    private_digest,
)

_MOST_AROUND = 60 * 1024
"""Bytes of an act beside `data` and `private`: no frame could carry more to the other nodes."""
_LATEST = 2**53
"""No instant and no uptime lies beyond what every JSON reader can hold."""
_MOST_VERSION = 2**31
"""Versions have a column of 32 bits on PostgreSQL."""
_NATURES: Final = frozenset(get_args(Nature))


def acts_of(entries: Sequence[Entry]) -> Iterator[tuple[bytes, tuple[Entry, ...]]]:
    """Give the entries act by act, in their order."""
    for act, parts in groupby(entries, key=attrgetter("act")):
        yield act, tuple(parts)


def check_foreign(entries: Sequence[Entry]) -> None:
    """Refuse what no honest node sends; whoever reads the frame sets the act aside.

    Raises:
        BadValue: an act that is not whole or too large, or an entry that is not well formed.
    """
    for act, parts in acts_of(entries):
        if [entry.part for entry in parts] != list(range(parts[0].parts)):
            raise BadValue(field="act", value=act.hex()[:80], expected=f"all its {parts[0].parts} parts")
        check_sizes(parts)
        around = sum(map(_around, parts))
        if around > _MOST_AROUND:
            raise BadValue(field="act", value=around, expected=f"<= {_MOST_AROUND} bytes beside its data")
        for entry in parts:
            fault = _fault(entry, parts[0].parts)
            if fault:
                raise BadValue(field=fault, value=entry.hex[:80], expected="a well formed entry")


def _around(entry: Entry) -> int:
    texts = entry.subject + entry.kind + entry.boot + entry.clock
    return len(entry.after) + len(entry.salt or b"") + len(texts.encode())


def _fault(entry: Entry, parts: int) -> str:
    """Name the first field that is wrong; empty if none is. Every entry that comes goes through it."""
    return (
        "id" if len(entry.id) != ID_BYTES
        else "parts" if entry.parts != parts
        else "nature" if entry.nature not in _NATURES
        else "kind, boot or clock" if not _is_word(entry.kind, entry.boot, entry.clock)
        else "version" if not 0 < entry.version < _MOST_VERSION
        else "at" if not (-_LATEST < entry.at < _LATEST and 0 <= entry.uptime < _LATEST)
        else "after" if len(entry.after) % ID_BYTES
        else "data" if b"\n" in entry.data
        else "private" if not _private_fits(entry)
        else "verdict" if entry.nature == "verdict" and stamp_of(entry) is None
        else ""
    )  # fmt: skip


def _is_word(kind: str, boot: str, clock: str) -> bool:
    return bool(kind) and (kind + boot + clock).isprintable()


def _private_fits(entry: Entry) -> bool:
    if entry.private is None:
        return entry.salt is None
    return entry.salt is not None and private_digest(entry.salt, entry.private) == entry.private_digest


def stamp_of(entry: Entry) -> Verdict | None:
    """Give what every verdict carries, whatever else stands in it; None if it does not."""
    try:
        stamp = msgspec.json.decode(entry.data, type=Verdict)
    except msgspec.MsgspecError:
        return None
    return stamp if 0 < stamp.n < _LATEST and 0 < stamp.home_epoch < _LATEST else None
