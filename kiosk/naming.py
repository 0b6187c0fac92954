"""How staff's lists name a thing, who has it, and until when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len

from kiosk.answers import money, whom
from sharing.catalogue.rules import Need
from sharing.texts import shown

if TYPE_CHECKING:
    from kiosk.i18n import Words
    from sharing.catalogue.rules import Location
    from sharing.lending.looking import LoanLine, SetAside


def thing(words: Words, one: LoanLine | SetAside) -> str:
    """The thing's name."""
    return shown(one.item.name(words.language), limit=60)


def who(line: LoanLine) -> str:
    """The person in full with the organisation, as staff may read it."""
    name = shown(line.who.name, limit=40) if line.who else whom(None, line)
    return " · ".join(part for part in (name, shown(line.org_name, limit=30)) if part)


def detail(words: Words, line: LoanLine) -> str:
    """Who has it and until when."""
    key = "staff.line_late" if line.overdue else "staff.line"
    return words(key, whom=who(line), when=words.short_until(line.due))


ANSWER = 50
"""Cells of a place in the answer to a scan."""
STEP = " › "
"""Between the places on the way to one."""


def place(words: Words, location: Location | None, room: int) -> str:
    """The way to a place in at most so many cells: the floor is left out before the shelf."""
    if location is None:
        return "–"
    (*way, last) = shown(location.where(words.language), limit=200).split(STEP)
    whole = STEP.join((*way, last))
    while way and cell_len(whole) > room:
        way = way[1:]
        whole = STEP.join(("…", *way, last))
    return whole


def belongs(words: Words, location: Location | None) -> str:
    """Say where a thing belongs; nothing if nowhere."""
    return words("thing.where", place=place(words, location, ANSWER)) if location else ""


def waits_for(words: Words, one: SetAside) -> str:
    """Who waits for it, in full, as staff may read it."""
    return words("common.for", whom=shown(one.who.name, limit=30) if one.who else "–")


def confirmations(words: Words, one: SetAside) -> str:
    """What staff confirm by letting it go, as questions; the deposit with its sum."""
    return " ".join(_confirmation(words, one, need) for need in one.missing)


def _confirmation(words: Words, one: SetAside, need: Need) -> str:
    cents = one.item.model.deposit_cents
    if need is Need.DEPOSIT and cents:
        return words("confirm.sum", sum=money(words, cents))
    return words(f"confirm.{need}")
