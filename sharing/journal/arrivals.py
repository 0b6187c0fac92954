"""Taking in entries that another node wrote, inside a transaction that the store has opened."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from sharing.errors import Damaged
from sharing.journal import requests
from sharing.journal.checks import acts_of, check_foreign, stamp_of
from sharing.journal.database import breaks_a_constraint
from sharing.journal.entry import Entry, content_digest
from sharing.journal.positions import place
from sharing.journal.subjects import Head
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
    heads: dict[str, Head] = {}
    for entry in new:
        head = heads.get(entry.subject)
        if head is None:
            head = heads[entry.subject] = writer.subjects.head(entry.subject)
        writer.subjects.place(head, entry)
    try:
        writer.store(new)
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
    new: dict[bytes, Entry] = {}
    for act, parts in acts_of(entries):
        here = writer.entries_of_act(act) or tuple(new[one.id] for one in parts if one.id in new)
        if here:
            if [content_digest(one) for one in here] != [content_digest(one) for one in parts]:
                raise Damaged(what=f"act {act.hex()} is here with other entries")
            continue
        for entry in parts:
            emptied = writer.execute(writer.sql.is_emptied, (entry.id,)).fetchone()
            new[entry.id] = msgspec.structs.replace(entry, private=None, salt=None) if emptied else entry
    return list(new.values())
