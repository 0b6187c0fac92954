"""The journal itself: whether it is whole, and what was written last. Private parts are never shown."""

from __future__ import annotations

from typing import Any

import click

from kiosk.cli import values
from kiosk.cli.answer import DAMAGED, Answer, table
from kiosk.cli.frame import Session, command, group, option

journal = group("journal")


@command("verify", journal)
def verify(session: Session) -> Answer:
    """Recompute the chain, digests and numbers of the whole journal."""
    from sharing.journal.verify import verify as check

    found, words = check(session.store), session.words
    data: dict[str, Any] = {
        "ok": not found.faults,
        "entries": found.entries,
        "positions": found.positions,
        "faults": list(found.faults),
    }
    if not found.faults:
        return Answer(data, [words("cli.journal.whole", n=found.entries)])
    message = words("cli.journal.faults", n=len(found.faults))
    data |= {
        "refusal": "damaged",
        "message": message,
        "next": "ask_technician",
        "ask": None,
        "next_message": words("next.ask_technician"),
    }
    return Answer(data, [message, *found.faults[:50]], DAMAGED, error=True)


@command("tail", journal)
@option("--count", "-n", type=click.IntRange(1, 10_000), default=20)
@option("--subject")
def tail(session: Session, count: int, subject: str | None) -> Answer:
    """Show the newest entries, without their private parts."""
    import msgspec

    words = session.dated
    where, params = (" WHERE e.subject = ?", [subject]) if subject else ("", [])
    sql = (
        "SELECT e.id, e.act, e.kind, e.nature, e.subject, e.at, e.data, p.node, p.seq FROM position p"  # noqa: S608 one of two clauses
        f" JOIN entry e ON e.id = p.entry{where} ORDER BY e.at DESC, p.epoch DESC, p.seq DESC LIMIT ?"
    )
    with session.store.reader() as read:
        rows = read.rows(sql, (*params, count))
    found = [
        {
            "id": bytes(key).hex(),
            "act": bytes(act).hex(),
            "kind": kind,
            "nature": nature,
            "subject": about,
            "at": values.moment(words, at),
            "data": msgspec.json.decode(data),
            "node": node,
            "seq": seq,
        }
        for key, act, kind, nature, about, at, data, node, seq in reversed(rows)
    ]
    lines = [(words.short_moment(row[5]), row[2], row[4], bytes(row[1]).hex()) for row in reversed(rows)]
    return Answer({"entries": found}, table(session, ("at", "what", "subject", "act"), lines))
