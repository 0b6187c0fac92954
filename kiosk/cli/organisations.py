"""Organisations by command, and who may act for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from kiosk.cli import finding, values
from kiosk.cli.answer import Answer, facts, table
from kiosk.cli.frame import Session, argument, command, group, option

if TYPE_CHECKING:
    from sharing.people.rules import Organisation

organisation = group("organisation")
KINDS = ("association", "group", "institution")


def _one(session: Session, found: Organisation) -> Answer:
    from sharing.people.reading import members_of

    members = members_of(session.store, found.id)
    data: dict[str, Any] = values.organisation(found) | {
        "members": [values.short_person(one) for one in members]
    }
    return Answer(
        {"organisation": data},
        facts(
            session,
            [
                ("name", found.name),
                ("kind", found.kind),
                ("id", found.id),
                ("contact", found.contact),
                ("members", ", ".join(one.name for one in members)),
            ],
        ),
    )


@command("list", organisation)
@argument("text", nargs=-1)
def list_(session: Session, text: tuple[str, ...]) -> Answer:
    """Find organisations by words of their name."""
    from sharing.people.reading import find_organisations

    found = find_organisations(session.store, " ".join(text))
    return Answer(
        {"organisations": [values.organisation(one) for one in found]},
        table(session, ("name", "kind", "id"), [(one.name, one.kind, one.id) for one in found]),
    )


@command("show", organisation)
@argument("organisation", metavar="ORG")
def show(session: Session, organisation: str) -> Answer:
    """Show an organisation and who may act for it."""
    return _one(session, finding.organisation(session, organisation))


@command("add", organisation, writes=True)
@option("--name", required=True)
@option("--kind", type=click.Choice(KINDS), required=True)
@option("--responsible", metavar="person")
@option("--contact", default="")
def add(session: Session, name: str, kind: str, responsible: str | None, contact: str) -> Answer:
    """Register an organisation; its responsible person becomes a member."""
    from sharing.people.organisations import register_organisation
    from sharing.people.rules import OrganisationKind

    person = finding.person(session, responsible).id if responsible else None
    made = register_organisation(
        session.store, name, OrganisationKind(kind), act=session.act(), responsible=person, contact=contact
    )
    return _one(session, made)


@command("change", organisation, writes=True)
@option("--name")
@option("--kind", type=click.Choice(KINDS))
@option("--responsible", metavar="person")
@option("--contact")
@argument("organisation", metavar="ORG")
def change(
    session: Session, organisation: str, responsible: str | None, kind: str | None, **given: Any
) -> Answer:
    """Change an organisation."""
    from sharing.people.organisations import change_organisation
    from sharing.people.rules import OrganisationKind

    found = finding.organisation(session, organisation)
    said: dict[str, Any] = {field: value for field, value in given.items() if value is not None}
    if kind:
        said["kind"] = OrganisationKind(kind)
    if responsible:
        said["responsible"] = finding.person(session, responsible).id
    return _one(session, change_organisation(session.store, found.id, act=session.act(), **said))


@command("member", organisation, writes=True)
@option("--remove", is_flag=True)
@option("--responsible", is_flag=True)
@argument("organisation", metavar="ORG")
@argument("person", metavar="PERSON")
def member(session: Session, organisation: str, person: str, *, remove: bool, responsible: bool) -> Answer:
    """Let somebody act for an organisation, or no longer."""
    from sharing.people.organisations import add_member, remove_member

    found, who = finding.organisation(session, organisation), finding.person(session, person)
    if remove:
        remove_member(session.store, found.id, who.id, act=session.act())
    else:
        add_member(session.store, found.id, who.id, act=session.act(), responsible=responsible)
    return _one(session, found)
