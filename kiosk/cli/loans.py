"""Who has what: the lists of the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.cli import finding, values
from kiosk.cli.answer import Answer, table
from kiosk.cli.frame import Session, command, option

if TYPE_CHECKING:
    from sharing.lending.looking import LoanLine

_HEADS = ("name", "code", "person", "until")


def lines_table(session: Session, lines: list[LoanLine], nothing: str = "common.nothing") -> list[str]:
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
        nothing,
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
        lines, nothing = looking.lines_of_item(session.store, found.id), "cli.loans.never"
    elif unchecked:
        lines, nothing = looking.unchecked(session.store), "cli.loans.none_unchecked"
    else:
        lines = looking.open_loans(session.store, overdue=overdue)
        nothing = "cli.loans.none_overdue" if overdue else "cli.loans.none"
    lines = [one for one in lines if whose is None or (one.who is not None and one.who.id == whose)]
    data = {"loans": [values.line(session.dated, one) for one in lines]}
    return Answer(data, lines_table(session, lines, nothing if whose is None else "common.nothing"))


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
        table(session, ("name", "code", "person", "missing"), rows, "cli.loans.none_aside"),
    )
