"""Doing something with what came from outside, so that nothing it holds can stop the rest."""

from __future__ import annotations

from collections.abc import Callable

from sharing.errors import BadValue, Damaged
from sharing.journal.database import translated
from sharing.journal.savepoint import blames_storage, savepoint
from sharing.journal.store import Work

_LONGEST = 120


class Unfit(Exception):
    """An act that must not be taken; the first word of `reason` is a key."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def tried(work: Work, take: Callable[[], object]) -> str:
    """Do it, or leave everything as it was; gives "" or why it could not be done.

    One of the few doors where any error is caught: what a stranger wrote may break any line of a fold.

    Raises:
        Storage: the disk or the database is to blame, and not what came.
    """
    try:
        with translated(), savepoint(work):
            take()
    except Unfit as unfit:
        return unfit.reason
    except MemoryError:
        raise
    except Exception as error:
        if blames_storage(error):
            raise
        return _reason(error)[:_LONGEST]
    return ""


def decide_in(work: Work, decide: Callable[[Work], int]) -> int:
    """Answer what is asked; if that breaks off, staff hear of it and what came is kept all the same.

    Gives how many requests were looked at.

    Raises:
        Storage: as above.
    """
    done: list[int] = []
    fault = tried(work, lambda: done.append(decide(work)))
    if fault:
        work.notice("request_failed", detail=fault)
    return 0 if fault else sum(done)


def _reason(error: Exception) -> str:
    if isinstance(error, BadValue):
        return f"not_well_formed: {error.details.get('field')}"
    return "contradicts" if isinstance(error, Damaged) else f"breaks: {type(error).__name__}"
