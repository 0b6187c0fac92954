"""Requests that wait for this node as home: all kinds of them, in the one order in which they came here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
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
from sharing.rooms.mending import taken_back
from sharing.terms import waiting as terms

Answer: TypeAlias = Callable[[Work, Entry], Sequence[Draft]]
Claim: TypeAlias = tuple[str, Instant, Instant]
"""A stretch of time in a room, or something that has no time and is named with any."""

SOME: Final = 10
"""Requests that a kiosk answers in one transaction beside its desk: each takes a millisecond or some."""
MANY: Final = 500
"""Requests that are answered in one transaction where nobody is at a desk: many thousand may have come."""
MOST_BESIDE: Final = 200
"""Requests that are answered beside each other: what is read for them is held in memory."""
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


Beside: TypeAlias = Callable[[Work, Sequence[Entry]], Mapping[bytes, Sequence[Claim]]]
"""Reads at once what the answers to some requests will ask for; gives by entry all that they may change."""
BESIDE: Final[Mapping[str, Beside]] = {
    BookingAsked.KIND: rooms.beside,
    RenewalAsked.KIND: lending.beside,
}
"""Kinds of requests that are answered beside each other; an answer to any other may change anything."""


def decide(work: Work) -> int:
    """Answer the requests that wait here, inside a transaction that is open; gives how many were looked at.

    It is `MANY` at most; if any are left, call it again. Nothing happens where another node is home. One that
    cannot be answered leaves a case for staff, and the others go on.
    """
    return _decide(work, MANY)


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


def _decide(work: Work, most: int) -> int:
    if not work.is_home():
        return 0
    _mend(work)
    waiting = work.requests(tuple(ANSWERS), most)
    if len(waiting) > 1 and _all_answered(work, waiting):
        return len(waiting)
    for done, entry_id in enumerate(waiting):
        entry = work.entry(entry_id)
        if not work.is_home() or (entry is not None and not _answered(work, entry)):
            return done
        work.answered(entry_id)
    return len(waiting)


def _mend(work: Work) -> None:
    """Let bookings stand again that cannot, because others have what they were promised as well.

    Raises:
        Storage: the disk or database fails.
    """
    for subject in [one for one in work.broken() if one.startswith("booking:")]:
        try:
            with translated(), savepoint(work):
                wanted = work.broken().get(subject)  # one that stands again may have let this one stand
                drafts = taken_back(work, subject, wanted) if wanted is not None else []
                if drafts:
                    work.append(work.new_id(), drafts)
        except NotHome:
            return
        except Exception as error:
            if blames_storage(error):
                raise
            work.notice("request_failed", detail=subject)


def _all_answered(work: Work, waiting: Sequence[bytes]) -> bool:
    """Answer all of them at once; False if anything is in the way of one, and then nothing was done.

    Raises:
        Storage: the disk or database fails.
    """
    try:
        with translated(), savepoint(work):
            known = work.entries(waiting)
            left, most = [known[one] for one in waiting if one in known], MOST_BESIDE
            while left:
                done = _answer_run(work, _run(work, left[:most]))
                left, most = left[done:], min(2 * done, MOST_BESIDE)
            work.answered(*waiting)
    except Exception as error:
        if blames_storage(error) and not isinstance(error, NotHome):
            raise
        work.ahead = None
        return False
    return True


def _run(work: Work, entries: Sequence[Entry]) -> list[Entry]:
    """Give the first requests of which none gets what another of them may get, and read ahead for them."""
    if len(entries) == 1:
        return list(entries)
    claims: dict[bytes, Sequence[Claim]] = {}
    for kind, beside in BESIDE.items():
        claims.update(beside(work, [one for one in entries if one.kind == kind]))
    taken: dict[str, list[Claim]] = {}
    for n, entry in enumerate(entries):
        own = claims.get(entry.id)
        if own is None or _meet(own, taken):
            return list(entries[: n or 1])
        for one in own:
            taken.setdefault(one[0], []).append(one)
    return list(entries)


def _meet(claims: Iterable[Claim], taken: Mapping[str, Sequence[Claim]]) -> bool:
    return any(
        begins < other_ends and other_begins < ends
        for of, begins, ends in claims
        for _, other_begins, other_ends in taken.get(of, ())
    )


def _answer_run(work: Work, run: Sequence[Entry]) -> int:
    """Answer a run, up to one by which somebody else loses something: then what was read may be wrong.

    Gives how many were answered.
    """
    answers: list[Sequence[Draft]] = []
    for entry in run:
        if not work.is_home():
            raise NotHome
        answers.append(ANSWERS[entry.kind](work, entry))
        if len(answers[-1]) > 1:
            break
    work.append_each([drafts for drafts in answers if drafts])
    return len(answers)


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
