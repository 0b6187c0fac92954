"""What staff did with cases; the contradictions themselves are the journal's table `matter`."""

from __future__ import annotations

from collections.abc import Mapping

from peewee import BigIntegerField, TextField

from sharing.cases.entries import CaseHandled, CaseSeen, HandledBy, SeenBy
from sharing.journal.entry import Entry, Shape
from sharing.journal.folding import Fold, Rows
from sharing.journal.tables import Folded


class CaseState(Folded):
    """What became of a case; its id is the matter's."""

    kind = TextField(null=True)
    since = BigIntegerField(null=True)
    about = TextField(null=True)
    seen_at = BigIntegerField(null=True)
    handled_at = BigIntegerField(null=True)
    note = TextField(null=True)
    handled_by = TextField(null=True)

    class Meta:
        table_name = "case_state"


def _case(rows: Rows) -> str:
    return rows.subject.partition(":")[2]


def case_seen(rows: Rows, entry: Entry, data: CaseSeen) -> None:
    """Only the first look counts."""
    known = rows.get(CaseState, _case(rows))
    if known is None or known["seen_at"] is None:
        by = entry.secret(SeenBy)
        rows.put(
            CaseState, _case(rows), kind=data.kind, since=data.since, about=by and by.about, seen_at=entry.at
        )


def case_handled(rows: Rows, entry: Entry, _data: CaseHandled) -> None:
    """The last note counts; two people may have settled it without knowing of each other."""
    by = entry.secret(HandledBy)
    rows.put(
        CaseState, _case(rows), handled_at=entry.at, note=by and by.note, handled_by=by and (by.actor or None)
    )


TABLES: tuple[type[Folded], ...] = (CaseState,)
FOLDS: Mapping[type[Shape], Fold] = {CaseSeen: case_seen, CaseHandled: case_handled}
