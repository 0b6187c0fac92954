"""Taking in entries that another node wrote, inside a transaction that the store has opened."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from sharing.errors import Damaged
from sharing.journal import requests
from sharing.journal.checks import acts_of, check_foreign, stamp_of
from sharing.journal.database import breaks_a_constraint
from sharing.journal.entry import Entry, content_digest
from sharing.journal.head import Head
from sharing.journal.positions import place
from sharing.journal.writing import Writer


def absorb(
    writer: Writer, entries: Sequence[Entry], node: str, epoch: int, first_seq: int,
    chains: Sequence[bytes] | None = None,
) -> int:  # fmt: skip
    """Store entries of another node's stream, whole acts in its order; returns how many were new.

    Those that are here already only get their position, and positions that are here already are compared.

    Raises:
        BadValue: an entry or act is not well formed; nothing was stored.
        Damaged: it contradicts what is stored, or positions before it are missing.
    """
    check_foreign(entries)
    writer.failed = True
    new = _stored(writer, entries)
    place(writer, entries, node, epoch, first_seq, chains)
    _folded(writer, *new)
    return len(new[0])


def take_in(writer: Writer, entries: Sequence[Entry]) -> int:
    """Store entries that somebody else brought, whole acts, without a place in their writer's stream.

    Raises:
        BadValue: an entry or act is not well formed; nothing was stored.
        Damaged: it contradicts what is stored.
    """
    check_foreign(entries)
    writer.failed = True
    new = _stored(writer, entries)
    _folded(writer, *new)
    return len(new[0])


def _stored(writer: Writer, entries: Sequence[Entry]) -> tuple[list[Entry], dict[str, Head]]:
    """Store what is not here yet; gives it, and the heads of all subjects that must be folded."""
    new = _unknown(writer, entries)
    heads = writer.subjects.heads(list(dict.fromkeys([entry.subject for entry in new])))
    for entry in new:
        writer.subjects.place(heads[entry.subject], entry)
    try:
        writer.many(writer.sql.insert_entry, [msgspec.structs.astuple(entry) for entry in new])
    except Exception as error:
        if breaks_a_constraint(error):
            raise Damaged(what=f"entries of act {entries[0].act.hex()} and after it: {error}") from error
        raise
    for entry in new:
        stamp = stamp_of(entry) if entry.nature == "verdict" else None
        if stamp is not None:
            writer.subjects.counting.number(stamp, entry.id, own=False)
    return new, heads


def _folded(writer: Writer, new: list[Entry], heads: dict[str, Head]) -> None:
    writer.arrived.extend(new)
    writer.subjects.fold(heads, own=False)
    requests.note(writer, new)
    writer.act_on(new)
    writer.failed = False


def _unknown(writer: Writer, entries: Sequence[Entry]) -> list[Entry]:
    """Give the entries that are not here yet; what was emptied here arrives empty."""
    acts: dict[bytes, tuple[Entry, ...]] = {}
    for act, parts in acts_of(entries):
        _same(acts.setdefault(act, parts), parts)
    rows = writer.sql.among(writer.execute, writer.sql.known_acts, list(acts))
    for act in {bytes(row[0]) for row in rows}:
        _same(writer.entries_of_act(act), acts.pop(act))
    new = [entry for parts in acts.values() for entry in parts]
    ids = [entry.id for entry in new]
    emptied = {bytes(row[0]) for row in writer.sql.among(writer.execute, writer.sql.are_emptied, ids)}
    if not emptied:
        return new
    return [
        msgspec.structs.replace(entry, private=None, salt=None) if entry.id in emptied else entry
        for entry in new
    ]


def _same(here: Sequence[Entry], there: Sequence[Entry]) -> None:
    """Refuse an act that is here with other entries; one whose private parts are gone is the same.

    Raises:
        Damaged: it is another one.
    """
    if here is not there and [content_digest(one) for one in here] != [content_digest(one) for one in there]:
        raise Damaged(what=f"act {there[0].act.hex()} is here with other entries")
