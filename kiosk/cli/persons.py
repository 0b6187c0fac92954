"""People by command, as whoever runs this machine: register, change, suspend, roles, PINs."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from kiosk.cli import finding, values
from kiosk.cli.answer import Answer, facts, table
from kiosk.cli.frame import Session, argument, command, group, option

if TYPE_CHECKING:
    from collections.abc import Callable

    from sharing.people.rules import Person

person = group("person")
ROLES = ("volunteer", "staff", "admin")


def _fields(function: Callable[..., Any]) -> Callable[..., Any]:
    for name in ("contact", "language", "guardian"):
        function = option(f"--{name}")(function)
    function = option("--adult/--minor", default=None)(function)
    return option("--identity-checked", is_flag=True, default=None)(function)


def _one(session: Session, found: Person, **more: Any) -> Answer:
    words = session.dated
    return Answer(
        {"person": values.person(words, found)} | more,
        facts(
            session,
            [
                ("name", found.name),
                ("id", found.id),
                ("contact", found.contact),
                ("roles", ", ".join(sorted(found.roles))),
                ("organisations", ", ".join(one.organisation.name for one in found.memberships)),
                ("terms", found.terms_version),
                ("guardian", found.guardian),
                ("suspended", words.until(found.suspended_until) if found.suspended_until else None),
            ],
        ),
    )


@command("list", person)
@argument("text", nargs=-1)
def list_(session: Session, text: tuple[str, ...]) -> Answer:
    """Find people by words of their name or contact."""
    from sharing.people.reading import find_persons

    found = find_persons(session.store, " ".join(text))
    rows = [(one.name, one.contact, ", ".join(sorted(one.roles)), one.id) for one in found]
    return Answer(
        {"persons": [values.person(session.dated, one) for one in found]},
        table(session, ("name", "contact", "roles", "id"), rows),
    )


@command("show", person)
@argument("person", metavar="PERSON")
def show(session: Session, person: str) -> Answer:
    """Show a person, their cards, and what they have."""
    from sharing.lending.looking import loans_of
    from sharing.people.reading import cards_of

    found, words = finding.person(session, person), session.dated
    cards = [values.card(words, one) for one in cards_of(session.store, found.id)]
    loans = [values.line(words, one) for one in loans_of(session.store, found.id)]
    answer = _one(session, found, cards=cards, loans=loans)
    answer.lines = [*answer.lines, words.count("person.has", len(loans))]
    return answer


@command("add", person, writes=True)
@option("--name", required=True)
@_fields
@option("--accept-terms", is_flag=True)
def add(session: Session, name: str, *, accept_terms: bool, **given: Any) -> Answer:
    """Register somebody."""
    from sharing.people.persons import RegisterPerson, register_person

    terms = session.terms
    said = {field: value for field, value in given.items() if value is not None}
    if accept_terms:
        said |= {"terms_version": terms.terms_version, "privacy_version": terms.privacy_version}
    command = RegisterPerson(act=session.act(), name=name, **said)
    return _one(session, register_person(session.store, command))


@command("change", person, writes=True)
@option("--name")
@_fields
@argument("person", metavar="PERSON")
def change(session: Session, person: str, **given: Any) -> Answer:
    """Change what is known of somebody."""
    from sharing.people.persons import ChangePerson, change_person

    found = finding.person(session, person)
    said = {field: value for field, value in given.items() if value is not None}
    return _one(
        session, change_person(session.store, ChangePerson(act=session.act(), person=found.id, **said))
    )


@command("suspend", person, writes=True)
@option("--until")
@option("--reason", default="")
@option("--lift", is_flag=True)
@argument("person", metavar="PERSON")
def suspend(session: Session, person: str, until: str | None, reason: str, *, lift: bool) -> Answer:
    """Let somebody not borrow for a while, or again."""
    from sharing.people.persons import suspend as stop

    if lift is (until is not None):
        raise click.UsageError("--until T | --lift")
    found = finding.person(session, person)
    return _one(
        session, stop(session.store, found.id, until=session.when(until), act=session.act(), reason=reason)
    )


@command("pin", person, writes=True)
@argument("person", metavar="PERSON")
def pin(session: Session, person: str) -> Answer:
    """Give a member of staff a PIN: typed unseen, or read from standard input; never an argument."""
    from sharing.people.pins import set_pin

    found = finding.person(session, person)
    if sys.stdin.isatty():
        digits = click.prompt(session.words("pin.title"), hide_input=True, err=True)
    else:
        digits = sys.stdin.readline().strip()
    set_pin(session.store, found.id, digits, act=session.act())
    return _one(session, finding.person(session, found.id))


@command("accept-terms", person, writes=True)
@argument("person", metavar="PERSON")
def accept_terms(session: Session, person: str) -> Answer:
    """Note that somebody accepted the terms that hold now."""
    from sharing.people.persons import accept_terms as accept

    found, terms = finding.person(session, person), session.terms
    return _one(
        session,
        accept(
            session.store,
            found.id,
            terms_version=terms.terms_version,
            privacy_version=terms.privacy_version,
            act=session.act(),
        ),
    )


@command("instruct", person, writes=True)
@argument("person", metavar="PERSON")
@argument("model", metavar="MODEL")
def instruct(session: Session, person: str, model: str) -> Answer:
    """Note that somebody was shown how to use the things of a model."""
    from sharing.people.persons import instruct as note

    found, kind = finding.person(session, person), finding.model(session, model)
    return _one(session, note(session.store, found.id, kind.id, act=session.act()))


@command("role", person, writes=True)
@option("--withdraw", is_flag=True)
@argument("person", metavar="PERSON")
@argument("role", type=click.Choice(ROLES), metavar="ROLE")
def role(session: Session, person: str, role: str, *, withdraw: bool) -> Answer:
    """Give somebody a role, or take it away."""
    from sharing.people.persons import grant_role, withdraw_role
    from sharing.people.rules import Role

    found = finding.person(session, person)
    change = withdraw_role if withdraw else grant_role
    return _one(session, change(session.store, found.id, Role(role), act=session.act()))
