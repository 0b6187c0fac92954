"""Requests that wait for this node as home: all kinds of them, in the one order in which they came here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

import msgspec

from sharing.audits import waiting as audits
from sharing.errors import NotHome, PersonUnknown
from sharing.journal.database import translated
from sharing.journal.entry import Draft, Entry, Instant
from sharing.journal.savepoint import blames_storage, savepoint
from sharing.journal.shapes import HomeReleaseAsked
from sharing.journal.store import Store, Work
from sharing.lending import waiting as lending
from sharing.lending.entries import RenewalAsked
from sharing.people import actions as people
from sharing.rooms import waiting as rooms
from sharing.rooms.entries import BookingAsked
from sharing.terms import waiting as terms

Answer: TypeAlias = Callable[[Work, Entry], Sequence[Draft]]
Claim: TypeAlias = tuple[str, Instant, Instant]
"""A stretch of time in a room, or something that has no time and is named with any."""

SOME: Final = 10
"""Requests that a kiosk answers in one transaction beside its desk: each takes a millisecond or some."""
MOST_BESIDE: Final = 200
"""Requests that are answered beside each other: as many as are held in memory."""
AT_ONCE: Final = 50
"""Requests that `decide_waiting` answers in one transaction, so that people at the desk come between."""


def _may(work: Work, person: str, right: str) -> bool:
    try:
        return people.person(work, person).may(right)
    except PersonUnknown:
        return False


def _rules(work: Work, entry: Entry) -> list[Draft]:
    return terms.answer(work, entry, lambda person, right: _may(work, person, right))


def _let_go(work: Work, entry: Entry) -> list[Draft]:
    """Stop deciding, if it is this node that does; who asked says who decides from then on."""
    group = msgspec.json.decode(entry.data, type=HomeReleaseAsked).group
    if work.is_home(group):
        work.release_home(group)
    return []


ANSWERS: Final[Mapping[str, Answer]] = {
    **dict.fromkeys(rooms.KINDS, rooms.answer),
    **dict.fromkeys(lending.KINDS, lending.answer),
    **dict.fromkeys(audits.KINDS, audits.answer),
    **dict.fromkeys(terms.KINDS, _rules),
    HomeReleaseAsked.KIND: _let_go,
}
"""Every kind of request, and what gives its verdict."""


class Beside(msgspec.Struct, frozen=True):
    """How many requests of one kind are answered beside each other."""

    claims: Callable[[Work, Sequence[Entry]], Mapping[bytes, Sequence[Claim]]]
    """Gives by entry all that its answer may change; an answer that may change anything is not there."""
    read_ahead: Callable[[Work, Sequence[Entry]], None]
    """Reads what their answers will ask for."""


BESIDE: Final[Mapping[str, Beside]] = {
    BookingAsked.KIND: Beside(rooms.claims, rooms.read_ahead),
    RenewalAsked.KIND: Beside(lending.claims, lending.read_ahead),
}


def decide(work: Work) -> int:
    """Answer all requests that wait here, inside a transaction that is open; gives how many were looked at.

    Nothing happens where another node is home. One that cannot be answered leaves a case for staff, and the
    others go on.
    """
    return _decide(work, None)


def decide_some(work: Work) -> int:
    """Answer only some of the requests that wait here; gives how many were looked at."""
    return _decide(work, SOME)


def decide_waiting(store: Store) -> int:
    """Answer all requests that wait here, some in a transaction each; gives how many were looked at."""
    count = 0
    while True:
        with store.begin() as work:
            done = _decide(work, AT_ONCE)
        count += done
        if done < AT_ONCE:
            return count


def _decide(work: Work, most: int | None) -> int:
    if not work.is_home():
        return 0
    waiting = work.requests(tuple(ANSWERS))[:most]
    if len(waiting) > 1 and _all_answered(work, waiting):
        return len(waiting)
    for done, entry_id in enumerate(waiting):
        entry = work.entry(entry_id)
        if not work.is_home() or (entry is not None and not _answered(work, entry)):
            return done
        work.answered(entry_id)
    return len(waiting)


def _all_answered(work: Work, waiting: Sequence[bytes]) -> bool:
    """Answer all of them at once; False if anything is in the way of one, and then nothing was done.

    Raises:
        Storage: the disk or database fails.
    """
    try:
        with translated(), savepoint(work):
            found = work.entries(waiting)
            for run in _runs(work, [found[one] for one in waiting if one in found]):
                _answer_run(work, run)
            work.answered(*waiting)
    except Exception as error:
        if blames_storage(error) and not isinstance(error, NotHome):
            raise
        return False
    return True


def _runs(work: Work, entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    """Cut requests into runs, in their order: what one of a run gets changes nothing for another of it."""
    claims = {
        key: those
        for kind, beside in BESIDE.items()
        for key, those in beside.claims(work, [one for one in entries if one.kind == kind]).items()
    }
    run, taken = list[Entry](), dict[str, list[Claim]]()
    for entry in entries:
        own = claims.get(entry.id)
        if run and (own is None or len(run) == MOST_BESIDE or _meet(own, taken)):
            yield run
            run, taken = [], {}
        run.append(entry)
        if own is None:
            yield run
            run = []
        for one in own or ():
            taken.setdefault(one[0], []).append(one)
    if run:
        yield run


def _meet(claims: Iterable[Claim], taken: Mapping[str, Sequence[Claim]]) -> bool:
    return any(
        begins < other_ends and other_begins < ends
        for of, begins, ends in claims
        for _, other_begins, other_ends in taken.get(of, ())
    )


def _answer_run(work: Work, run: Sequence[Entry]) -> None:
    """Answer a run with what was read for all of it at once; who else loses something ends that."""
    for kind, beside in BESIDE.items() if len(run) > 1 else ():
        beside.read_ahead(work, [one for one in run if one.kind == kind])
    acts: list[Sequence[Draft]] = []
    for entry in run:
        if not work.is_home():
            raise NotHome
        drafts = ANSWERS[entry.kind](work, entry)
        if drafts:
            acts.append(drafts)
        if len(drafts) > 1:
            work.append_each(acts)
            acts = []
    work.append_each(acts)


def _answer(work: Work, entry: Entry) -> None:
    drafts = ANSWERS[entry.kind](work, entry)
    if drafts:
        work.append_each([drafts])


def _answered(work: Work, entry: Entry) -> bool:
    """Answer one request; False if this node does not decide any more.

    Raises:
        Storage: the disk or database fails; that is no fault of the request.
    """
    try:
        with translated(), savepoint(work):
            _answer(work, entry)
    except NotHome:
        return False
    except Exception as error:
        if blames_storage(error):
            raise
        work.notice("request_failed", detail=f"{entry.kind} {entry.hex}")
    return True
