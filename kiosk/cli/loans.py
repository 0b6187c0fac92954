"""Who has what: the lists of the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.cli import finding, values
from kiosk.cli.answer import Answer, table
from kiosk.cli.frame import Session, command, option

if TYPE_CHECKING:
    from sharing.lending.looking import LoanLine

_HEADS = ("name", "code", "person", "until")


def lines_table(session: Session, lines: list[LoanLine]) -> list[str]:
    """Say who has what until when."""
    words = session.dated
    return table(
        session,
        _HEADS,
        [
            (
                one.item.name(words.language),
                one.item.code,
                one.who.name if one.who else "",
                words.short_until(one.due),
            )
            for one in lines
        ],
    )


@command("loans")
@option("--person")
@option("--card")
@option("--item")
@option("--overdue", is_flag=True)
@option("--unchecked", is_flag=True)
@option("--set-aside", is_flag=True)
def loans(
    session: Session,
    person: str | None,
    card: str | None,
    item: str | None,
    *,
    overdue: bool,
    unchecked: bool,
    set_aside: bool,
) -> Answer:
    """List what is out, or came back unchecked, or waits at the desk."""
    from sharing.lending import looking

    whose = finding.person(session, person or card or "").id if person or card else None
    if set_aside:
        return _waiting(session, whose)
    if item:
        (found,) = finding.items(session, (item,))
        lines = looking.lines_of_item(session.store, found.id)
    elif unchecked:
        lines = looking.unchecked(session.store)
    else:
        lines = looking.open_loans(session.store, overdue=overdue)
    lines = [one for one in lines if whose is None or (one.who is not None and one.who.id == whose)]
    return Answer({"loans": [values.line(session.dated, one) for one in lines]}, lines_table(session, lines))


def _waiting(session: Session, whose: str | None) -> Answer:
    from sharing.lending import looking

    words = session.dated
    found = (
        looking.set_aside_list(session.store)
        if whose is None
        else looking.set_aside_for(session.store, whose)
    )
    rows = [
        (
            one.item.name(words.language),
            one.item.code,
            one.who.name if one.who else "",
            words.needs(one.missing),
        )
        for one in found
    ]
    return Answer(
        {"set_aside": [values.set_aside(words, one) for one in found]},
        table(session, ("name", "code", "person", "missing"), rows),
    )
