"""Who and what is named where in an entry: persons never in the open data."""

from __future__ import annotations

from sharing.people.rules import OrganisationKind, Person


def organisation_parts(person: Person, org: str | None) -> tuple[str | None, str | None]:
    """Say where an organisation may be named: (in the open data, in the private part).

    A group without legal form is the person who answers for it, and what the person left may be one.
    """
    kinds = {one.organisation.id: one.organisation.kind for one in person.memberships}
    named = org is None or kinds.get(org, OrganisationKind.GROUP) is not OrganisationKind.GROUP
    return (org, None) if named else (None, org)
