"""Registering persons, and what changes about them later."""

from __future__ import annotations

from typing import ClassVar, Final

from msgspec import UNSET, UnsetType
from msgspec.structs import asdict

from sharing.errors import BadValue
from sharing.journal.entry import Draft, Instant, Secret, Shape
from sharing.journal.store import Store
from sharing.people import checks
from sharing.people import entries as shapes
from sharing.people.reading import person as person_by_id
from sharing.people.rules import Discreet, Holder, Person, Right, Role, check_right

Actor = Person | Holder | None
"""Who acts; None is the machine's operator, on the command line or at set-up."""


def actor_id(by: Actor) -> str:
    """Give the id of the person who acts; empty for a role card and for the operator."""
    whose = by.person if isinstance(by, Holder) else by
    return whose.id if whose is not None else ""


class RegisterPerson(Discreet, frozen=True, kw_only=True):
    """A new person, as typed or imported."""

    TOLD: ClassVar = ("act",)
    act: bytes
    name: str
    contact: str = ""
    language: str = "de"
    adult: bool = True
    guardian: str | None = None
    identity_checked: bool = False
    terms_version: int = 0
    privacy_version: int = 0


class ChangePerson(Discreet, frozen=True, kw_only=True):
    """What is to be different about a person; UNSET stays as it is."""

    TOLD: ClassVar = ("act", "person")
    act: bytes
    person: str
    name: str | UnsetType = UNSET
    contact: str | UnsetType = UNSET
    language: str | UnsetType = UNSET
    adult: bool | UnsetType = UNSET
    guardian: str | UnsetType | None = UNSET
    identity_checked: bool | UnsetType = UNSET
    terms_version: int | UnsetType = UNSET
    privacy_version: int | UnsetType = UNSET


def person_fields(command: RegisterPerson | ChangePerson, by: Actor = None) -> shapes.PersonFields:
    """Give what a command says of a person, made fit to keep; pure, so that an import can check first.

    Raises:
        BadValue: a field cannot be what it is.
    """
    guardian = command.guardian
    return shapes.PersonFields(
        name=UNSET if command.name is UNSET else checks.name(command.name),
        contact=UNSET if command.contact is UNSET else checks.text("contact", command.contact),
        language=UNSET if command.language is UNSET else checks.language(command.language),
        adult=command.adult,
        guardian=(checks.text("guardian", guardian) or None) if isinstance(guardian, str) else guardian,
        identity_checked=command.identity_checked,
        terms_version=_version("terms_version", command.terms_version),
        privacy_version=_version("privacy_version", command.privacy_version),
        actor=actor_id(by),
    )


def _version(field: str, number: int | UnsetType) -> int | UnsetType:
    return UNSET if number is UNSET else checks.version(field, number)


def registered(person_id: str, command: RegisterPerson, by: Actor = None) -> Draft:
    """Give the entry that registers a person.

    Raises:
        BadValue: as `person_fields`.
    """
    return Draft(f"person:{person_id}", shapes.PersonRegistered(), person_fields(command, by))


def register_person(store: Store, command: RegisterPerson, *, by: Actor = None) -> Person:
    """Register somebody.

    Raises:
        BadValue: a field cannot be what it is.
        NotAllowed: `by` may not manage people.
    """
    check_right(by, Right.MANAGE_PEOPLE)
    with store.begin() as work:
        known = work.applied(command.act)
        (entry,) = known or work.append(command.act, [registered(work.new_hex(), command, by)])
        return person_by_id(work, entry.subject.partition(":")[2])


def change_person(store: Store, command: ChangePerson, *, by: Actor = None) -> Person:
    """Change some fields; what is already so writes nothing.

    Raises:
        PersonUnknown, BadValue, NotAllowed.
    """
    check_right(by, Right.MANAGE_PEOPLE)
    fields = person_fields(command, by)
    with store.begin() as work:
        before = person_by_id(work, command.person)
        same = {
            name: UNSET
            for name, value in asdict(fields).items()
            if name != "actor" and value is not UNSET and getattr(before, name) == value
        }
        new = shapes.PersonFields(**(asdict(fields) | same))
        if any(value is not UNSET for name, value in asdict(new).items() if name != "actor"):
            work.append(command.act, [Draft(f"person:{before.id}", shapes.PersonChanged(), new)])
        return person_by_id(work, before.id)


def accept_terms(
    store: Store, person: str, *, terms_version: int, privacy_version: int, act: bytes
) -> Person:
    """Note which terms the person accepted and which privacy notice was shown; that is no consent.

    Raises:
        PersonUnknown, BadValue.
    """
    return change_person(
        store,
        ChangePerson(act=act, person=person, terms_version=terms_version, privacy_version=privacy_version),
    )


def _note(store: Store, person: str, act: bytes, data: Shape, private: Secret) -> Person:
    with store.begin() as work:
        person_by_id(work, person)
        work.append(act, [Draft(f"person:{person}", data, private)])
        return person_by_id(work, person)


def suspend(
    store: Store, person: str, *, until: Instant | None, act: bytes, reason: str = "", by: Actor = None
) -> Person:
    """Let somebody not borrow until an instant; None lifts it.

    Raises:
        PersonUnknown, NotAllowed, BadValue.
    """
    check_right(by, Right.MANAGE_PEOPLE)
    if until is not None and not 0 <= until < _FOR_EVER:
        raise BadValue(field="until", value=until, expected=f"0–{_FOR_EVER}")
    note = checks.text("reason", reason, most=checks.MOST_NOTE)
    private = shapes.Suspension(until=until, reason=note, actor=actor_id(by))
    return _note(store, person, act, shapes.PersonSuspended(), private)


_FOR_EVER: Final = 253_402_300_800_000
"""The year 10000, which no wall clock can show."""


def instruct(store: Store, person: str, model: str, *, act: bytes, by: Actor = None) -> Person:
    """Note that somebody was shown how to use the things of a model.

    Raises:
        PersonUnknown, NotAllowed.
    """
    check_right(by, Right.LEND_FOR_OTHERS)
    private = shapes.Instruction(model=model, actor=actor_id(by))
    return _note(store, person, act, shapes.PersonInstructed(), private)


def grant_role(store: Store, person: str, role: Role, *, act: bytes, by: Actor = None) -> Person:
    """Give somebody a role.

    Raises:
        PersonUnknown, NotAllowed.
    """
    check_right(by, Right.GRANT_ROLES)
    private = shapes.RoleGiven(role=role.value, actor=actor_id(by))
    return _note(store, person, act, shapes.RoleGranted(), private)


def withdraw_role(store: Store, person: str, role: Role, *, act: bytes, by: Actor = None) -> Person:
    """Take a role from somebody.

    Raises:
        PersonUnknown, NotAllowed.
    """
    check_right(by, Right.GRANT_ROLES)
    private = shapes.RoleGiven(role=role.value, actor=actor_id(by))
    return _note(store, person, act, shapes.RoleWithdrawn(), private)
