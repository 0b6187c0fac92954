"""What changes a loan while it lasts, and taking back what was just done."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from msgspec.structs import replace

from sharing.catalogue import actions as catalogue
from sharing.catalogue.rules import Item
from sharing.errors import NotOut, NotUndoable, UndoneAlready
from sharing.journal.entry import Draft, Entry, Instant
from sharing.journal.folding import undone_target
from sharing.journal.ids import uuid5
from sharing.journal.order import UNDONE
from sharing.journal.shapes import Undone
from sharing.journal.store import HOUSE_GROUP, Store, Work
from sharing.lending.against import check_for_whom, check_room, why_not_longer
from sharing.lending.entries import (
    ItemAssigned,
    ItemCondition,
    ItemFound,
    ItemLost,
    ItemPutBack,
    ItemSetAside,
    Out,
    Remark,
    RenewalAsked,
    RenewalDecided,
)
from sharing.lending.looking import (
    LoanLine,
    line_of,
)
from sharing.lending.naming import organisation_parts
from sharing.lending.rows import Holding, Line
from sharing.lending.rules import Visit, renewed_due
from sharing.lending.standing import held_by_organisation, held_by_themselves, needs_in, standing_of
from sharing.people import actions as people
from sharing.people.persons import actor_id
from sharing.people.rules import Person, Right, check_right
from sharing.terms.actions import terms_of


def renew(store: Store, line: str, act: bytes, *, until: Instant | None = None, actor: str = "") -> LoanLine:
    """Keep a thing longer, or bring it back sooner. A request; decided at once where this node is home.

    Raises:
        NotOut: the line is not open.
        NoMoreRenewals, BadTime: as the house rules say.
        NotLendable, ItemIsBlocked, PersonSuspended: it must come back when it is due.
    """
    with store.begin() as work:
        if not work.applied(act):
            row = work.one(Line, line)
            if row is None or row["back_at"] is not None:
                raise NotOut
            item, terms = catalogue.item(work, row["item"]), terms_of(work)
            person = people.person(work, row["borrower"]) if row["borrower"] else None
            longer = until is None or until > row["due"]
            for refusal in why_not_longer(item, person, work.now) if longer else []:
                raise refusal
            due = renewed_due(item, terms, row["due"], row["renewals"], until, work.now)
            asked = RenewalAsked(line=line, due=due, seen=row["due"])
            work.append(act, _renewal(work, item.subject, asked, actor))
        return line_of(work, line)


def _renewal(work: Work, subject: str, asked: RenewalAsked, actor: str) -> list[Draft]:
    """Ask, and answer in the same act if this node decides."""
    request = Draft(subject, asked, Remark(actor=actor), nature="request")
    if not work.is_home():
        return [request]
    epoch, n = work.verdict_stamp()
    verdict = RenewalDecided(group=HOUSE_GROUP, home_epoch=epoch, n=n, line=asked.line, due=asked.due)
    return [request, Draft(subject, verdict, nature="verdict")]


def assign(store: Store, visit: Visit, org: str | None, act: bytes) -> Visit:
    """Say for whom all of this visit is, what was taken before the answer included.

    Raises:
        NotAllowed: the person is no member of the organisation.
        TooManyForOrganisation, TooManyForPerson: with all of it they would have more than they may.
    """
    with store.begin() as work:
        person = people.person(work, visit.person.id)
        said = replace(visit, person=person, org=org, asked_for_whom=True)
        check_for_whom(person, org)
        said = replace(said, acts=_aside_for(work, said, act))
        if work.applied(act):
            return said
        standing = {item: standing_of(work, item) for item in sorted(visit.taken)}
        lines = {item: one.line for item, one in standing.items() if one.line and one.loan == visit.loan}
        _check_room(work, person.id, org, lines.values())
        public, private = organisation_parts(person, org)
        secret = Out(borrower=person.id, org=private)
        drafts = [
            Draft(f"item:{item}", ItemAssigned(line=line, org=public), secret) for item, line in lines.items()
        ]
        if drafts:
            work.append(act, drafts)
    return said


def _aside_for(work: Work, visit: Visit, act: bytes) -> tuple[tuple[str, str], ...]:
    """Set aside anew, for whom it is now, what this visit has set aside; gives the acts for an undo."""
    acts = visit.acts
    public, private = organisation_parts(visit.person, visit.org)
    secret = Out(borrower=visit.person.id, org=private)
    for held in work.select(Holding.select().where(Holding.loan == visit.loan).order_by(Holding.id)):
        item = held["id"]
        gone, kept = uuid5(f"back:{item}", act), uuid5(f"aside:{item}", act)
        if held["org"] != visit.org and not work.applied(kept):
            work.append(gone, [Draft(f"item:{item}", ItemPutBack())])
            missing = needs_in(held["missing"])
            aside = ItemSetAside(loan=visit.loan, missing=missing, org=public)
            work.append(kept, [Draft(f"item:{item}", aside, secret)])
        if work.applied(kept):
            acts = tuple((kept.hex() if of == item else one, of) for one, of in acts)
    return acts


def _check_room(work: Work, person: str, org: str | None, lines: Iterable[str]) -> None:
    more = sum(1 for line in lines if (work.one(Line, line) or {}).get("org") != org)
    held = held_by_themselves(work, person) if org is None else held_by_organisation(work, org)
    check_room(terms_of(work), org, held, more)


def mark_lost(store: Store, staff: Person | None, item: str, act: bytes) -> None:
    """Give a thing up as lost.

    Raises:
        NotAllowed: this person may not.
    """
    check_right(staff, Right.MANAGE_CATALOGUE)
    with store.begin() as work:
        catalogue.item(work, item)
        work.append(act, [Draft(f"item:{item}", ItemLost(), Remark(actor=actor_id(staff)))])


def find_again(store: Store, item: str, act: bytes) -> None:
    """Note that a lost thing is here again."""
    with store.begin() as work:
        catalogue.item(work, item)
        work.append(act, [Draft(f"item:{item}", ItemFound())])


def undo(store: Store, target: bytes, act: bytes) -> tuple[Item, ...]:
    """Take back an act: every fact of it must be the newest of its subject.

    What was only said about it since, for whom it is or in which condition it came, goes with it. What the
    act says about a person, that they were shown how a thing works, happened and stays.

    Args:
        store: the house's journal.
        target: id of the act to take back.
        act: id of this command.

    Raises:
        NotUndoable: there is no such act, something happened since, or it was a request.
        UndoneAlready: it was taken back before.
    """
    with store.begin() as work:
        entries = [one for one in work.applied(target) if one.subject.startswith("item:")]
        if not work.applied(act):
            taken = [one for entry in reversed(entries) for one in _down_to(work, entry)]
            if not taken:
                raise NotUndoable
            work.append(act, [Draft(one.subject, Undone(entry=one.hex)) for one in taken])
        items = {one.subject for one in entries}
        return tuple(catalogue.item(work, one.removeprefix("item:")) for one in sorted(items))


_REMARKS: Final = frozenset({ItemAssigned.KIND, ItemCondition.KIND})


def _down_to(work: Work, entry: Entry) -> list[Entry]:
    """Give an entry and what was said about it since, the newest first.

    Raises:
        NotUndoable: it is no fact of an item, or something happened since.
        UndoneAlready: it is undone.
    """
    undone: set[bytes] = set()
    found: list[Entry] = []
    for one in reversed(work.entries_of(entry.subject)):
        if one.kind == UNDONE:
            undone.add(bytes.fromhex(undone_target(one)))
        elif one.id not in undone:
            found.append(one)
            if one.id == entry.id or one.kind not in _REMARKS:
                break
    if entry.id in undone:
        raise UndoneAlready
    if not found or found[-1].id != entry.id or entry.nature != "fact" or not entry.kind.startswith("item."):
        raise NotUndoable
    return found
