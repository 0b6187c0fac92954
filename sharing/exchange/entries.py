"""How the house's own lists name persons and organisations: a key that an import finds them by again."""

from __future__ import annotations

from typing import ClassVar

from sharing.journal.entry import Secret, Shape


class PersonListed(Shape, frozen=True, kw_only=True):
    """A list names this person by a key."""

    KIND: ClassVar[str] = "person.listed"


class OrganisationListed(Shape, frozen=True, kw_only=True):
    """A list names this organisation by a key."""

    KIND: ClassVar[str] = "organisation.listed"


class ListedAs(Secret, frozen=True, kw_only=True):
    """The key; private, because lists often name people by their names."""

    key: str
