"""What happened around a case, on every machine that had to do with it: read from the journal itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from sharing.cases.rules import Case, Happened
from sharing.journal.clock import node_of
from sharing.journal.entry import Entry
from sharing.journal.folding import columns_of
from sharing.journal.ids import uuid5
from sharing.journal.order import UNDONE, corrected_at, in_order
from sharing.journal.shapes import NODE
from sharing.journal.store import Reader, Store
from sharing.journal.tables import EntryRow

BEFORE: Final = 3
"""Entries that are told of what was before."""
AFTER: Final = 2
"""And of what came since."""
_CHANGED: Final = ".changed"
_FOR_WHOM: Final = "item.assigned"
"""Said after nearly every loan, and no news to anybody."""
_COLUMNS: Final = ", ".join(columns_of(EntryRow))
_OF_SUBJECT: Final = f"SELECT {_COLUMNS} FROM entry WHERE subject = ?"  # noqa: S608 names of columns
_BEGAN: Final = "SELECT boot, began_at FROM boot"
_WHERE: Final = "SELECT node FROM position WHERE entry = ? ORDER BY node LIMIT 1"
_BY_BOOT: Final = (
    "SELECT DISTINCT p.node FROM position p JOIN entry e ON e.id = p.entry"
    " WHERE e.boot = ? AND p.node <> ? ORDER BY p.node LIMIT 2"
)
_SAID_SO: Final = "SELECT DISTINCT subject FROM entry WHERE boot = ? AND kind = 'clock.corrected' LIMIT 2"


def story(store: Store, case: Case) -> tuple[Happened, ...]:
    """Give what happened to the thing, booking or machine that a case is about, in fold order.

    Empty if what it is about was private and is emptied.
    """
    with store.reader() as read:
        return story_in(read, case)


def story_in(read: Reader, case: Case) -> tuple[Happened, ...]:
    """Give what happened, as `story` does, inside an open transaction."""
    entries = [Entry(*row) for row in read.rows(_OF_SUBJECT, (case.subject,))]
    if not entries:
        return ()
    began = {} if case.subject.startswith(NODE) else dict(read.rows(_BEGAN))
    ordered = [one for _, one in in_order(entries, began)]
    cause = next((one for one in ordered if uuid5(case.kind, one.id).hex() == case.id), None)
    told = _chosen([one for one in ordered if _tells(one, cause)], cause, case.about)
    undone = {_decoded(one.data).get("entry") for one in ordered if one.kind == UNDONE}
    known = {one.id: one for one in entries}
    found = []
    for place, one in enumerate(told):
        before = told[place - 1] if place else None
        found.append(
            Happened(
                entry=one.hex, kind=one.kind, at=corrected_at(one, began), node=_node(read, one),
                sure=one.clock != "untrusted" or one.boot in began, is_cause=one is cause,
                unaware=before is not None and not _knew(one, before, known), undone=one.hex in undone,
                said=_decoded(one.data), secret=_decoded(one.private),
            )
        )  # fmt: skip
    return tuple(found)


def _tells(entry: Entry, cause: Entry | None) -> bool:
    """Whether an entry belongs to the story: what a thing is called has nothing to do with who has it."""
    if cause is not None and cause.kind.endswith(_CHANGED):
        return entry.kind == cause.kind
    if entry.kind == _FOR_WHOM:
        return entry is cause
    return not entry.kind.endswith(_CHANGED) or entry is cause


def _chosen(ordered: Sequence[Entry], cause: Entry | None, about: str) -> list[Entry]:
    """Leave out what lies far from the case; the entry that it names stays."""
    place = next((n for n, one in enumerate(ordered) if one is cause), len(ordered) - 1)
    near = range(max(0, place - BEFORE), place + AFTER + 1)
    return [one for n, one in enumerate(ordered) if n in near or one.hex == about]


def _knew(entry: Entry, before: Entry, known: Mapping[bytes, Entry]) -> bool:
    """Whether the writer of an entry had an earlier one, or one that knew of it."""
    seen, waiting = set[bytes](), list(entry.predecessors)
    while waiting:
        one = waiting.pop()
        if one == before.id:
            return True
        if one not in seen and one in known:
            seen.add(one)
            waiting.extend(known[one].predecessors)
    return False


def _node(read: Reader, entry: Entry) -> str:
    """Name the machine that wrote an entry: by its place in a stream, its boot, or what else it wrote."""
    placed = read.rows(_WHERE, (entry.id,))
    if placed:
        return str(placed[0][0])
    if named := node_of(entry.boot):
        return named
    found = [row[0] for row in read.rows(_BY_BOOT, (entry.boot, read.store.node))]
    found = found or [row[0].removeprefix(NODE) for row in read.rows(_SAID_SO, (entry.boot,))]
    return str(found[0]) if len(found) == 1 else ""


def _decoded(part: bytes | None) -> Mapping[str, Any]:
    if part is None:
        return {}
    try:
        return msgspec.json.decode(part, type=dict[str, Any])
    except msgspec.MsgspecError:
        return {}
