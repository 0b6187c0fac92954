"""What staff must look at: contradictions, damage, losses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kiosk.cli import finding, values
from kiosk.cli.answer import Answer, said, table
from kiosk.cli.frame import Session, argument, command, group, option

if TYPE_CHECKING:
    from sharing.cases.rules import Case

cases = group("cases")


def _json(session: Session, one: Case, name: str) -> dict[str, Any]:
    words = session.dated
    return {
        "id": one.id,
        "kind": one.kind,
        "subject": one.subject,
        "name": name,
        "about": one.about,
        "since": values.moment(words, one.since),
        "seen_at": values.moment(words, one.seen_at),
        "settled": one.settled,
    }


def _kind(session: Session, kind: str) -> str:
    """Say what kind of case it is; one of a newer version by its name."""
    return session.words(f"case.{kind}") if session.words.has(f"case.{kind}") else kind


@command("list", cases)
def list_(session: Session) -> Answer:
    """List what is open, oldest first."""
    from sharing.cases.actions import open_cases
    from sharing.catalogue.look_up import item
    from sharing.errors import DoesNotExist

    words, found, names = session.dated, open_cases(session.store), {}
    with session.store.reader() as read:
        for one in found:
            kind, _, key = one.subject.partition(":")
            try:
                names[one.id] = item(read, key).name(words.language) if kind == "item" else one.subject
            except DoesNotExist:
                names[one.id] = one.subject
    rows = [(_kind(session, one.kind), names[one.id], words.short_moment(one.since), one.id) for one in found]
    return Answer(
        {"cases": [_json(session, one, names[one.id]) for one in found]},
        table(session, ("what", "name", "since", "id"), rows),
    )


@command("seen", cases, writes=True)
@option("--by", metavar="card")
@argument("case", metavar="CASE")
def seen(session: Session, case: str, by: str | None) -> Answer:
    """Note that somebody looked at a case."""
    from sharing.cases.actions import mark_seen

    who = _by(session, by)
    one = mark_seen(session.store, case, act=session.act(), by=who)
    return Answer({"case": _json(session, one, one.subject)}, [_kind(session, one.kind)])


@command("handle", cases, writes=True)
@option("--by", metavar="card")
@option("--note", default="")
@argument("case", metavar="CASE")
def handle(session: Session, case: str, note: str, by: str | None) -> Answer:
    """Settle a case, with a note on what was done."""
    from sharing.cases.actions import handle as settle

    who = _by(session, by)
    settle(session.store, case, act=session.act(), note=note, by=who)
    return Answer({"case": case, "handled": True}, [said(session.words("staff.handled"), case)])


def _by(session: Session, card: str | None) -> str:
    """Give the id of who looked at it; empty is the operator of this machine."""
    from sharing.people.rules import Right

    who = finding.staff(session, card, Right.HANDLE_CASES)
    return who.id if who else ""
