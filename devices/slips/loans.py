"""What goes out and comes back on paper: the Leihschein, and the receipt of a return."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from devices.slips.house import foot, head, heading, last_moment, moment, page_of, short
from devices.slips.slip import (
    Code,
    Column,
    Facts,
    Languages,
    Paragraph,
    Part,
    Said,
    Signatures,
    Slip,
    Table,
    money,
)
from sharing import codes
from sharing.catalogue.rules import Item
from sharing.journal.entry import Instant
from sharing.lending.looking import LoanLine
from sharing.people.rules import Organisation, OrganisationKind, Person
from sharing.terms.rules import Terms


class Lent(msgspec.Struct, frozen=True, kw_only=True):
    """What was lent to whom, as the store has it."""

    lines: tuple[LoanLine, ...]
    who: Person
    org: Organisation | None = None
    responsible: Person | None = None
    """Of a group without legal form: who is liable."""


def loan_slip(
    say: Languages, terms: Terms, lent: Lent, now: Instant, *, purpose: str = "", due_code: str = ""
) -> Slip:
    """Write the Leihschein.

    Args:
        say: the words of its languages.
        terms: the house's.
        lent: things and people.
        now: when it is written.
        purpose: what for; empty: left to write.
        due_code: what a phone takes as the date to bring things back; empty: none.
    """
    number = short(lent.lines[0].loan)
    parts = [
        *head(say, "slip.loan.title", terms, now, number),
        *_parties(say, lent, purpose),
        heading(say, "slip.things"),
        _things(say, terms, lent.lines),
        _sums(say, lent.lines),
        heading(say, "slip.terms"),
        *_terms(say, terms),
        Signatures((say("slip.sign.borrower"), say("slip.sign.house"))),
    ]
    if due_code:
        parts.append(Code(due_code, say("slip.loan.code")))
    return Slip(
        say("slip.loan.title")[0], say.first.language, tuple(parts), foot(terms, number), page_of(say)
    )


def _parties(say: Languages, lent: Lent, purpose: str) -> list[Part]:
    who, rows = lent.who, []
    rows.append((say("slip.name"), who.name))
    rows.append((say("slip.contact"), who.contact))
    if lent.org is not None:
        rows.append((say("slip.for"), lent.org.name))
    if who.guardian:
        rows.append((say("slip.guardian"), who.guardian))
    rows.append((say("slip.liable"), _liable(lent)))
    rows.append((say("slip.purpose"), purpose))
    found: list[Part] = [heading(say, "slip.borrower"), Facts(tuple(rows))]
    if lent.org is not None and lent.org.kind is OrganisationKind.GROUP:
        found.append(Paragraph(say("slip.group")))
    return found


def _liable(lent: Lent) -> str:
    """Name who is liable: for a group without legal form its responsible person, empty if nobody said who."""
    if lent.org is None:
        return lent.who.guardian or lent.who.name
    if lent.org.kind is OrganisationKind.GROUP:
        return lent.responsible.name if lent.responsible is not None else ""
    return lent.org.name


def named(say: Languages, item: Item) -> str:
    """Name a thing with its digits, and what belongs to it, a line each."""
    words = say.first
    name = item.name(words.language)
    code = codes.grouped(item.code) if item.code else ""
    with_it = ", ".join(item.model.checklist)
    return "\n".join(one for one in (name, code, with_it) if one)


def _things(say: Languages, terms: Terms, lines: Sequence[LoanLine]) -> Table:
    columns = (
        Column(say("slip.thing"), 42), Column(say("slip.value"), 14, right=True),
        Column(say("slip.deposit"), 14, right=True), Column(say("slip.due"), 30),
    )  # fmt: skip
    return Table(columns, tuple(_thing(say, terms, one) for one in lines))


def _thing(say: Languages, terms: Terms, line: LoanLine) -> tuple[str, ...]:
    words, model = say.first, line.item.model
    value = money(words, model.value_cents) if model.value_cents is not None else "–"
    deposit = money(words, model.deposit_cents) if model.deposit_cents else "–"
    return named(say, line.item), value, deposit, last_moment(words, terms, line.due)


def _sums(say: Languages, lines: Sequence[LoanLine]) -> Facts:
    values = [one.item.model.value_cents for one in lines]
    deposit = sum(one.item.model.deposit_cents for one in lines)
    rows = [
        (say("slip.count"), str(len(lines))),
        (say("slip.value.all"), money(say.first, sum(one or 0 for one in values))),
    ]
    if deposit:
        rows.append((say("slip.deposit.all"), money(say.first, deposit)))
    return Facts(tuple(rows))


def _terms(say: Languages, terms: Terms) -> list[Part]:
    keys = ("slip.terms.back", "slip.terms.care", "slip.terms.damage", "slip.terms.others")
    return [
        *(Paragraph(say(key)) for key in keys),
        Paragraph(say("slip.terms.version", n=terms.terms_version)),
    ]


def return_slip(say: Languages, terms: Terms, lines: Sequence[LoanLine], now: Instant) -> Slip:
    """Write the receipt of what came back: that it did, when, and whether somebody looked at it."""
    columns = (
        Column(say("slip.thing"), 44), Column(say("slip.back_at"), 24), Column(say("slip.condition"), 32),
    )  # fmt: skip
    table = Table(columns, tuple(_returned(say, terms, one) for one in lines))
    who = next((one.who for one in lines if one.who is not None), None)
    rows: list[tuple[Said, str]] = [(say("slip.name"), who.name)] if who is not None else []
    org = next((one.org_name for one in lines if one.org_name), "")
    rows += [(say("slip.for"), org)] if org else []
    deposits = any(one.item.model.deposit_cents for one in lines)
    parts: list[Part] = [
        *head(say, "slip.return.title", terms, now),
        Facts(tuple(rows)),
        heading(say, "slip.things"),
        table,
        Facts(((say("slip.count"), str(len(lines))),)),
        *([Facts(((say("slip.deposit.returned"), ""),))] if deposits else []),
        *([Paragraph(say("slip.unchecked"))] if any(one.checked_at is None for one in lines) else []),
        Signatures((say("slip.sign.house"),)),
    ]
    return Slip(say("slip.return.title")[0], say.first.language, tuple(parts), foot(terms), page_of(say))


def _returned(say: Languages, terms: Terms, line: LoanLine) -> tuple[str, ...]:
    words = say.first
    back = moment(words, terms, line.back_at) if line.back_at is not None else "–"
    looked = say.together("slip.checked" if line.checked_at is not None else "slip.not_checked")
    condition = say.together(f"condition.{line.condition or 'not_said'}")
    return named(say, line.item), back, f"{condition}\n{looked}"
