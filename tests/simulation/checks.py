"""What must be so once nothing goes wrong any more, whatever went wrong before."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sharing.house import DATABASE
from sharing.journal.database import connection
from sharing.journal.entry import Entry, content_digest
from sharing.journal.rebuild import differences
from sharing.journal.verify import table_hash, verify
from sync.events import Received
from tests.simulation.oracle import TOLD, Verdicts, cases_in, data_of, ordered, timed

if TYPE_CHECKING:
    from tests.simulation.world import World

MOST_AGAIN = 60
"""Frames that are played once more."""
_WORD = re.compile(rb"zz[0-9a-f]{16}")


def violations(world: World) -> list[str]:
    """Give everything that is not as it must be."""
    down = [one.key for one in world.machines.values() if not one.running]
    if down:
        return [f"not running: {', '.join(down)}"]
    found = [
        *_converged(world), *_entries(world), *_alike(world), *_journals(world), *_stream(world),
        *_cases(world), *_ordered(world), *_invariants(world), *_answered(world), *_stable(world),
        *_forgotten(world),
    ]  # fmt: skip
    return found or list(_replayed(world))


def at_rest(world: World) -> bool:
    """Say whether nothing is left to be sent, taken in or answered."""
    if any(not one.running for one in world.machines.values()) or any(_converged(world)):
        return False
    return not any(_answered(world))


def _converged(world: World) -> Iterator[str]:
    """All know the central's term and all that it handed on, and it holds all of theirs."""
    with world.central.store.reader() as read:
        state = read.sync()
        tip = read.rows("SELECT COALESCE(MAX(gsn), 0) FROM stream")[0][0]
    if state.restoring:
        yield "the central still waits for machines to report"
    for one in world.kiosks:
        with one.store.reader() as read:
            own = read.sync()
            if (own.term, own.applied) != (state.term, tip):
                yield f"{one.key} is at {own.term}/{own.applied}, the central at {state.term}/{tip}"
            if read.unacked():
                yield f"{one.key} has {read.unacked()} entries that nobody confirmed"


def _entries(world: World) -> Iterator[str]:
    """Every entry is everywhere, as it was written, unless no disk that is left held it."""
    held = {one.key: one.held() for one in world.machines.values()}
    wanted = set(world.ledger) - world.lost
    for key, ids in held.items():
        for entry in sorted(wanted - ids):
            yield f"{key} lacks {entry.hex()} ({world.ledger[entry].kind})"
        for entry in sorted(ids - set(world.ledger)):
            yield f"{key} holds {entry.hex()}, which nobody wrote"
    acts = {one.act: one.parts for one in world.ledger.values()}
    central = held["central"]
    for key, act in world.done:
        if act not in acts:
            continue  # it said that there was nothing to do
        parts = [one for one, entry in world.ledger.items() if entry.act == act]
        if len(parts) != acts[act]:
            yield f"act {act.hex()} of {key} has {len(parts)} of {acts[act]} parts"
        if not central.issuperset(parts) and not world.lost.intersection(parts):
            yield f"act {act.hex()} was shown as done at {key} and is gone"


def _alike(world: World) -> Iterator[str]:
    """Equal entries make equal tables; and they make those that are there, which need be seen only once."""
    hashes = {one.key: table_hash(one.store) for one in world.machines.values()}
    ids = {one.key: one.held() for one in world.machines.values()}
    for key, said in hashes.items():
        if ids[key] == ids["central"] and said != hashes["central"]:
            yield f"{key} holds the same entries as the central and has other tables"
    for entry in world.central.entries().values():
        first = world.ledger.get(entry.id)
        if first is not None and content_digest(first) != content_digest(entry):
            yield f"entry {entry.hex} is not as it was written"
    for key, one in world.machines.items():
        if one.central or (ids[key], hashes[key]) != (ids["central"], hashes["central"]):
            found = differences(one.store.beside())[:5]
            yield from (f"{key} folds otherwise: {line[:300]}" for line in found)


def _journals(world: World) -> Iterator[str]:
    for one in world.machines.values():
        yield from (f"{one.key}: {fault}" for fault in verify(one.store).faults[:5])
        with one.store.reader() as read:
            for n, reason in read.rows("SELECT n, reason FROM local_quarantine WHERE state = 'open'"):
                yield f"{one.key} set act {n} of an honest node aside: {reason}"
            broken = read.rows("SELECT subject FROM head WHERE waiting = 2")
        yield from (f"{one.key}: {subject} is broken" for (subject,) in broken)


def _stream(world: World) -> Iterator[str]:
    """The central's numbers are dense, and each entry has one; a kiosk's are the same as far as they hold."""
    with world.central.store.reader() as read:
        rows = read.rows("SELECT term, gsn, entry FROM stream ORDER BY gsn")
    if [row[1] for row in rows] != list(range(1, len(rows) + 1)):
        yield "the central's gsn have gaps"
    if len({bytes(row[2]) for row in rows}) != len(rows):
        yield "an entry has two gsn at the central"
    if {bytes(row[2]) for row in rows} != world.central.held():
        yield "not every entry of the central has a gsn"
    known = {(term, gsn): bytes(entry) for term, gsn, entry in rows}
    for one in world.kiosks:
        with one.store.reader() as read:
            for term, gsn, entry in read.rows("SELECT term, gsn, entry FROM stream"):
                if known.get((term, gsn), bytes(entry)) != bytes(entry):
                    yield f"{one.key} has another entry at {term}/{gsn}"


def _cases(world: World) -> Iterator[str]:
    """What contradicts or was declined has exactly one case, and nothing else has one."""
    entries = world.central.entries()
    with world.central.store.reader() as read:
        began = dict(read.rows("SELECT boot, began_at FROM boot"))
        rows = read.rows("SELECT kind, entry FROM matter")
    there = {(kind, entry) for kind, entry in rows if kind in TOLD}
    wanted = cases_in(entries.values(), began)
    for kind, entry in sorted(wanted - there):
        yield f"no case {kind} for {entry}"
    for kind, entry in sorted(there - wanted):
        yield f"a case {kind} for {entry}, without a reason"
    for kind, entry in sorted(rows):
        if kind in {
            "newer_entry",
            "broken_subject",
            "request_failed",
            "verdict_stalled",
            "refused_frames",
            "cannot_take",
            "quarantined",
        }:
            yield f"a case {kind} for {entry} is left"


def _ordered(world: World) -> Iterator[str]:
    """What is last of each subject follows from what its entries say, not from how they came."""
    subjects: dict[str, list[Entry]] = {}
    for entry in world.central.entries().values():
        subjects.setdefault(entry.subject, []).append(entry)
    with world.central.store.reader() as read:
        began = dict(read.rows("SELECT boot, began_at FROM boot"))
        heads = read.rows("SELECT subject, time, entry FROM head")
    for subject, time, entry in heads:
        mended = {} if subject.startswith("node:") else began
        last, newest = timed(subjects[subject], mended)[-1]
        if (time, bytes(entry)) != (last, newest.id):
            yield f"{subject} ends with {bytes(entry).hex()} at {time} instead of {newest.hex} at {last}"


_OVERLAPS = """
SELECT a.id, b.id FROM slot a JOIN slot b ON a.part = b.part AND a.id < b.id
WHERE a.begins < b.ends AND b.begins < a.ends
"""
_INVARIANTS = {
    "two open lines of one item": (
        "SELECT item FROM loan_line WHERE back_at IS NULL GROUP BY item HAVING COUNT(*) > 1"
    ),
    "two slots overlap": _OVERLAPS,
    "an end is not after its start": "SELECT id FROM occurrence WHERE ends <= begins",
    "a line ends before it began": "SELECT id FROM loan_line WHERE back_at < out_at OR due <= out_at",
    "an act has two first parts": "SELECT act FROM entry WHERE part = 0 GROUP BY act HAVING COUNT(*) > 1",
    "a confirmed date without its slot": (
        "SELECT o.id FROM occurrence o WHERE o.state IN ('confirmed', 'arrived') AND NOT EXISTS"
        " (SELECT 1 FROM slot s WHERE s.booking = o.booking AND s.n = o.n)"
    ),
    "a thing is out and set aside": "SELECT id FROM holding WHERE line IS NOT NULL AND loan IS NOT NULL",
    "a line is open and its thing does not know": (
        "SELECT l.id FROM loan_line l WHERE l.back_at IS NULL AND NOT EXISTS"
        " (SELECT 1 FROM holding h WHERE h.id = l.item AND h.line = l.id)"
    ),
}  # fmt: skip


def _invariants(world: World) -> Iterator[str]:
    for one in world.machines.values():
        with one.store.reader() as read:
            for what, sql in _INVARIANTS.items():
                yield from (f"{one.key}: {what}: {row}" for row in read.rows(sql)[:3])


def _answered(world: World) -> Iterator[str]:
    """Nobody waits for an answer that the home could have given; staff may let approvals wait.

    What was asked in one request is approved together: one date in a room that staff approve is enough.
    """
    needs_staff = '%"' + world.approved + '"%'
    with world.central.store.reader() as read:
        homes = read.rows("SELECT node FROM home WHERE id = 'house'")
        dates = read.rows(
            "SELECT id FROM occurrence WHERE"
            " (state = 'provisional' OR asked_begins IS NOT NULL OR asked_off = 1)"
            " AND rooms NOT LIKE ? AND COALESCE(asked_rooms, '') NOT LIKE ? AND use = 'booking'",
            (needs_staff, needs_staff),
        )
        lines = read.rows("SELECT id FROM loan_line WHERE asked_due IS NOT NULL AND back_at IS NULL")
        rules = read.rows("SELECT id FROM setting_asked")
    dates = [row for row in dates if not _waits_with_others(world, row[0])]
    for what, rows in (("date", dates), ("renewal", lines), ("house rule", rules)):
        yield from (f"nobody answered {what} {row[0]}" for row in rows[:3])
    for one in world.machines.values():
        with one.store.reader() as read:
            if (one.name,) in homes and read.rows("SELECT 1 FROM local_held"):
                yield f"{one.key} is home and holds verdicts back"


def _waits_with_others(world: World, date: str) -> bool:
    """Say whether the last request that names this date asks for the room that staff approve as well."""
    booking, _, n = date.rpartition("/")
    last: list[list[str]] = []
    for one in ordered(world.central.entries(f"WHERE subject = 'booking:{booking}'").values(), {}):
        said = data_of(one) if one.nature == "request" else {}
        dates = said.get("occ") or said.get("set") or ()
        if int(n) in {number for number, *_ in dates}.union(said.get("off", ())):
            last = [said["places"][place][0] for _, place, *_ in dates]
    return any(world.approved in rooms for rooms in last)


def _stable(world: World) -> Iterator[str]:
    """What somebody saw decided stays so, unless a home was lost or taken over; then there is a case."""
    entries = world.central.entries()
    void = Verdicts(entries.values()).void
    for entry, key in sorted(world.seen.items()):
        if entry in void and not world.disasters:
            yield f"verdict {entry.hex()}, seen at {key}, is void and nothing happened to a home"
        if entry not in entries and entry not in world.lost:
            yield f"verdict {entry.hex()}, seen at {key}, is gone"


def _forgotten(world: World) -> Iterator[str]:
    """What was emptied stands in no file of any machine any more."""
    for one in world.machines.values():
        entries = one.entries()
        with one.store.reader() as read:
            emptied = {bytes(row[0]) for row in read.rows("SELECT entry FROM emptied")}
        gone = {word for key in emptied if key in world.ledger for word in _words(world.ledger[key])}
        gone -= {word for entry in entries.values() for word in _words(entry)}
        connection(one.store.db).execute("PRAGMA wal_checkpoint(TRUNCATE)")
        for file in sorted(one.folder.glob(f"{DATABASE}*")):
            for word in sorted(gone.intersection(_WORD.findall(file.read_bytes()))):
                yield f"{one.key}: {word.decode()} was emptied and stands in {file.name}"


def _words(entry: Entry) -> list[bytes]:
    return _WORD.findall(entry.private or b"")


def _replayed(world: World) -> Iterator[str]:
    """All frames once more, in their order: nothing changes but what is noticed about nodes.

    What was lost with a disk may come back so, if its frame never reached the central; then it is answered.
    """
    before = world.central.held()
    for node, payload in world.frames[-MOST_AGAIN:]:
        world.central.sync.step(Received("up", node, payload))
    new = [entry for key, entry in world.central.entries().items() if key not in before | world.lost]
    lost = {key.hex() for key in world.lost}
    kinds = {one.kind for one in new if one.nature != "verdict" or data_of(one).get("decides") not in lost}
    if kinds - {"node.noticed"}:
        yield f"old frames came again and the central wrote {', '.join(sorted(kinds))}"
    yield from (f"after old frames: {fault}" for fault in verify(world.central.store).faults[:3])
