"""What happens to persons, organisations, cards and roles. Persons stand in private parts only."""

from __future__ import annotations

from typing import ClassVar

from msgspec import UNSET, UnsetType

from sharing.journal.entry import Instant, Secret, Shape


class PersonRegistered(Shape, frozen=True, kw_only=True):
    """Somebody signed the framework agreement; the subject `person:P` is a pseudonym."""

    KIND: ClassVar[str] = "person.registered"


class PersonChanged(Shape, frozen=True, kw_only=True):
    """Some fields of a person hold something else; per field the last in fold order counts."""

    KIND: ClassVar[str] = "person.changed"


class PersonFields(Secret, frozen=True, kw_only=True):
    """What is known of a person; in `person.changed` only what changed."""

    name: str | UnsetType = UNSET
    contact: str | UnsetType = UNSET
    """One way to reach the person."""
    language: str | UnsetType = UNSET
    adult: bool | UnsetType = UNSET
    guardian: str | UnsetType | None = UNSET
    """Who consented for a person under age; there is no date of birth."""
    identity_checked: bool | UnsetType = UNSET
    """Somebody looked at an identity card; neither number nor copy is kept."""
    terms_version: int | UnsetType = UNSET
    privacy_version: int | UnsetType = UNSET
    actor: str = ""


class PersonSuspended(Shape, frozen=True, kw_only=True):
    """The person may not borrow for a while, or may again."""

    KIND: ClassVar[str] = "person.suspended"


class Suspension(Secret, frozen=True, kw_only=True):
    """Until when and why; `until` None lifts it."""

    until: Instant | None = None
    reason: str = ""
    actor: str = ""


class PersonInstructed(Shape, frozen=True, kw_only=True):
    """The person was shown how to use things of a model safely."""

    KIND: ClassVar[str] = "person.instructed"


class Instruction(Secret, frozen=True, kw_only=True):
    """Model id (hex)."""

    model: str
    actor: str = ""


class RoleGranted(Shape, frozen=True, kw_only=True):
    """The person has a role from now on."""

    KIND: ClassVar[str] = "role.granted"


class RoleWithdrawn(Shape, frozen=True, kw_only=True):
    """The person has a role no longer."""

    KIND: ClassVar[str] = "role.withdrawn"


class RoleGiven(Secret, frozen=True, kw_only=True):
    """Which role."""

    role: str
    actor: str = ""


class PinSet(Shape, frozen=True, kw_only=True):
    """The person's PIN is another one."""

    KIND: ClassVar[str] = "pin.set"


class PinHash(Secret, frozen=True, kw_only=True):
    """The argon2id hash with its salt and parameters."""

    hash: str
    actor: str = ""


class CardIssued(Shape, frozen=True, kw_only=True):
    """A card with this hash opens visits; its number is nowhere."""

    KIND: ClassVar[str] = "card.issued"
    key_id: str
    kind: str
    """"person", "role" or "day"."""
    scope: tuple[str, ...] = ()
    """What it is good for; empty: everything."""
    ends: Instant | None = None


class CardHolder(Secret, frozen=True, kw_only=True):
    """Whose card it is: a person's or a role's."""

    person: str = ""
    role: str = ""
    actor: str = ""


class CardRevoked(Shape, frozen=True, kw_only=True):
    """The card opens nothing any more, for ever."""

    KIND: ClassVar[str] = "card.revoked"


class Revocation(Secret, frozen=True, kw_only=True):
    """Who took it back, and why."""

    reason: str = ""
    actor: str = ""


class OrganisationChanged(Shape, frozen=True, kw_only=True):
    """An organisation is new or different; a group's name stands in the private part."""

    KIND: ClassVar[str] = "organisation.changed"
    kind: str | UnsetType = UNSET
    name: str | UnsetType = UNSET


class OrganisationPrivate(Secret, frozen=True, kw_only=True):
    """Who stands for it, how to reach it, and a group's name: one person may be the whole group."""

    name: str | UnsetType = UNSET
    responsible: str | UnsetType = UNSET
    """Person id (hex); empty: nobody."""
    contact: str | UnsetType = UNSET
    actor: str = ""


class MemberAdded(Shape, frozen=True, kw_only=True):
    """Somebody may act for an organisation."""

    KIND: ClassVar[str] = "member.added"


class MemberRemoved(Shape, frozen=True, kw_only=True):
    """The membership ended."""

    KIND: ClassVar[str] = "member.removed"


class MemberOf(Secret, frozen=True, kw_only=True):
    """Who belongs to what."""

    person: str
    organisation: str
    responsible: bool = False
    actor: str = ""


class ActedBy(Secret, frozen=True, kw_only=True):
    """Who did it, where nothing else is private."""

    actor: str = ""
