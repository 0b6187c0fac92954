"""Trying something inside an open transaction, and taking all of it back if it fails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from typing import TYPE_CHECKING, Any

import msgspec

from sharing.errors import Damaged, Storage
from sharing.journal.database import breaks_a_constraint, connection, in_transaction

if TYPE_CHECKING:
    from sharing.journal.work import Work


def _copied(value: Any) -> Any:
    """Copy what is changed in its place: collections, and the values of a dict."""
    if isinstance(value, dict):
        return {key: copy(one) for key, one in value.items()}
    return copy(value) if isinstance(value, list | set) else value


class FellBack(BaseException):
    """A part of a bold transaction failed: all of it is taken back, and done again with savepoints.

    No `Exception`, so that nobody on its way takes it for an answer; `Store.boldly` waits for it.
    """


@contextmanager
def savepoint(work: Work) -> Iterator[None]:
    """Take back what was written inside if an exception leaves it, on the disk and in memory; it goes on.

    The rest of the transaction is as if nothing of it had been tried. They may stand in each other.

    Raises:
        FellBack: in a bold transaction, which has nothing to fall back to.
    """
    if work.bold:
        try:
            yield
        except Exception as error:
            if blames_storage(error):
                raise
            raise FellBack from error
        return
    subjects = work.writer.subjects
    holders = (work, work.writer, subjects, subjects.counting)
    before = [{name: _copied(value) for name, value in vars(one).items()} for one in holders]
    work.execute("SAVEPOINT attempt")
    try:
        yield
    except BaseException:
        if in_transaction(work.store.db, connection(work.store.db)):  # a full disk ends it all by itself
            work.execute("ROLLBACK TO SAVEPOINT attempt")
            work.execute("RELEASE SAVEPOINT attempt")
        for one, kept in zip(holders, before, strict=True):
            vars(one).clear()
            vars(one).update(kept)
        raise
    work.execute("RELEASE SAVEPOINT attempt")


def blames_storage(error: Exception) -> bool:
    """Say whether the disk or the database is to blame, and not what was tried."""
    if isinstance(error, Damaged):
        cause = error.__cause__
        return not (cause is None or isinstance(cause, msgspec.MsgspecError) or breaks_a_constraint(cause))
    return isinstance(error, Storage)
