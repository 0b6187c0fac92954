"""Things go out: checked out, or set aside until staff have seen to what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sharing.catalogue import actions as catalogue
from sharing.catalogue.rules import Item, Need
from sharing.errors import ItemIsLost, ItemIsOut, KeptAtDesk, NotSetAside, Refusal, StepMissing
from sharing.journal.entry import Draft, Entry, Instant
from sharing.journal.ids import nth_act, uuid5
from sharing.journal.store import Reader, Store, Work
from sharing.lending.entries import (
    ItemOut,
    ItemPutBack,
    ItemSetAside,
    Out,
)
from sharing.lending.looking import (
    LoanLine,
    SetAside,
    held_by,
    line_of,
    needs_in,
    standing_of,
)
from sharing.lending.naming import actor_id, organisation_parts
from sharing.lending.rows import Holding
from sharing.lending.rules import (
    HARD_NEEDS,
    Override,
    Standing,
    Visit,
    check_for_whom,
    check_override,
    due_for,
    for_whom,
    happened_at,
    missing_needs,
    why_not,
)
from sharing.people import actions as people
from sharing.people.entries import Instruction, PersonChanged, PersonFields, PersonInstructed
from sharing.people.rules import Person, Right, check_right
from sharing.terms.actions import terms_of
from sharing.terms.rules import Terms


@dataclass(frozen=True, slots=True)
class CheckOut:
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


@dataclass(frozen=True, slots=True)
class Taken:
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
    return Taken(lines, tuple(one for one in (_set_aside(work, item) for item in aside) if one))


def _set_aside(read: Reader, item: str) -> SetAside | None:
    row = read.one(Holding, item)
    if row is None or row["loan"] is None:
        return None
    who = people.person(read, row["borrower"]) if row["borrower"] else None
    return SetAside(
        catalogue.item(read, item),
        row["loan"],
        who,
        row["org"],
        needs_in(row["missing"]),
        row["set_aside_at"],
    )


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
    check_free(standing, person)
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


def check_free(standing: Standing, person: Person) -> None:
    """See that nobody else has the thing or waits for it.

    Raises:
        ItemIsOut, ItemIsLost, KeptAtDesk: as it stands.
    """
    if standing.line is not None:
        raise ItemIsOut
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


def complete(store: Store, staff: Person | None, item_id: str, act: bytes, *, reason: str = "") -> LoanLine:
    """Staff have seen to what was missing: the thing goes out to the person it was set aside for.

    Raises:
        NotAllowed: this person may not.
        NotSetAside: it is not set aside, or its person was cut.
        StepMissing: age or electrical test, which no signature replaces, without a reason to override.
    """
    check_right(staff, Right.LEND_FOR_OTHERS)
    with store.begin() as work:
        return _completed(work, staff, item_id, act, reason)


def _completed(work: Work, staff: Person | None, item_id: str, act: bytes, reason: str) -> LoanLine:
    done = work.applied(act) or _complete(work, staff, item_id, act, reason)
    return line_of(work, next(one.hex for one in done if one.kind == ItemOut.KIND))


def _complete(work: Work, staff: Person | None, item_id: str, act: bytes, reason: str) -> tuple[Entry, ...]:
    held, item, terms = work.one(Holding, item_id), catalogue.item(work, item_id), terms_of(work)
    if held is None or held["loan"] is None or not held["borrower"]:
        raise NotSetAside
    person = people.person(work, held["borrower"])
    missing = missing_needs(item, person, terms, work.now)
    hard = [need for need in missing if need in HARD_NEEDS]
    if hard and not (reason.strip() and (staff is None or staff.may(Right.OVERRIDE))):
        raise StepMissing(missing=",".join(hard))
    counts = held_by(work, person.id, held["org"], item.model.id)
    against = why_not(
        item, standing_of(work, item_id), person, frozenset(), held["org"], counts, terms, work.now
    )
    against += for_whom(person, held["org"])
    overridden = check_override(Override(staff, reason) if reason.strip() else None, against)
    public, private = organisation_parts(person, held["org"])
    out = ItemOut(
        loan=held["loan"], model=item.model.id, due=due_for(item, terms, None, work.now), org=public,
        terms=person.terms_version, completed=tuple(one for one in missing if one not in HARD_NEEDS),
        override=",".join(one for one in (overridden, *(f"need:{need}" for need in hard)) if one),
    )  # fmt: skip
    secret = Out(borrower=person.id, org=private, actor=actor_id(staff), reason=reason)
    return work.append(
        act, [Draft(item.subject, out, secret), *_learned(person, item, missing, terms, staff)]
    )


def _learned(
    person: Person, item: Item, missing: Sequence[Need], terms: Terms, staff: Person | None
) -> list[Draft]:
    """Note what holds for the person from now on: terms they accepted, a model they were shown."""
    subject, drafts = f"person:{person.id}", []
    if Need.TERMS in missing:
        accepted = PersonFields(terms_version=terms.terms_version, actor=actor_id(staff))
        drafts.append(Draft(subject, PersonChanged(), accepted))
    if Need.INSTRUCTION in missing:
        drafts.append(
            Draft(subject, PersonInstructed(), Instruction(model=item.model.id, actor=actor_id(staff)))
        )
    return drafts


def complete_all(
    store: Store, staff: Person | None, loan: str, act: bytes
) -> tuple[list[LoanLine], list[SetAside]]:
    """Complete all that one visit has set aside; gives what went out, and what still waits.

    Each thing has an act of its own, named after it: sent again, the command goes on where it stopped.

    Raises:
        NotAllowed: this person may not.
        Refusal: nothing may go, and not only because a step is missing.
    """
    check_right(staff, Right.LEND_FOR_OTHERS)
    gone: list[LoanLine] = []
    left: list[SetAside] = []
    against: list[Refusal] = []
    with store.begin() as work:
        for item in _of_visit(work, loan):
            own, aside = uuid5(item, act), _set_aside(work, item)
            if aside is None and not work.applied(own):
                continue
            try:
                gone.append(_completed(work, staff, item, own, ""))
            except Refusal as refusal:
                left += [aside] if aside else []
                against += [] if isinstance(refusal, StepMissing) else [refusal]
    if against and not gone:
        raise against[0]
    return gone, left


def _of_visit(read: Reader, loan: str) -> list[str]:
    """Name the things that a visit took or set aside, in the order they were labelled."""
    both = "SELECT item FROM loan_line WHERE loan = ? UNION SELECT id FROM holding WHERE loan = ? ORDER BY 1"
    return [row[0] for row in read.rows(both, (loan, loan))]


def put_back(store: Store, item: str, act: bytes) -> None:
    """Withdraw what was set aside: nobody waits for it any more.

    Raises:
        NotSetAside: it is not set aside.
    """
    with store.begin() as work:
        if work.applied(act):
            return
        if not standing_of(work, item).set_aside:
            raise NotSetAside
        work.append(act, [Draft(f"item:{item}", ItemPutBack())])
