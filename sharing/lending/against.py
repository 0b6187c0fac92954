"""What is against lending a thing, and what has to be done first: pure, like the rules beside it."""

from __future__ import annotations

from typing import Final

from sharing.catalogue.rules import Item, Need
from sharing.errors import (
    BadValue,
    CardOutOfScope,
    ItemIsBlocked,
    NotAllowed,
    NotLendable,
    PersonSuspended,
    Refusal,
    TooManyForOrganisation,
    TooManyForPerson,
    TooManyOfModel,
)
from sharing.journal.entry import Instant
from sharing.lending.rules import Held, Override, Standing
from sharing.people.rules import Person, Right, Scope, check_right
from sharing.terms.rules import Terms, local


def missing_needs(item: Item, person: Person, terms: Terms, now: Instant) -> tuple[Need, ...]:
    """List what has to be done at the desk before this person may take the item."""
    needs = item.model.needs
    value = item.model.value_cents or 0
    dear = terms.signature_above_cents is not None and value > terms.signature_above_cents
    asked = {
        Need.TERMS: person.terms_version < terms.terms_version,
        Need.INSTRUCTION: Need.INSTRUCTION in needs and item.model.id not in person.instructed,
        Need.DEPOSIT: Need.DEPOSIT in needs or item.model.deposit_cents > 0,
        Need.APPROVAL: Need.APPROVAL in needs,
        Need.CHECKLIST: Need.CHECKLIST in needs,
        Need.SIGNATURE: Need.SIGNATURE in needs or dear,
        Need.ADULT: Need.ADULT in needs and not person.adult,
        Need.ELECTRICAL_TEST: Need.ELECTRICAL_TEST in needs and item.test_expired(_today(terms, now)),
    }
    return tuple(need for need, is_missing in asked.items() if is_missing)


def _today(terms: Terms, now: Instant) -> str:
    return local(now, terms.zone).date().isoformat()


HARD_NEEDS: Final = frozenset({Need.ADULT, Need.ELECTRICAL_TEST})
"""What nobody can do at the desk: only an override with a reason lets the thing go."""


def why_not(
    item: Item, standing: Standing, person: Person, scope: frozenset[str], org: str | None, held: Held,
    terms: Terms, now: Instant,
) -> list[Refusal]:  # fmt: skip
    """List every rule against this check-out, the most important first; an override must answer for all."""
    found: list[Refusal] = []
    if not item.lendable:
        found.append(NotLendable())
    if item.blocked or standing.damaged:
        found.append(ItemIsBlocked(reason=item.blocked or standing.damaged))
    if person.suspended_until is not None and person.suspended_until > now:
        found.append(PersonSuspended(until=person.suspended_until))
    if scope and Scope.LEND not in scope:
        found.append(CardOutOfScope(scope=Scope.LEND.value))
    if not person.may(Right.BORROW):
        found.append(NotAllowed(right=Right.BORROW.value))
    if org is None and held.by_person >= terms.max_per_person:
        found.append(TooManyForPerson(limit=terms.max_per_person))
    if org is not None and held.by_organisation >= terms.max_per_organisation:
        found.append(TooManyForOrganisation(limit=terms.max_per_organisation))
    if item.model.limit is not None and held.of_model >= item.model.limit:
        found.append(TooManyOfModel(limit=item.model.limit))
    return found


def for_whom(person: Person, org: str | None) -> list[Refusal]:
    """List what is against acting for the organisation: the person is no member of it."""
    if org is None or org in {one.organisation.id for one in person.memberships}:
        return []
    return [NotAllowed(right="act_for_organisation")]


def check_for_whom(person: Person, org: str | None) -> None:
    """See that the person may act for the organisation.

    Raises:
        NotAllowed: the person is no member of it.
    """
    for refusal in for_whom(person, org):
        raise refusal


def check_room(terms: Terms, org: str | None, held: int, more: int) -> None:
    """See that an organisation, or without one the person, may have `more` things beside those they have.

    Raises:
        TooManyForOrganisation, TooManyForPerson: the limit would be passed.
    """
    if not more:
        return
    if org is None and held + more > terms.max_per_person:
        raise TooManyForPerson(limit=terms.max_per_person)
    if org is not None and held + more > terms.max_per_organisation:
        raise TooManyForOrganisation(limit=terms.max_per_organisation)


def why_not_longer(item: Item, person: Person | None, now: Instant) -> list[Refusal]:
    """List what is against keeping a thing longer; bringing it back sooner is always welcome.

    Args:
        item: the thing that is out.
        person: who has it; None once the person was cut from the loan.
        now: the moment it is asked.
    """
    found: list[Refusal] = []
    if not item.lendable:
        found.append(NotLendable())
    if item.blocked:
        found.append(ItemIsBlocked(reason=item.blocked))
    if person is not None and person.suspended_until is not None and person.suspended_until > now:
        found.append(PersonSuspended(until=person.suspended_until))
    return found


def check_override(override: Override | None, against: list[Refusal]) -> str:
    """Let rules be set aside by staff; gives their names for the entry.

    Raises:
        Refusal: the first rule against it, if nobody may or does override.
        BadValue: no reason was given.
    """
    if not against:
        return ""
    if override is None:
        raise against[0]
    check_right(override.actor, Right.OVERRIDE)
    if not override.reason.strip():
        raise BadValue(field="reason", value="", expected="text")
    return ",".join(sorted({one.key.removeprefix("refusal.") for one in against}))
