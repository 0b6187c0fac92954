"""One scan, from the digits in the burst to what happened: asks the table, and does it in one transaction."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from sharing import codes
from sharing.catalogue import actions as catalogue
from sharing.catalogue.rules import Item, Location, LocationKind
from sharing.codes import CodeKind
from sharing.errors import ItemIsBlocked, NoCode, NotAllowed, NotLendable, Refusal, TypedReturn, UnknownCode
from sharing.journal.entry import Draft, Entry, Instant
from sharing.journal.store import Reader, Store, Work
from sharing.lending.again import done_before
from sharing.lending.against import missing_needs
from sharing.lending.entries import ItemFound, ItemOut
from sharing.lending.looking import LoanLine, line_of
from sharing.lending.returning import Return, give_back_in
from sharing.lending.rules import Standing, Visit, is_same_again, kind_of_scan
from sharing.lending.scan_table import SCAN_TABLE, Seen, Step
from sharing.lending.scans import Scan, Scanned
from sharing.lending.standing import free_twins, standing_of
from sharing.lending.taking import CheckOut, take
from sharing.people import actions as people
from sharing.people.cards import CardKeys
from sharing.people.rules import Holder, Right, Scope, check_scope
from sharing.terms.actions import terms_of
from sharing.terms.rules import Terms

__all__ = ["Scan", "Scanned", "look_up", "open_visit", "scan", "visit_of"]

CARDS: Final = frozenset({CodeKind.PERSON_CARD, CodeKind.ROLE_CARD})


def scan(store: Store, keys: CardKeys, command: Scan) -> Scanned:
    """Do what this scan means here and now. A refusal is an answer too, and the visit stays.

    Raises:
        Storage: the disk or database does not do what it must; nothing was changed.
    """
    try:
        with store.begin() as work:
            done = work.applied(command.act)
            return _as_before(work, keys, command, done[0]) if done else _scan(work, keys, command)
    except Refusal as refusal:
        return Scanned(Step.REFUSED, command.visit, refusal=refusal)


def _scan(work: Work, keys: CardKeys, command: Scan) -> Scanned:
    code = _code_in(command.text)
    if code is not None and codes.kind_of(code) in CARDS:
        return _card(work, command, people.holder_of(work, keys, code))
    label = code or command.text
    if command.visit is not None and is_same_again(command.visit, label, work.now):
        return Scanned(Step.SAME_AGAIN, command.visit)
    thing = catalogue.thing_by_code(work, code) if code else catalogue.thing_by_barcode(work, command.text)
    if code is None and thing is None:
        raise NoCode
    if thing is None:
        raise UnknownCode(code=codes.grouped(code) if code else "")
    visit = _as_it_is_now(work, command.visit, label)
    if isinstance(thing, Item):
        return _item(work, replace(command, visit=visit), thing)
    what = Seen.ROOM if thing.kind is LocationKind.ROOM else Seen.PLACE
    is_shelf = visit is None and thing.key == terms_of(work).return_shelf
    return Scanned(SCAN_TABLE[what, visit is not None], visit, place=thing, at_return_shelf=is_shelf)


def _as_it_is_now(read: Reader, visit: Visit | None, label: str) -> Visit | None:
    """Give the visit as this scan finds it: what staff changed about the person since the card holds now."""
    if visit is None:
        return None
    return replace(visit, person=people.person(read, visit.person.id), last_code=label, last_at=read.now)


def _as_before(work: Work, keys: CardKeys, command: Scan, entry: Entry) -> Scanned:
    """Answer a scan that was sent before and has done what it does."""
    did, act, code = done_before(work, entry), command.act.hex(), _code_in(command.text)
    visit, step, holder = _as_it_is_now(work, command.visit, code or command.text), did.step, None
    if visit is None and did.loan:
        holder = people.holder_of(work, keys, code or "")
        visit = replace(open_visit(work, holder), loan=did.loan)
    if visit is not None and step is Step.GIVEN_BACK:
        step = Step.GIVEN_BACK_OFFERED
    if visit is not None and step is Step.SET_ASIDE:
        visit = visit.keeping(act, did.item.id)
    elif visit is not None and did.line is not None:
        visit = visit.noting(act, did.item.id, taken=step is Step.LENT)
    return Scanned(step, visit, did.item, line=did.line, missing=did.missing, holder=holder, act=act)


def _code_in(text: str) -> str | None:
    """Give the code in a burst, or None if there is none: then it may be a barcode it bore before."""
    try:
        return codes.read(text)
    except NoCode:
        return None


# Cards


def _card(work: Work, command: Scan, holder: Holder) -> Scanned:
    """Open, end or change the visit; a staff card asks for its PIN and leaves the visit as it is."""
    visit = command.visit
    if visit is not None and is_same_again(visit, holder.card, work.now):
        return Scanned(Step.SAME_AGAIN, visit)
    for_desk = not holder.scope or Scope.DESK in holder.scope
    if holder.may(Right.OPEN_DESK) and (for_desk or holder.person is None):
        check_scope(holder, Scope.DESK)
        return Scanned(SCAN_TABLE[Seen.STAFF_CARD, visit is not None], visit, holder=holder)
    if holder.person is None:
        raise NotAllowed(right=Right.BORROW.value)
    own = visit is not None and visit.person.id == holder.person.id
    step = SCAN_TABLE[Seen.OWN_CARD if own else Seen.CARD, visit is not None]
    if step is Step.VISIT_ENDED:
        return Scanned(step, holder=holder)
    opened = open_visit(work, holder)
    if visit is None and command.shown is not None:
        return _lend_shown(work, command, opened, holder)
    return Scanned(step, opened, holder=holder)


def open_visit(read: Work, holder: Holder) -> Visit:
    """Begin a visit for a card's person; nothing is written until something is taken or brought."""
    person = holder.person
    if person is None:
        raise NotAllowed(right=Right.BORROW.value)
    return Visit(
        read.new_hex(), person, read.now, scope=holder.scope, asked_for_whom=not person.memberships,
        last_code=holder.card, last_at=read.now,
    )  # fmt: skip


def _lend_shown(work: Work, command: Scan, visit: Visit, holder: Holder) -> Scanned:
    """Lend what was scanned just before the card; a refusal then still opens the visit."""
    item = catalogue.item(work, command.shown or "")
    standing = standing_of(work, item.id)
    if kind_of_scan(item, standing, visit, work.now) is not Seen.FREE:
        return Scanned(Step.VISIT_OPENED, visit, holder=holder)
    try:
        done = _lend(work, replace(command, visit=visit), item, standing, terms_of(work))
    except Refusal as refusal:
        return Scanned(Step.VISIT_OPENED, visit, holder=holder, item=item, refusal=refusal)
    return replace(done, holder=holder)


# Things


def _item(work: Work, command: Scan, item: Item) -> Scanned:
    visit, standing, terms = command.visit, standing_of(work, item.id), terms_of(work)
    seen = kind_of_scan(item, standing, visit, work.now)
    step = SCAN_TABLE[seen, visit is not None]
    if step is Step.LENT:
        return _lend(work, command, item, standing, terms)
    if step in {Step.GIVEN_BACK, Step.GIVEN_BACK_OFFERED}:
        return _back(work, command, item, standing, step, terms)
    if step is Step.MISSING and visit is not None:
        if missing := missing_needs(item, visit.person, terms, work.now):
            return Scanned(step, visit, item, missing=missing)
        return _lend(work, command, item, standing, terms)
    if step is Step.FOUND:
        work.append(command.act, [Draft(item.subject, ItemFound())])
        return Scanned(step, visit, item, act=command.act.hex())
    return _shown(work, item, standing, step, visit, terms)


def _shown(
    work: Reader, item: Item, standing: Standing, step: Step, visit: Visit | None, terms: Terms
) -> Scanned:
    """Answer without changing anything."""
    refused = step in {Step.REFUSED, Step.KEPT_AT_DESK, Step.RESERVED_FOR_ANOTHER}
    twins = free_twins(work, item) if refused else ()
    line = line_of(work, standing.line, terms) if standing.line else None
    refusal = _why_it_stays(item, standing) if step is Step.REFUSED else None
    return Scanned(step, visit, item, line=line, missing=standing.missing, refusal=refusal, twins=twins)


def _why_it_stays(item: Item, standing: Standing) -> Refusal:
    return ItemIsBlocked(reason=item.blocked or standing.damaged) if item.lendable else NotLendable()


def _lend(work: Work, command: Scan, item: Item, standing: Standing, terms: Terms) -> Scanned:
    visit = command.visit
    if visit is None:
        raise NotAllowed(right=Right.BORROW.value)
    order = CheckOut(command.act, visit.person, (item.id,), visit.loan, visit.scope, visit.org)
    (entry, *_) = take(work, order, item, terms, visit.loan, command.act, standing)
    act = command.act.hex()
    if entry.kind != ItemOut.KIND:
        missing = missing_needs(item, visit.person, terms, work.now)
        return Scanned(Step.SET_ASIDE, visit.keeping(act, item.id), item, missing=missing, act=act)
    after = visit.noting(act, item.id, taken=True)
    line = line_of(work, entry.hex, terms, item=item, who=visit.person)
    return Scanned(Step.LENT, after, item, line=line, act=act)


def _back(work: Work, command: Scan, item: Item, standing: Standing, step: Step, terms: Terms) -> Scanned:
    visit = command.visit
    if command.typed and visit is None and not command.at_return_shelf:
        raise TypedReturn
    line = standing.line or ""
    actor = visit.person if visit else None
    give_back_in(work, item.id, line, command.act, Return(command.act, (item.id,), actor=actor))
    after = visit.noting(command.act.hex(), item.id, taken=False) if visit else None
    noted = line_of(work, line, terms, item=item)
    return Scanned(step, after, item, line=noted, act=command.act.hex())


def visit_of(store: Store, keys: CardKeys, code: str) -> Visit:
    """Begin a visit from a card's number, as the command line does.

    Raises:
        CardRefused: the card opens nothing.
        NotReadable, NoCode: it is no card's number.
    """
    with store.begin() as work:
        return open_visit(work, people.holder_of(work, keys, codes.read(code)))


def look_up(store: Store, text: str) -> tuple[Item | Location, LoanLine | None, Instant]:
    """Find a thing by its code or barcode without changing anything: (thing, open line, now).

    Raises:
        NotReadable, UnknownCode: nothing here bears it.
    """
    with store.reader() as read:
        code = _code_in(text)
        thing = catalogue.thing_by_code(read, code) if code else catalogue.thing_by_barcode(read, text)
        if thing is None:
            raise UnknownCode(code=codes.grouped(code) if code else "")
        line = standing_of(read, thing.id).line if isinstance(thing, Item) else None
        return thing, line_of(read, line) if line else None, read.now
