"""What entries of another node must be like before they are stored: all that is relied on later."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import get_args

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


def acts_of(entries: Sequence[Entry]) -> Iterator[tuple[bytes, tuple[Entry, ...]]]:
    """Give the entries act by act, in their order."""
    for act, parts in groupby(entries, key=lambda entry: entry.act):
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
        around = sum(_around(entry) for entry in parts)
        if around > _MOST_AROUND:
            raise BadValue(field="act", value=around, expected=f"<= {_MOST_AROUND} bytes beside its data")
        for entry in parts:
            fault = _fault(entry, parts[0].parts)
            if fault:
                raise BadValue(field=fault, value=entry.hex[:80], expected="a well formed entry")


def _around(entry: Entry) -> int:
    texts = (entry.subject, entry.kind, entry.boot, entry.clock)
    return len(entry.after) + len(entry.salt or b"") + sum(len(text.encode()) for text in texts)


def _fault(entry: Entry, parts: int) -> str:
    """Name the first field that is wrong; empty if none is."""
    words = (entry.kind, entry.boot, entry.clock)
    wrong = {
        "id": len(entry.id) != ID_BYTES,
        "parts": entry.parts != parts,
        "nature": entry.nature not in get_args(Nature),
        "kind, boot or clock": not all(word.isprintable() for word in words) or not entry.kind,
        "version": not 0 < entry.version < _MOST_VERSION,
        "at": not (-_LATEST < entry.at < _LATEST and 0 <= entry.uptime < _LATEST),
        "after": len(entry.after) % ID_BYTES != 0,
        "data": b"\n" in entry.data,
        "private": not _private_fits(entry),
        "verdict": entry.nature == "verdict" and stamp_of(entry) is None,
    }
    return next((field for field, is_wrong in wrong.items() if is_wrong), "")


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
