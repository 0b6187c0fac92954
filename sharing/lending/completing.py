"""Staff see to what is set aside: it goes out to the person it waits for, or back to its shelf."""

from __future__ import annotations

from collections.abc import Sequence

from sharing.catalogue import actions as catalogue
from sharing.catalogue.rules import Item, Need
from sharing.errors import NotSetAside, StepMissing
from sharing.journal.entry import Draft, Entry
from sharing.journal.store import Store, Work
from sharing.lending.against import HARD_NEEDS, check_override, for_whom, missing_needs, why_not
from sharing.lending.entries import ItemOut, ItemPutBack, Out
from sharing.lending.looking import LoanLine, line_of
from sharing.lending.naming import organisation_parts
from sharing.lending.rows import Holding
from sharing.lending.rules import Override, due_for
from sharing.lending.standing import held_by, standing_of
from sharing.people import actions as people
from sharing.people.entries import Instruction, PersonChanged, PersonFields, PersonInstructed
from sharing.people.persons import actor_id
from sharing.people.rules import Person, Right, check_right
from sharing.terms.actions import terms_of
from sharing.terms.rules import Terms


def complete(store: Store, staff: Person | None, item_id: str, act: bytes, *, reason: str = "") -> LoanLine:
    """Staff have seen to what was missing: the thing goes out to the person it was set aside for.

    Raises:
        NotAllowed: this person may not.
        NotSetAside: it is not set aside, or its person was cut.
        StepMissing: age or electrical test, which no signature replaces, without a reason to override.
    """
    check_right(staff, Right.LEND_FOR_OTHERS)
    with store.begin() as work:
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
