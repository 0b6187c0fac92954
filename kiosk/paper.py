"""Slips for the command line and the staff desk: what the house knows, made ready for paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.i18n import FIRST, Words, languages

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from devices.slips.loans import Lent
    from devices.slips.slip import Languages, Slip
    from sharing.journal.store import Store
    from sharing.lending.looking import LoanLine
    from sharing.terms.rules import Terms


def speaking(wanted: Iterable[str], zone: str) -> Languages:
    """Give the languages of a slip: German, and the first of those wanted whose catalogue is complete."""
    from devices.slips.slip import Languages  # noqa: PLC0415 - rarely needed

    there = [one for one in wanted if one in languages()]
    return Languages(tuple(Words(one, zone) for one in dict.fromkeys((FIRST, *there[:1]))))


def lent_of(store: Store, lines: Sequence[LoanLine]) -> Lent:
    """Add who is liable; one slip is for one person and one organisation at most.

    Raises:
        BadValue: the things are lent for several organisations. PersonUnknown: the person was cut.
    """
    from devices.slips.loans import Lent  # noqa: PLC0415 - rarely needed
    from sharing.errors import BadValue, PersonUnknown  # noqa: PLC0415 - the same
    from sharing.people.reading import organisation, person  # noqa: PLC0415 - the same

    orgs = {one.org for one in lines}
    if len(orgs) > 1:
        raise BadValue(field="ITEM", value=len(orgs), expected="1 organisation")
    who, key = lines[0].who, orgs.pop()
    if who is None:
        raise PersonUnknown
    with store.reader() as read:
        org = organisation(read, key) if key else None
        try:
            liable = person(read, org.responsible) if org and org.responsible else None
        except PersonUnknown:
            liable = None  # written on a machine from which nothing has come yet: the line is left to write
    return Lent(lines=tuple(lines), who=who, org=org, responsible=liable)


def loan_on_paper(store: Store, terms: Terms, say: Languages, lent: Lent, purpose: str = "") -> Slip:
    """Write the Leihschein; if there is one time to bring all back, a phone can take it from there."""
    from devices.slips.loans import loan_slip  # noqa: PLC0415 - rarely needed
    from sharing.rooms.calendars.text import due_for_phone  # noqa: PLC0415 - the same

    dues = {one.due for one in lent.lines}
    code = due_for_phone(dues.pop(), say.first("slip.loan.event")).decode() if len(dues) == 1 else ""
    return loan_slip(say, terms, lent, store.clock.read().at, purpose=purpose, due_code=code)


def loans_on_paper(store: Store, person: str) -> list[Slip]:
    """Write what a person has: a Leihschein for each organisation they borrow for, and one for themselves."""
    from sharing.lending.looking import loans_of  # noqa: PLC0415 - rarely needed
    from sharing.terms.actions import read_terms  # noqa: PLC0415 - the same

    terms, lines = read_terms(store), loans_of(store, person)
    found = []
    for org in dict.fromkeys(one.org for one in lines):
        lent = lent_of(store, [one for one in lines if one.org == org])
        found.append(loan_on_paper(store, terms, speaking([lent.who.language], terms.zone), lent))
    return found


def print_all(slips: Sequence[Slip], device: Path) -> None:
    """Draw slips and send them to the receipt printer.

    Raises:
        PrinterGone: it is not there, or took no more; the slips can be printed again.
    """
    from devices.slips import receipt  # noqa: PLC0415 - rarely needed

    for data in [receipt.commands(one) for one in slips]:
        receipt.send(data, device)
