"""Stock-takes that were closed on other machines, answered where the house decides."""

from __future__ import annotations

from typing import Final

import msgspec

from sharing.audits.entries import AuditCloseAsked, AuditClosed
from sharing.audits.reporting import judged
from sharing.audits.rows import AuditRow
from sharing.audits.rules import Finding
from sharing.journal.entry import Draft, Entry
from sharing.journal.store import HOUSE_GROUP, Work

KINDS: Final = (AuditCloseAsked.KIND,)


def answer(work: Work, entry: Entry) -> list[Draft]:
    """Close it with what is missing as far as this machine has heard; closed twice it stays as it was."""
    audit = entry.subject.removeprefix("audit:")
    row = work.one(AuditRow, audit)
    if row is None:
        return []  # its subject is broken or waits for a newer version; staff have a case for that
    missing = tuple(one.item for one in judged(work, audit) if one.finding is Finding.MISSING)
    if row["missing"] is not None:
        missing = msgspec.json.decode(row["missing"], type=tuple[str, ...])
    epoch, n = work.verdict_stamp()
    closed = AuditClosed(group=HOUSE_GROUP, home_epoch=epoch, n=n, decides=entry.hex, missing=missing)
    return [Draft(entry.subject, closed, nature="verdict")]
