"""Organisations, and who may act for them."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from sharing.errors import BadValue, Taken
from sharing.journal.entry import Draft
from sharing.journal.store import Reader, Store, Work
from sharing.people import checks
from sharing.people import entries as shapes
from sharing.people.names import search_text
from sharing.people.persons import Actor, actor_id
from sharing.people.reading import organisation as organisation_by_id
from sharing.people.reading import person as person_by_id
from sharing.people.rules import Organisation, OrganisationKind, Person, Right, check_right
from sharing.texts import shown


def organisation_changed(
    organisation_id: str,
    *,
    kind: OrganisationKind,
    name: str | UnsetType = UNSET,
    responsible: str | UnsetType | None = UNSET,
    contact: str | UnsetType = UNSET,
    by: Actor = None,
) -> Draft:
    """Give the entry that makes or changes an organisation; a group's name goes to the private part.

    Raises:
        BadValue: a field cannot be what it is.
    """
    called = UNSET if name is UNSET else checks.name(name)
    is_group = kind is OrganisationKind.GROUP
    private = shapes.OrganisationPrivate(
        name=called if is_group else UNSET,
        responsible=UNSET if responsible is UNSET else responsible or "",
        contact=UNSET if contact is UNSET else checks.text("contact", contact),
        actor=actor_id(by),
    )
    data = shapes.OrganisationChanged(kind=kind.value, name=UNSET if is_group else called)
    return Draft(f"organisation:{organisation_id}", data, private)


def register_organisation(
    store: Store, name: str, kind: OrganisationKind, *, act: bytes, responsible: str | None = None,
    contact: str = "", by: Actor = None,
) -> Organisation:  # fmt: skip
    """Register an organisation; its responsible person becomes a member who may act for it.

    Raises:
        Taken: there is one of this name.
        PersonUnknown, BadValue, NotAllowed.
    """
    check_right(by, Right.MANAGE_PEOPLE)
    with store.begin() as work:
        if not (entries := work.applied(act)):
            _check_free(work, checks.name(name), kind)
            key = work.new_hex()
            made = organisation_changed(
                key, kind=kind, name=name, responsible=responsible, contact=contact, by=by
            )
            drafts = [made]
            if responsible:
                person_by_id(work, responsible)
                drafts.append(_added(work.new_hex(), key, responsible, by, responsible=True))
            entries = work.append(act, drafts)
        return organisation_by_id(work, entries[0].subject.partition(":")[2])


def _check_free(read: Reader, name: str, kind: OrganisationKind) -> None:
    if read.rows("SELECT 1 FROM organisation WHERE search = ?", (search_text(name),)):
        raise Taken(what="organisation", value="…" if kind is OrganisationKind.GROUP else name)


def change_organisation(
    store: Store, organisation: str, *, act: bytes, name: str | UnsetType = UNSET,
    kind: OrganisationKind | UnsetType = UNSET, responsible: str | UnsetType | None = UNSET,
    contact: str | UnsetType = UNSET, by: Actor = None,
) -> Organisation:  # fmt: skip
    """Change an organisation. What becomes a registered association gets its name into the open part.

    Raises:
        DoesNotExist, PersonUnknown, BadValue, NotAllowed.
    """
    check_right(by, Right.MANAGE_PEOPLE)
    with store.begin() as work:
        before = organisation_by_id(work, organisation)
        if not work.applied(act):
            if isinstance(responsible, str) and responsible:
                person_by_id(work, responsible)
            new_kind = before.kind if kind is UNSET else kind
            if new_kind is not before.kind and name is UNSET:
                name = before.name or UNSET
            draft = organisation_changed(
                organisation, kind=new_kind, name=name, responsible=responsible, contact=contact, by=by
            )
            work.append(act, [draft])
        return organisation_by_id(work, organisation)


def _added(member: str, organisation: str, person: str, by: Actor, *, responsible: bool) -> Draft:
    private = shapes.MemberOf(
        person=person, organisation=organisation, responsible=responsible, actor=actor_id(by)
    )
    return Draft(f"member:{member}", shapes.MemberAdded(), private)


def _standing(work: Work, organisation: str, person: str) -> list[tuple[str, bool]]:
    """Give the memberships that hold, as (id, responsible)."""
    rows = work.rows(
        "SELECT id, responsible FROM member "
        "WHERE person = ? AND organisation = ? AND ended IS NULL ORDER BY id",
        (person, organisation),
    )
    return [(key, bool(responsible)) for key, responsible in rows]


def add_member(
    store: Store, organisation: str, person: str, *, act: bytes, responsible: bool = False, by: Actor = None
) -> Person:
    """Let somebody act for an organisation; who does already only changes in being responsible.

    Raises:
        DoesNotExist, PersonUnknown, NotAllowed.
    """
    check_right(by, Right.MANAGE_PEOPLE)
    with store.begin() as work:
        organisation_by_id(work, organisation)
        person_by_id(work, person)
        standing = _standing(work, organisation, person)
        if not work.applied(act) and (not standing or any(was is not responsible for _, was in standing)):
            members = [key for key, _ in standing] or [work.new_hex()]
            drafts = [_added(one, organisation, person, by, responsible=responsible) for one in members]
            work.append(act, drafts)
        return person_by_id(work, person)


def remove_member(store: Store, organisation: str, person: str, *, act: bytes, by: Actor = None) -> Person:
    """End a membership; who is no member stays none.

    Raises:
        PersonUnknown, NotAllowed.
    """
    check_right(by, Right.MANAGE_PEOPLE)
    with store.begin() as work:
        standing = _standing(work, organisation, person)
        if standing and not work.applied(act):
            private = shapes.ActedBy(actor=actor_id(by))
            work.append(act, [Draft(f"member:{key}", shapes.MemberRemoved(), private) for key, _ in standing])
        return person_by_id(work, person)


def kind_named(text: str) -> OrganisationKind:
    """Read a kind as typed or imported.

    Raises:
        BadValue: there is no such kind.
    """
    try:
        return OrganisationKind(text.strip().lower())
    except ValueError as error:
        kinds = ", ".join(OrganisationKind)
        raise BadValue(field="kind", value=shown(text, limit=40), expected=kinds) from error
