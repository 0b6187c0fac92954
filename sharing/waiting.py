"""Requests that wait for this node as home: all kinds of them, in the one order in which they came here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

import msgspec

from sharing.audits import waiting as audits
from sharing.errors import NotHome, PersonUnknown
from sharing.journal.database import translated
from sharing.journal.entry import Draft, Entry
from sharing.journal.savepoint import blames_storage, savepoint
from sharing.journal.shapes import HomeReleaseAsked
from sharing.journal.store import Store, Work
from sharing.lending import waiting as lending
from sharing.people import actions as people
from sharing.rooms import waiting as rooms
from sharing.terms import waiting as terms

Answer: TypeAlias = Callable[[Work, Entry], Sequence[Draft]]

SOME: Final = 10
"""Requests that a kiosk answers in one transaction beside its desk: each takes a millisecond or some."""
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
            for entry_id in waiting:
                entry = work.entry(entry_id)
                if not work.is_home():
                    raise NotHome  # noqa: TRY301 the one before let go of it
                if entry is not None:
                    _answer(work, entry)
                work.answered(entry_id)
    except Exception as error:
        if blames_storage(error) and not isinstance(error, NotHome):
            raise
        return False
    return True


def _answer(work: Work, entry: Entry) -> None:
    drafts = ANSWERS[entry.kind](work, entry)
    if drafts:
        work.append(work.new_id(), drafts)


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
