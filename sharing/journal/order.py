"""In which order the entries of one subject are folded, and which of them count.

Key = (max(corrected `at`, largest key time among the known predecessors + 1), id): causes come before effects
whatever the clocks say, and every node that holds the same entries finds the same order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sharing.journal.entry import Entry, Instant

UNDONE = "undone"


def corrected_at(entry: Entry, began: Mapping[str, Instant]) -> Instant:
    """Wall time of an entry, mended where its boot's true beginning became known later."""
    if entry.clock == "untrusted" and entry.boot in began:
        return began[entry.boot] + entry.uptime
    return entry.at


def key_times(entries: Iterable[Entry], began: Mapping[str, Instant]) -> dict[bytes, Instant]:
    """Give the key time of each entry of one subject; predecessors that are not here are ignored.

    Walks in order of ids, so that even a forged circle of predecessors comes out the same everywhere.
    """
    by_id = {entry.id: entry for entry in entries}
    known = {one: [p for p in entry.predecessors if p in by_id] for one, entry in by_id.items()}
    times: dict[bytes, Instant] = {}
    for start in sorted(by_id):
        stack, on_stack = [start], {start}
        while stack:
            here = stack[-1]
            if here not in times:
                waiting = next((one for one in known[here] if one not in times and one not in on_stack), None)
                if waiting is not None:
                    stack.append(waiting)
                    on_stack.add(waiting)
                    continue
                latest = max([times[one] for one in known[here] if one in times], default=None)
                own = corrected_at(by_id[here], began)
                times[here] = own if latest is None else max(own, latest + 1)
            on_stack.discard(stack.pop())
    return times


def in_order(entries: Sequence[Entry], began: Mapping[str, Instant]) -> list[tuple[Instant, Entry]]:
    """Sort the entries of one subject as every node must fold them."""
    straight = _straight(entries, began)
    if straight is not None:
        return straight
    times = key_times(entries, began)
    return sorted(((times[entry.id], entry) for entry in entries), key=lambda pair: (pair[0], pair[1].id))


def _straight(entries: Sequence[Entry], began: Mapping[str, Instant]) -> list[tuple[Instant, Entry]] | None:
    """Order the usual subject, each of whose entries knows exactly the one before it; None for any other."""
    found: list[tuple[Instant, Entry]] = []
    before = b""
    for entry in sorted(entries, key=lambda one: one.id):
        if entry.after != before:
            return None
        own = corrected_at(entry, began)
        found.append((max(own, found[-1][0] + 1) if found else own, entry))
        before = entry.id
    return found


def effective(ordered: Sequence[Entry], targets: Mapping[bytes, bytes]) -> tuple[list[Entry], list[Entry]]:
    """Take out what was undone: (entries that count, undos that came too late).

    An undo acts if its target is the newest entry that counts; if another stands between, nothing changes and
    the undo is a contradiction for staff.

    Args:
        ordered: the subject's entries in fold order.
        targets: for each `undone` entry's id the id of what it takes back.
    """
    counting: list[Entry] = []
    late: list[Entry] = []
    for entry in ordered:
        if entry.kind != UNDONE:
            counting.append(entry)
        elif counting and counting[-1].id == targets.get(entry.id) and counting[-1].nature == "fact":
            counting.pop()
        else:
            late.append(entry)
    return counting, late


def heads_after(heads: bytes, entry: Entry) -> bytes:
    """Give the subject's newest entries, those that no other names as predecessor, once `entry` is there."""
    left = [heads[i : i + 16] for i in range(0, len(heads), 16)]
    return b"".join([one for one in left if one not in entry.predecessors] + [entry.id])


def heads_of(entries: Sequence[Entry]) -> bytes:
    """Give the newest of all entries of a subject, in the order given."""
    named = {one for entry in entries for one in entry.predecessors}
    return b"".join(entry.id for entry in entries if entry.id not in named)
