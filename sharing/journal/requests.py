"""Which requests nobody has decided yet: table `local_request`, in the order in which the home answers them.

A request is decided by a verdict on its own subject that counts and names it, or stands in its own act.
One that asks a home to let go is answered by what the group's subject says after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from sharing.journal.checks import stamp_of
from sharing.journal.entry import Entry, Verdict
from sharing.journal.handing_tables import BEHIND
from sharing.journal.shapes import GROUP, HomeMoved, HomeReleaseAsked, HomeReleased
from sharing.journal.subjects import entry_of

if TYPE_CHECKING:
    from sharing.journal.writing import Writer

_LETS_GO = (HomeMoved.KIND, HomeReleased.KIND)
_STOP_IF_BEHIND = f"UPDATE local_sync SET stopped = CASE role WHEN 'node' THEN {BEHIND} ELSE 0 END"


def note(writer: Writer, entries: Sequence[Entry]) -> None:
    """Keep the list as it should be, after these entries were folded."""
    answered = {(one.act, one.subject) for one in entries if one.nature == "verdict"}
    counting = writer.subjects.counting
    changed, moved = set(counting.changed), set(counting.moved)
    counting.changed.clear()
    counting.moved.clear()
    groups = set(counting.settled)
    counting.settled.clear()
    without = counting.uncounted() if changed else None
    doubtful: list[bytes] = []
    decided: list[tuple[bytes, bytes, str]] = []
    for entry in entries:
        if entry.nature == "request" and (entry.act, entry.subject) not in answered:
            doubtful.append(entry.id)
        elif entry.nature == "verdict" and (without is None or entry.id not in without.void | without.held):
            decided += [(one, one, entry.subject) for one in _named(stamp_of(entry))]
    writer.many(writer.sql.delete_decided, decided)
    for group in sorted(groups):
        doubtful += _asked_to_let_go(writer, GROUP + group)
    for entry_id in sorted(changed):  # they come onto the list in this order, and are answered in it
        doubtful += _decided_by(writer, entry_id)
    _review(writer, list(dict.fromkeys(doubtful)), {entry.id: entry for entry in entries})
    if any(counting.chair(group).node == writer.node for group in moved):
        _enthroned(writer)


def _enthroned(writer: Writer) -> None:
    """Take over what nobody decided; staff moved the home, so a fork before that stops it no more.

    A node waits until it has what the central has (`stream.caught_up`): on a disk that it lost it may have
    decided already some of what it now reads, and would give the same numbers again.
    """
    writer.execute(_STOP_IF_BEHIND)
    writer.subjects.counting.forget()
    refill(writer, afresh=True)


def _named(stamp: Verdict | None) -> list[bytes]:
    """Give the request that a verdict names; one whose envelope names no entry decides of itself."""
    try:
        return [bytes.fromhex(stamp.decides)] if stamp and stamp.decides else []
    except ValueError:
        return []


def _decided_by(writer: Writer, entry_id: bytes) -> list[bytes]:
    """Give the requests that a verdict may decide."""
    verdict = writer.entry(entry_id)
    if verdict is None:
        return []
    beside = writer.entries_of_act(verdict.act)
    return [*_named(stamp_of(verdict)), *(one.id for one in beside if one.subject == verdict.subject)]


def _asked_to_let_go(writer: Writer, subject: str) -> list[bytes]:
    written = writer.subjects.unordered([subject])[subject]
    return [one.id for one in written if one.kind == HomeReleaseAsked.KIND]


def _review(writer: Writer, ids: Sequence[bytes], known: Mapping[bytes, Entry]) -> None:
    """Put requests on the list or take them off, as it should be."""
    found = [known.get(one) or writer.entry(one) for one in ids]
    requests = [one for one in found if one is not None and one.nature == "request"]
    listed = {bytes(row[0]) for row in writer.sql.among(writer.execute, writer.sql.have_requests, [*ids])}
    verdicts: dict[str, list[Entry]] = {}
    subjects = list({one.subject: None for one in requests})
    for row in writer.sql.among(writer.execute, writer.sql.verdicts_of_subjects, subjects):
        verdict = entry_of(row)
        verdicts.setdefault(verdict.subject, []).append(verdict)
    wanted = [one for one in requests if is_open(writer, one, verdicts.get(one.subject, ()))]
    gone = listed - {one.id for one in wanted}
    new = [(one.id, one.kind) for one in wanted if one.id not in listed]
    writer.many(writer.sql.delete_request, [(one.id,) for one in requests if one.id in gone])
    writer.many(writer.sql.insert_request, new)


def is_open(writer: Writer, request: Entry, verdicts: Iterable[Entry] = ()) -> bool:
    """Say whether nothing that counts has decided a request.

    Args:
        writer: of the open transaction.
        request: any.
        verdicts: all on its subject.
    """
    if request.kind == HomeReleaseAsked.KIND and request.subject.startswith(GROUP):
        ordered = writer.subjects.entries_of(request.subject)
        place = next(n for n, one in enumerate(ordered) if one.id == request.id)
        return all(one.kind not in _LETS_GO for one in ordered[place:])
    void, held = writer.subjects.counting.uncounted()
    for verdict in verdicts:
        if verdict.id in void or verdict.id in held:
            continue
        stamp = stamp_of(verdict)
        if verdict.act == request.act or (stamp is not None and stamp.decides == request.hex):
            return False
    return True


def refill(writer: Writer, *, afresh: bool) -> None:
    """Find all undecided requests in the whole journal.

    Args:
        writer: of the open transaction.
        afresh: in the order of the central's stream where that is known, then in this node's own; else those
            that are listed stay where they are, and what is missing comes after them.
    """
    if afresh:
        writer.execute("DELETE FROM local_request")
    listed = {bytes(row[0]) for row in writer.execute("SELECT entry FROM local_request").fetchall()}
    undecided = _undecided(writer)
    for entry_id in listed - undecided.keys():
        writer.execute(writer.sql.delete_request, (entry_id,))
    places = _places(writer, undecided)
    missing = [one for one in undecided if one not in listed]
    for entry_id in sorted(missing, key=lambda one: (places.get(one, (2, 0)), one)):
        writer.execute(writer.sql.insert_request, (entry_id, undecided[entry_id]))


def _undecided(writer: Writer) -> dict[bytes, str]:
    """Give kinds by id of all requests that nothing has decided."""
    void, held = writer.subjects.counting.uncounted()
    named: set[tuple[str, str]] = set()
    beside: set[tuple[bytes, str]] = set()
    for row in writer.execute(writer.sql.of_nature, ("verdict",)):  # one by one: they may be very many
        verdict = entry_of(row)
        if verdict.id in void or verdict.id in held:
            continue
        stamp = stamp_of(verdict)
        named.add((stamp.decides if stamp else "", verdict.subject))
        beside.add((verdict.act, verdict.subject))
    found: dict[bytes, str] = {}
    for row in writer.execute(writer.sql.of_nature, ("request",)):
        request = entry_of(row)
        if (request.hex, request.subject) in named or (request.act, request.subject) in beside:
            continue
        if request.kind != HomeReleaseAsked.KIND or is_open(writer, request):
            found[request.id] = request.kind
    return found


def _places(writer: Writer, entries: dict[bytes, str]) -> dict[bytes, tuple[int, int]]:
    """Give where requests stand: in the stream of all, or else in this node's own."""
    places: dict[bytes, tuple[int, int]] = {}
    for one in entries:
        own = writer.execute(writer.sql.own_place, (one, writer.node)).fetchone()[0]
        handed = writer.execute(writer.sql.stream_place, (one,)).fetchone()[0]
        if handed is not None:
            places[one] = (0, handed)
        elif own is not None:
            places[one] = (1, own)
    return places
