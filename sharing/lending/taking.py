"""Things go out: checked out, or set aside until staff have seen to what is missing."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from sharing.catalogue import actions as catalogue
from sharing.catalogue.rules import Item
from sharing.errors import ItemIsLost, ItemIsOut, KeptAtDesk, StepMissing
from sharing.journal.entry import Draft, Entry, Instant
from sharing.journal.ids import nth_act
from sharing.journal.store import Reader, Store, Work
from sharing.lending.against import check_for_whom, check_override, missing_needs, why_not
from sharing.lending.entries import ItemOut, ItemSetAside, Out
from sharing.lending.looking import LoanLine, SetAside, line_of, set_aside_of
from sharing.lending.naming import organisation_parts
from sharing.lending.rules import Override, Standing, Visit, due_for, happened_at
from sharing.lending.standing import held_by, standing_of
from sharing.people import actions as people
from sharing.people.persons import actor_id
from sharing.people.rules import Person
from sharing.terms.actions import terms_of
from sharing.terms.rules import Terms


class CheckOut(msgspec.Struct, frozen=True):
    """One person takes things: what a scan does for one thing, the command line for several."""

    act: bytes
    person: Person
    items: tuple[str, ...]
    """Item ids."""
    loan: str = ""
    """The visit; a new one if empty."""
    scope: frozenset[str] = frozenset()
    org: str | None = None
    until: Instant | None = None
    at: Instant | None = None
    """When it truly happened, if it is entered late by staff."""
    override: Override | None = None


class Taken(msgspec.Struct, frozen=True):
    """What became of each thing: lent, or set aside with what is missing."""

    lines: tuple[LoanLine, ...]
    set_aside: tuple[SetAside, ...]


def check_out(store: Store, command: CheckOut) -> Taken:
    """Lend things, or set aside those for which something is missing; if one is refused, none.

    Raises:
        Refusal: the first rule against the first thing that may not go.
    """
    with store.begin() as work:
        command = replace(command, person=people.person(work, command.person.id))
        terms, loan = terms_of(work), command.loan or work.new_hex()
        done: list[Entry] = []
        for n, item_id in enumerate(command.items):
            act = nth_act(command.act, n)
            done += work.applied(act) or take(work, command, catalogue.item(work, item_id), terms, loan, act)
        return _taken(work, done, terms)


def _taken(work: Work, done: Sequence[Entry], terms: Terms) -> Taken:
    lines = tuple(line_of(work, one.hex, terms) for one in done if one.kind == ItemOut.KIND)
    aside = [one.subject.removeprefix("item:") for one in done if one.kind == ItemSetAside.KIND]
    return Taken(lines, tuple(one for one in (set_aside_of(work, item) for item in aside) if one))


def take(
    work: Work,
    command: CheckOut,
    item: Item,
    terms: Terms,
    loan: str,
    act: bytes,
    standing: Standing | None = None,
) -> tuple[Entry, ...]:
    """Lend one thing inside an open transaction, or set it aside.

    Raises:
        Refusal: a rule is against it and nobody overrides it.
        StepMissing: it is set aside already, or has left the house as the paper says.
    """
    person, late = command.person, happened_at(command.at, work.now)
    standing = standing or standing_of(work, item.id)
    check_free(work, standing, person)
    check_for_whom(person, command.org)
    held = held_by(work, person.id, command.org, item.model.id)
    out_at = work.now if late is None else late
    against = why_not(item, standing, person, command.scope, command.org, held, terms, out_at)
    overridden = check_override(command.override, against)
    missing = missing_needs(item, person, terms, out_at)
    public, private = organisation_parts(person, command.org)
    if missing and command.override is None:
        if standing.set_aside or late is not None:
            raise StepMissing(missing=",".join(missing))
        aside = ItemSetAside(loan=loan, missing=tuple(missing), org=public)
        return work.append(act, [Draft(item.subject, aside, Out(borrower=person.id, org=private))])
    override = command.override
    due = due_for(item, terms, command.until, out_at, free=override is not None)
    rules = ",".join(one for one in (overridden, *(f"need:{need}" for need in missing)) if one)
    out = ItemOut(
        loan=loan, model=item.model.id, due=due, org=public, terms=person.terms_version,
        override=rules, happened=late,
    )  # fmt: skip
    secret = Out(borrower=person.id, org=private, actor=actor_id(override.actor) if override else "",
                 reason=override.reason if override else "")  # fmt: skip
    return work.append(act, [Draft(item.subject, out, secret)])


def check_free(read: Reader, standing: Standing, person: Person) -> None:
    """See that nobody else has the thing or waits for it.

    Raises:
        ItemIsOut, ItemIsLost, KeptAtDesk: as it stands.
    """
    if standing.line is not None:
        raise ItemIsOut(due=line_of(read, standing.line).due)
    if standing.lost:
        raise ItemIsLost
    if standing.set_aside and standing.borrower != person.id:
        raise KeptAtDesk


def take_again(store: Store, visit: Visit, item: str, act: bytes) -> tuple[Taken, Visit]:
    """Lend a thing that was given back in this visit or offered after a return.

    Raises:
        Refusal: as for any check-out.
    """
    command = CheckOut(act, visit.person, (item,), visit.loan, visit.scope, visit.org)
    taken = check_out(store, command)
    return taken, visit.noting(act.hex(), item, taken=True) if taken.lines else visit.keeping(act.hex(), item)
