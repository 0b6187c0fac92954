"""Tables of persons, organisations, memberships and cards, and the folds into them.

What came from a private part is NULL again once that part is emptied.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import UNSET
from peewee import SQL, BigIntegerField, IntegerField, TextField

from sharing.journal.entry import Entry, Shape
from sharing.journal.folding import Fold, Rows
from sharing.journal.tables import Folded, Row
from sharing.people import entries as shapes
from sharing.people.names import search_text


class PersonRow(Folded):
    """What is known of a person; the id is a pseudonym."""

    name = TextField(null=True)
    contact = TextField(null=True)
    language = TextField(null=True)
    adult = BigIntegerField(null=True)
    guardian = TextField(null=True)
    identity_checked = BigIntegerField(null=True)
    terms_version = BigIntegerField(null=True)
    privacy_version = BigIntegerField(null=True)
    roles = TextField(null=True)
    """JSON list, sorted."""
    instructed = TextField(null=True)
    """JSON list of model ids, sorted."""
    suspended_until = BigIntegerField(null=True)
    pin = TextField(null=True)
    search = TextField(null=True)

    class Meta:
        table_name = "person"


class OrganisationRow(Folded):
    """An organisation; a group's name came from the private part."""

    name = TextField(null=True)
    kind = TextField(null=True)
    responsible = TextField(null=True)
    contact = TextField(null=True)
    search = TextField(null=True)

    class Meta:
        table_name = "organisation"


class MemberRow(Folded):
    """Who may act for an organisation, from when until when."""

    person = TextField(null=True, index=True)
    organisation = TextField(null=True, index=True)
    responsible = BigIntegerField(null=True)
    began = BigIntegerField(null=True)
    ended = BigIntegerField(null=True)

    class Meta:
        table_name = "member"


class CardRow(Folded):
    """A card by its hash, of a person or of a role."""

    person = TextField(null=True, index=True)
    role = TextField(null=True)
    kind = TextField(null=True)
    key_id = TextField(null=True)
    scope = TextField(null=True)
    """JSON list, sorted."""
    issued_at = BigIntegerField(null=True)
    ends = BigIntegerField(null=True)
    revoked_at = BigIntegerField(null=True)

    class Meta:
        table_name = "card"
        constraints = [SQL("CHECK (person IS NULL OR role IS NULL)")]


class Lockout(Row):
    """Wrong PINs on this machine; neither folded nor sent anywhere."""

    person = TextField(primary_key=True)
    wrong = IntegerField()
    locks = IntegerField()
    boot = TextField()
    until = BigIntegerField()

    class Meta:
        table_name = "local_lockout"


def _id(rows: Rows) -> str:
    return rows.subject.partition(":")[2]


def _json(values: set[str]) -> str:
    return msgspec.json.encode(sorted(values)).decode()


def _listed(column: str | None) -> set[str]:
    return set(msgspec.json.decode(column)) if column else set()


def _said(private: msgspec.Struct, *names: str) -> dict[str, Any]:
    """Give the columns that a private part speaks of."""
    found = {name: getattr(private, name) for name in names}
    return {
        name: int(value) if isinstance(value, bool) else value
        for name, value in found.items()
        if value is not UNSET
    }


_FIELDS = (
    "name", "contact", "language", "adult", "guardian", "identity_checked",
    "terms_version", "privacy_version",
)  # fmt: skip


def person_changed(rows: Rows, entry: Entry, _data: Shape) -> None:
    """Registered or changed: per field the last in fold order holds."""
    private = entry.secret(shapes.PersonFields)
    rows.put(PersonRow, _id(rows), **(_said(private, *_FIELDS) if private else {}))
    row = rows.get(PersonRow, _id(rows)) or {}
    rows.put(PersonRow, _id(rows), search=search_text(row["name"] or "", row["contact"] or "") or None)


def person_suspended(rows: Rows, entry: Entry, _data: shapes.PersonSuspended) -> None:
    """The last word holds, also if it ends the suspension."""
    if private := entry.secret(shapes.Suspension):
        rows.put(PersonRow, _id(rows), suspended_until=private.until)


def person_instructed(rows: Rows, entry: Entry, _data: shapes.PersonInstructed) -> None:
    """Instructions add up."""
    if private := entry.secret(shapes.Instruction):
        row = rows.get(PersonRow, _id(rows)) or {}
        rows.put(PersonRow, _id(rows), instructed=_json(_listed(row.get("instructed")) | {private.model}))


def role_granted(rows: Rows, entry: Entry, _data: shapes.RoleGranted) -> None:
    """Roles add up."""
    if private := entry.secret(shapes.RoleGiven):
        row = rows.get(PersonRow, _id(rows)) or {}
        rows.put(PersonRow, _id(rows), roles=_json(_listed(row.get("roles")) | {private.role}))


def role_withdrawn(rows: Rows, entry: Entry, _data: shapes.RoleWithdrawn) -> None:
    """A role that is withdrawn is gone, however often it was granted."""
    if private := entry.secret(shapes.RoleGiven):
        row = rows.get(PersonRow, _id(rows)) or {}
        rows.put(PersonRow, _id(rows), roles=_json(_listed(row.get("roles")) - {private.role}))


def pin_set(rows: Rows, entry: Entry, _data: shapes.PinSet) -> None:
    """The last PIN holds; an emptied one is no PIN."""
    private = entry.secret(shapes.PinHash)
    rows.put(PersonRow, _id(rows), pin=private and private.hash)


def card_issued(rows: Rows, entry: Entry, data: shapes.CardIssued) -> None:
    """A card has one holder for ever: the first; a later claim is for staff to look at."""
    known = rows.get(CardRow, _id(rows))
    if known is not None and known["issued_at"] is not None:
        rows.case("card_issued_twice", entry)
        return
    private = entry.secret(shapes.CardHolder) or shapes.CardHolder()
    rows.put(
        CardRow, _id(rows), person=private.person or None, role=private.role or None, kind=data.kind,
        key_id=data.key_id, scope=_json(set(data.scope)), issued_at=entry.at, ends=data.ends,
    )  # fmt: skip


def card_revoked(rows: Rows, entry: Entry, _data: shapes.CardRevoked) -> None:
    """Revoked is revoked, even if the card was issued later by a clock that went wrong."""
    known = rows.get(CardRow, _id(rows))
    if known is None or known["revoked_at"] is None:
        rows.put(CardRow, _id(rows), revoked_at=entry.at)


def organisation_changed(rows: Rows, entry: Entry, data: shapes.OrganisationChanged) -> None:
    """Per field the last in fold order holds."""
    private = entry.secret(shapes.OrganisationPrivate) or shapes.OrganisationPrivate()
    said = _said(data, "kind", "name") | _said(private, "name", "responsible", "contact")
    if "responsible" in said:
        said["responsible"] = said["responsible"] or None
    rows.put(OrganisationRow, _id(rows), **said)
    row = rows.get(OrganisationRow, _id(rows)) or {}
    rows.put(OrganisationRow, _id(rows), search=search_text(row["name"] or "") or None)


def member_added(rows: Rows, entry: Entry, _data: shapes.MemberAdded) -> None:
    """The membership holds, with what its last entry says of responsibility."""
    known = rows.get(MemberRow, _id(rows))
    private = entry.secret(shapes.MemberOf)
    rows.put(
        MemberRow, _id(rows),
        person=private and private.person, organisation=private and private.organisation,
        responsible=None if private is None else int(private.responsible),
        began=known["began"] if known else entry.at, ended=None,
    )  # fmt: skip


def member_removed(rows: Rows, entry: Entry, _data: shapes.MemberRemoved) -> None:
    """The membership is over."""
    rows.put(MemberRow, _id(rows), ended=entry.at)


TABLES: tuple[type[Folded], ...] = (PersonRow, OrganisationRow, MemberRow, CardRow)
LOCAL_TABLES: tuple[type[Row], ...] = (Lockout,)
FOLDS: Mapping[type[Shape], Fold] = {
    shapes.PersonRegistered: person_changed,
    shapes.PersonChanged: person_changed,
    shapes.PersonSuspended: person_suspended,
    shapes.PersonInstructed: person_instructed,
    shapes.RoleGranted: role_granted,
    shapes.RoleWithdrawn: role_withdrawn,
    shapes.PinSet: pin_set,
    shapes.CardIssued: card_issued,
    shapes.CardRevoked: card_revoked,
    shapes.OrganisationChanged: organisation_changed,
    shapes.MemberAdded: member_added,
    shapes.MemberRemoved: member_removed,
}
