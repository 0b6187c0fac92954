"""Cards by command. The number of a new card is in its answer, once, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from kiosk.cli import finding, values
from kiosk.cli.answer import Answer, facts
from kiosk.cli.frame import Session, argument, command, group, option

if TYPE_CHECKING:
    from collections.abc import Callable

card = group("card")
SCOPES = ("lend", "audit", "desk")
ROLES = ("visitor", "volunteer", "staff", "admin")


def _whose(function: Callable[..., Any]) -> Callable[..., Any]:
    function = argument("person", required=False, metavar="[PERSON]")(function)
    function = option("--role", type=click.Choice(ROLES))(function)
    function = option("--scope", type=click.Choice(SCOPES), multiple=True)(function)
    return option("--blank", metavar="code")(function)


def _holder(session: Session, person: str | None, role: str | None) -> dict[str, Any]:
    from sharing.people.rules import Role

    if (person is None) == (role is None):
        raise click.UsageError("PERSON | --role ROLE")
    return {"role": Role(role)} if role else {"person": finding.person(session, person or "").id}


def _issued(session: Session, number: str) -> Answer:
    from sharing.codes import grouped
    from sharing.people.reading import holder_of

    with session.store.reader() as read:
        found = holder_of(read, session.house.keys, number)
    words = session.dated
    ends = values.moment(words, found.ends)
    data = {
        "code": number,
        "hash": found.card,
        "person": values.short_person(found.person),
        "ends": ends,
        "roles": sorted(found.roles),
        "scope": sorted(found.scope),
    }
    return Answer(data, [words("person.card_made", code=grouped(number)), words("person.card_once")])


def _scopes(scope: tuple[str, ...]) -> list[Any]:
    from sharing.people.rules import Scope

    return [Scope(one) for one in scope]


def _blank(blank: str | None) -> str | None:
    """Read the number on a blank card."""
    from sharing import codes

    return codes.read(finding.spoken(blank)) if blank else None


@command("issue", card, writes=True)
@_whose
@option("--ends", metavar="when")
def issue(
    session: Session,
    person: str | None,
    role: str | None,
    scope: tuple[str, ...],
    blank: str | None,
    ends: str | None,
) -> Answer:
    """Issue a card to a person or a role."""
    from sharing.people.issuing import issue_card

    whose = _holder(session, person, role)
    number = issue_card(
        session.store,
        session.house.keys,
        act=session.act(),
        scope=_scopes(scope),
        ends=session.when(ends),
        code=_blank(blank),
        **whose,
    )
    return _issued(session, number)


@command("day", card, writes=True)
@_whose
def day(
    session: Session, person: str | None, role: str | None, scope: tuple[str, ...], blank: str | None
) -> Answer:
    """Issue a card that works until the desk closes today."""
    from sharing.people.issuing import issue_day_card

    whose = _holder(session, person, role)
    number = issue_day_card(
        session.store,
        session.house.keys,
        act=session.act(),
        scope=_scopes(scope),
        code=_blank(blank),
        **whose,
    )
    return _issued(session, number)


@command("show", card)
@argument("card", metavar="CARD")
def show(session: Session, card: str) -> Answer:
    """Say whose card this is, and what it is good for."""
    found, words = finding.holder(session, card), session.dated
    data = {
        "hash": found.card,
        "person": values.short_person(found.person),
        "roles": sorted(found.roles),
        "scope": sorted(found.scope),
        "ends": values.moment(words, found.ends),
    }
    return Answer(
        data,
        facts(
            session,
            [
                ("name", found.person.name if found.person else None),
                ("id", found.person.id if found.person else None),
                ("roles", ", ".join(sorted(found.roles))),
                ("scope", ", ".join(sorted(found.scope))),
                ("until", words.until(found.ends) if found.ends else None),
            ],
        ),
    )


@command("revoke", card, writes=True)
@option("--all-of", metavar="person")
@option("--reason", default="")
@argument("card", required=False, metavar="[CARD]")
def revoke(session: Session, card: str | None, all_of: str | None, reason: str) -> Answer:
    """Take a card back for ever: by its number or its hash, or all of a person's."""
    from sharing.people.issuing import revoke_card, revoke_cards_of

    if (card is None) == (all_of is None):
        raise click.UsageError("CARD | --all-of PERSON")
    words, act = session.words, session.act()
    if all_of:
        count = revoke_cards_of(session.store, finding.person(session, all_of).id, act=act, reason=reason)
    else:
        revoke_card(session.store, _hash(session, card or ""), act=act, reason=reason)
        count = 1
    return Answer({"act": act.hex(), "revoked": count}, [words.count("cli.card.revoked", count)])


def _hash(session: Session, card: str) -> str:
    """Name a card as the house stores it, whether or not it still works."""
    from sharing import codes
    from sharing.errors import CardUnknown
    from sharing.people.reading import card_of

    if card.startswith("k") and "." in card:
        return card
    with session.store.reader() as read:
        found = card_of(read, session.house.keys, codes.read(finding.spoken(card)))
    if found is None:
        raise CardUnknown
    return found.hash
