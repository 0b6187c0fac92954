"""Lending, use case by use case: each is one function and one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sharing.catalogue import actions as catalogue
from sharing.catalogue.rules import Item
from sharing.errors import ItemIsLost, ItemIsOut, KeptAtDesk, NotAllowed, NotSetAside, NotUndoable, StepMissing
from sharing.journal.entry import Draft, Entry, Instant
from sharing.journal.folding import undone_target
from sharing.journal.ids import nth_act
from sharing.journal.order import UNDONE
from sharing.journal.shapes import Undone
from sharing.journal.store import Reader, Store, Work
from sharing.lending.entries import (
    ItemAssigned,
    ItemBack,
    ItemCondition,
    ItemFound,
    ItemLost,
    ItemOut,
    ItemPutBack,
    ItemSetAside,
    Out,
    Remark,
    RenewalAsked,
    RenewalDecided,
)
from sharing.lending.looking import LoanLine, SetAside, held_by, line_of, needs_in, set_aside_list, standing_of
from sharing.lending.rows import Holding, Line
from sharing.lending.rules import (
    HARD_NEEDS,
    Condition,
    Override,
    Standing,
    Visit,
    check_for_whom,
    check_override,
    due_for,
    happened_at,
    missing_needs,
    need_line,
    renewed_due,
    why_not,
)
from sharing.people import actions as people
from sharing.people.rules import OrganisationKind, Person, Right
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
    """Lend things, or set aside those for which something is missing; all of them or, when one is refused, none.

    Raises:
        Refusal: the first rule against the first thing that may not go.
    """
    with store.begin() as work:
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
        catalogue.item(read, item), row["loan"], who, row["org"], needs_in(row["missing"]), row["set_aside_at"]
    )


def take(  # noqa: PLR0913 the parts of one hand-over, read by the caller in the same transaction
    work: Work, command: CheckOut, item: Item, terms: Terms, loan: str, act: bytes, standing: Standing | None = None
) -> tuple[Entry, ...]:
    """Lend one thing inside an open transaction, or set it aside.

    Raises:
        Refusal: a rule is against it and nobody overrides it.
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
    public, private = _organisation(person, command.org)
    if missing and command.override is None:
        if standing.set_aside:
            raise StepMissing(missing=",".join(standing.missing))
        aside = ItemSetAside(loan=loan, missing=tuple(missing), org=public)
        return work.append(act, [Draft(item.subject, aside, Out(borrower=person.id, org=private))])
    override = command.override
    due = due_for(item, terms, command.until, out_at, free=override is not None)
    rules = ",".join(one for one in (overridden, *(f"need:{need}" for need in missing)) if one)
    out = ItemOut(loan=loan, model=item.model.id, due=due, org=public, terms=person.terms_version, override=rules,
                  happened=late)  # fmt: skip
    secret = Out(borrower=person.id, org=private, actor=override.actor.id if override else "",
                 reason=override.reason if override else "")  # fmt: skip
    return work.append(act, [Draft(item.subject, out, secret)])


def check_free(standing: Standing, person: Person) -> None:
    """See that nobody else has the thing or waits for it.

    Raises:
        ItemIsOut, ItemIsLost, KeptAtDesk: as it stands.
    """
    if standing.line is not None:
        raise ItemIsOut()
    if standing.lost:
        raise ItemIsLost()
    if standing.set_aside and standing.borrower != person.id:
        raise KeptAtDesk()


def _organisation(person: Person, org: str | None) -> tuple[str | None, str | None]:
    """Say where an organisation may be named: (in the open data, in the private part).

    A group without legal form is the person who answers for it.
    """
    kinds = {one.organisation.id: one.organisation.kind for one in person.memberships}
    return (None, org) if org is not None and kinds.get(org) is OrganisationKind.GROUP else (org, None)


@dataclass(frozen=True, slots=True)
class Return:
    """Things come back."""

    act: bytes
    items: tuple[str, ...]
    condition: Condition = Condition.NOT_SAID
    note: str = ""
    actor: Person | None = None
    at: Instant | None = None


def check_in(store: Store, command: Return) -> list[LoanLine]:
    """Note that things came back; unchecked, unless somebody who may check returns did it.

    Raises:
        NotOut: one of them is not lent; then nothing is noted.
        BadTime: a late entry from the future.
    """
    with store.begin() as work:
        lines = []
        for n, item_id in enumerate(command.items):
            act = nth_act(command.act, n)
            line = _line_before(work, act) or need_line(standing_of(work, item_id).line)
            give_back_in(work, item_id, line, act, command)
            lines.append(line_of(work, line))
        return lines


def _line_before(work: Work, act: bytes) -> str | None:
    done = work.applied(act)
    held = work.one(Holding, done[0].subject.removeprefix("item:")) if done else None
    return held["last_line"] if held else None


def give_back_in(work: Work, item: str, line: str, act: bytes, command: Return) -> tuple[Entry, ...]:
    """Note one return inside an open transaction."""
    actor = command.actor
    checked = actor is not None and actor.may(Right.CHECK_RETURNS) and command.condition is not Condition.NOT_SAID
    back = ItemBack(line=line, condition=command.condition.value, checked=checked,
                    happened=happened_at(command.at, work.now))  # fmt: skip
    remark = Remark(note=command.note, actor=actor.id if actor else "") if actor or command.note else None
    return work.append(act, [Draft(f"item:{item}", back, remark)])


def give_back(store: Store, visit: Visit | None, item: str, act: bytes) -> tuple[LoanLine, Visit | None]:
    """Give one thing back, as the answer to "give back or extend?".

    Raises:
        NotOut: it is not lent.
    """
    (line,) = check_in(store, Return(act, (item,), actor=visit.person if visit else None))
    return line, visit.noting(act.hex(), item, taken=False) if visit else None


def take_again(store: Store, visit: Visit, item: str, act: bytes) -> tuple[Taken, Visit]:
    """Lend a thing that was given back in this visit or offered after a return.

    Raises:
        Refusal: as for any check-out.
    """
    command = CheckOut(act, visit.person, (item,), visit.loan, visit.scope, visit.org, visit.until)
    taken = check_out(store, command)
    return taken, visit.noting(act.hex(), item, taken=True)


def say_condition(
    store: Store, item: str, condition: Condition, act: bytes, *, note: str = "", actor: Person | None = None
) -> LoanLine:
    """Note how a thing came back; "checked" if somebody who may check returns says so.

    Raises:
        NotOut: it never was lent, or is out again.
    """
    with store.begin() as work:
        held = work.one(Holding, item)
        line = need_line(held["last_line"] if held and held["line"] is None else None)
        checked = actor is not None and actor.may(Right.CHECK_RETURNS)
        said = ItemCondition(line=line, condition=condition.value, checked=checked)
        remark = Remark(note=note, actor=actor.id if actor else "") if note or actor else None
        work.append(act, [Draft(f"item:{item}", said, remark)])
        return line_of(work, line)


def check_return(store: Store, staff: Person, item: str, condition: Condition, act: bytes, note: str = "") -> LoanLine:
    """Look at what came back: the return counts as checked, and a block for damage is lifted or set.

    Raises:
        NotAllowed: this person may not check returns.
        NotOut: nothing came back.
    """
    if not staff.may(Right.CHECK_RETURNS):
        raise NotAllowed(right=Right.CHECK_RETURNS.value)
    return say_condition(store, item, condition, act, note=note, actor=staff)


def renew(store: Store, line: str, act: bytes, *, until: Instant | None = None, actor: str = "") -> LoanLine:
    """Keep a thing longer, or bring it back sooner. A request; decided at once where this node is home.

    Raises:
        NotOut: the line is not open.
        NoMoreRenewals, BadTime: as the house rules say.
    """
    with store.begin() as work:
        if not work.applied(act):
            row = work.one(Line, line)
            need_line(row["id"] if row and row["back_at"] is None else None)
            item, terms = catalogue.item(work, row["item"]), terms_of(work)  # type: ignore[index] need_line refused None
            due = renewed_due(item, terms, row["due"], row["renewals"], until, work.now)  # type: ignore[index] as above
            work.append(act, _renewal(work, item.subject, line, due, actor))
        return line_of(work, line)


def _renewal(work: Work, subject: str, line: str, due: Instant, actor: str) -> list[Draft]:
    """Ask, and answer in the same act if this node decides."""
    asked = Draft(subject, RenewalAsked(line=line, due=due), Remark(actor=actor), nature="request")
    if not work.is_home():
        return [asked]
    epoch, n = work.verdict_stamp()
    verdict = RenewalDecided(group="house", home_epoch=epoch, n=n, line=line, due=due)
    return [asked, Draft(subject, verdict, nature="verdict")]


def assign(store: Store, visit: Visit, org: str | None, act: bytes) -> Visit:
    """Say for whom all of this visit is, what was taken before the answer included.

    Raises:
        NotAllowed: the person is no member of the organisation.
    """
    check_for_whom(visit.person, org)
    public, private = _organisation(visit.person, org)
    with store.begin() as work:
        lines = [standing_of(work, item) for item in sorted(visit.taken)]
        drafts = [
            Draft(f"item:{item}", ItemAssigned(line=one.line, org=public), Out(borrower=visit.person.id, org=private))
            for item, one in zip(sorted(visit.taken), lines, strict=True)
            if one.line is not None and one.loan == visit.loan
        ]
        if drafts:
            work.append(act, drafts)
    return replace(visit, org=org, asked_for_whom=True)


def put_back(store: Store, item: str, act: bytes) -> None:
    """Withdraw what was set aside: nobody waits for it any more.

    Raises:
        NotSetAside: it is not set aside.
    """
    with store.begin() as work:
        if work.applied(act):
            return
        if not standing_of(work, item).set_aside:
            raise NotSetAside()
        work.append(act, [Draft(f"item:{item}", ItemPutBack())])


def complete(store: Store, staff: Person, item_id: str, act: bytes, *, reason: str = "") -> LoanLine:
    """Staff have seen to what was missing: the thing goes out to the person it was set aside for.

    Raises:
        NotAllowed: this person may not.
        NotSetAside: it is not set aside, or its person was cut.
        StepMissing: an age or an electrical test that no signature replaces, and no reason to override was given.
    """
    if not staff.may(Right.LEND_FOR_OTHERS):
        raise NotAllowed(right=Right.LEND_FOR_OTHERS.value)
    with store.begin() as work:
        done = work.applied(act)
        if not done:
            done = _complete(work, staff, item_id, act, reason)
        return line_of(work, next(one.hex for one in done if one.kind == ItemOut.KIND))


def _complete(work: Work, staff: Person, item_id: str, act: bytes, reason: str) -> tuple[Entry, ...]:
    held, item, terms = work.one(Holding, item_id), catalogue.item(work, item_id), terms_of(work)
    if held is None or held["loan"] is None or not held["borrower"]:
        raise NotSetAside()
    person = people.person(work, held["borrower"])
    missing = missing_needs(item, person, terms, work.now)
    hard = [need for need in missing if need in HARD_NEEDS]
    if hard and not (reason.strip() and staff.may(Right.OVERRIDE)):
        raise StepMissing(missing=",".join(hard))
    counts = held_by(work, person.id, held["org"], item.model.id)
    against = why_not(item, standing_of(work, item_id), person, frozenset(), held["org"], counts, terms, work.now)
    overridden = check_override(Override(staff, reason) if reason.strip() else None, against)
    public, private = _organisation(person, held["org"])
    out = ItemOut(
        loan=held["loan"], model=item.model.id, due=due_for(item, terms, None, work.now), org=public,
        terms=person.terms_version, completed=tuple(one for one in missing if one not in HARD_NEEDS),
        override=",".join(one for one in (overridden, *(f"need:{need}" for need in hard)) if one),
    )  # fmt: skip
    secret = Out(borrower=person.id, org=private, actor=staff.id, reason=reason)
    learned = people.drafts_for_completed(person, item.model.id, missing, terms)
    return work.append(act, [Draft(item.subject, out, secret), *learned])


def complete_all(store: Store, staff: Person, loan: str, act: bytes) -> tuple[list[LoanLine], list[SetAside]]:
    """Complete all that one visit has set aside; gives what went out, and what still waits (age, electrical test).

    Raises:
        NotAllowed: this person may not.
    """
    gone: list[LoanLine] = []
    left: list[SetAside] = []
    for n, one in enumerate(set_aside_list(store, loan)):
        try:
            gone.append(complete(store, staff, one.item.id, nth_act(act, n)))
        except StepMissing:
            left.append(one)
    return gone, left


def mark_lost(store: Store, staff: Person, item: str, act: bytes) -> None:
    """Give a thing up as lost.

    Raises:
        NotAllowed: this person may not.
    """
    if not staff.may(Right.MANAGE_CATALOGUE):
        raise NotAllowed(right=Right.MANAGE_CATALOGUE.value)
    with store.begin() as work:
        catalogue.item(work, item)
        work.append(act, [Draft(f"item:{item}", ItemLost(), Remark(actor=staff.id))])


def find_again(store: Store, item: str, act: bytes) -> None:
    """Note that a lost thing is here again."""
    with store.begin() as work:
        catalogue.item(work, item)
        work.append(act, [Draft(f"item:{item}", ItemFound())])


def undo(store: Store, target: bytes, act: bytes) -> tuple[Item, ...]:
    """Take back an act: every fact of it must be the newest of its subject.

    Args:
        store: the house's journal.
        target: id of the act to take back.
        act: id of this command.

    Raises:
        NotUndoable: there is no such act, something happened since, or it was a request.
    """
    with store.begin() as work:
        entries = work.applied(target)
        if not work.applied(act):
            if not entries or any(not _is_newest(work, one) for one in entries):
                raise NotUndoable()
            work.append(act, [Draft(one.subject, Undone(entry=one.hex)) for one in reversed(entries)])
        items = {one.subject for one in entries if one.subject.startswith("item:")}
        return tuple(catalogue.item(work, one.removeprefix("item:")) for one in sorted(items))


def _is_newest(work: Work, entry: Entry) -> bool:
    """Tell whether nothing stands between an entry and its undoing."""
    undone: set[bytes] = set()
    for one in reversed(work.entries_of(entry.subject)):
        if one.kind == UNDONE:
            undone.add(bytes.fromhex(undone_target(one)))
        elif one.id not in undone:
            return one.id == entry.id and one.nature == "fact" and one.kind.startswith("item.")
    return False
