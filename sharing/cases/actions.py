"""What staff do with cases."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sharing.cases.entries import CaseHandled, CaseSeen, HandledBy, SeenBy
from sharing.cases.rules import Case, How, listed
from sharing.errors import BadValue, DoesNotExist
from sharing.journal.entry import Draft
from sharing.journal.store import Reader, Store, Work
from sharing.texts import shown

MOST_NOTE = 2000
"""Characters of a note."""

_OPEN = """
SELECT m.id, m.kind, m.subject, m.about, m.at, s.seen_at, 0 FROM matter m
LEFT JOIN case_state s ON s.id = m.id
WHERE s.handled_at IS NULL
UNION ALL
SELECT s.id, s.kind, coalesce(s.about, ''), '', s.since, s.seen_at, 1 FROM case_state s
WHERE s.handled_at IS NULL AND s.seen_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM matter m WHERE m.id = s.id)
"""


def _found(rows: list[tuple[str, str, str, str, int, int | None, int]]) -> tuple[Case, ...]:
    cases = [
        Case(key, kind, subject, about, since, seen, bool(settled))
        for key, kind, subject, about, since, seen, settled in rows
    ]
    return tuple(sorted(cases, key=lambda one: (one.since, one.id)))


def _open(read: Reader, case: str = "") -> tuple[Case, ...]:
    only = " WHERE o.id = ?" if case else ""
    columns = "o.id, o.kind, o.subject, o.about, o.at, o.seen_at, o.settled"
    named = "o(id, kind, subject, about, at, seen_at, settled)"
    sql = f"WITH {named} AS ({_OPEN}) SELECT {columns} FROM o{only}"  # noqa: S608 no value in it
    return _found(read.rows(sql, (case,) if case else ()))


def open_cases(store: Store) -> tuple[Case, ...]:
    """Give what staff still have to look at, oldest first."""
    with store.reader() as read:
        return _open(read)


def case_list(store: Store) -> tuple[Case, ...]:
    """Give the same by what they are about, the oldest of each first: as they are listed."""
    return listed(open_cases(store))


def one_case(store: Store, case: str) -> Case:
    """Give one open case; nobody is noted as having looked.

    Raises:
        DoesNotExist: there is no such open case.
    """
    with store.reader() as read:
        return _one(read, case)


def mark_seen(store: Store, case: str, *, act: bytes, by: str = "") -> Case:
    """Note that somebody opened the case; looking again changes nothing.

    Args:
        store: the house.
        case: its id.
        act: id of this command.
        by: id of the person, or empty.

    Raises:
        DoesNotExist: there is no such open case.
    """
    with store.begin() as work:
        found = _one(work, case)
        if found.seen_at is None:
            private = SeenBy(about=found.subject, actor=by)
            work.append(act, [Draft(f"case:{case}", CaseSeen(kind=found.kind, since=found.since), private)])
        return _one(work, case)


def handle(
    store: Store, case: str, *, act: bytes, how: str = "", note: str = "", by: str = "",
    also: Callable[[Work, Case], Sequence[Draft]] = lambda _work, _case: (),
) -> None:  # fmt: skip
    """Settle a case, with how and a note on what was done.

    Args:
        store: the house.
        case: its id.
        act: id of this command.
        how: one of `How`, or empty.
        note: what was done, in words.
        by: id of the person, or empty.
        also: what follows from it for the thing itself, as entries of the same act.

    Raises:
        DoesNotExist: there is no such open case.
        BadValue: the note is too long, or nothing is known by that word.
    """
    if how and how not in set(How):
        raise BadValue(field="how", value=shown(how, limit=40), expected=", ".join(How))
    cleaned = shown(note, limit=len(note) + 1)
    if len(cleaned) > MOST_NOTE:
        raise BadValue(field="note", value=len(cleaned), expected=f"0–{MOST_NOTE}")
    with store.begin() as work:
        if work.applied(act):
            return
        handled = Draft(f"case:{case}", CaseHandled(how=how), HandledBy(note=cleaned, actor=by))
        work.append(act, [handled, *also(work, _one(work, case))])


def _one(read: Reader, case: str) -> Case:
    if found := _open(read, case):
        return found[0]
    raise DoesNotExist(what="case", value=shown(case, limit=40))
