"""Cards by command. The number of a new card is in its answer, once, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from kiosk.cli import finding, values
from kiosk.cli.answer import Answer, facts, table
from kiosk.cli.frame import Session, argument, command, group, option
from kiosk.cli.printing import CARD_SHEET, FILE, write

if TYPE_CHECKING:
    from collections.abc import Callable

    from devices.labels.drawing import Label
    from sharing.people.rules import Holder

card = group("card")
SCOPES = ("lend", "audit", "desk")
ROLES = ("visitor", "volunteer", "staff", "admin")


def _printed(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add where the card is printed: a sheet (.pdf), or a picture (.png) for a card printer."""
    function = option("--scale", type=float, default=1.0)(function)
    function = option("--offset", type=(float, float), default=(0.0, 0.0), metavar="x y")(function)
    function = option("--skip", type=int, default=0)(function)
    function = option("--sheet", default=CARD_SHEET)(function)
    return option("--out", type=FILE)(function)


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


def _issued(session: Session, number: str, on: dict[str, Any], **more: Any) -> Answer:
    """Answer with the number, once, and print the card if it was asked for."""
    from sharing.codes import grouped
    from sharing.people.reading import holder_of

    with session.store.reader() as read:
        found = holder_of(read, session.house.keys, number)
    words = session.dated
    data = {
        "code": number,
        "hash": found.card,
        "person": values.short_person(found.person),
        "ends": values.moment(words, found.ends),
        "roles": sorted(found.roles),
        "scope": sorted(found.scope),
    } | more
    lines = [words("person.card_made", code=grouped(number)), words("person.card_once")]
    if on["out"] is None:
        return Answer(data, lines)
    done = write(session, [_face(session, number, found)], **on)
    return Answer(data | done.data, [*lines, *done.lines])


def _face(session: Session, number: str, found: Holder) -> Label:
    """Say what stands on a card: initials or a role, never a name; and until when it works."""
    from devices.labels.drawing import Label

    words = session.dated
    role = next(iter(found.roles), "visitor")
    title = found.person.initials if found.person else words(f"role.{role}")
    until = words("cards.until", when=words.short_moment(found.ends)) if found.ends is not None else ""
    return Label(number, title, until or session.terms.name)


def _ready_to_print(on: dict[str, Any]) -> None:
    """Try the sheet with an invented number before a card is made that nobody could print.

    Raises:
        PrintRefused, BadInput, DiskFull: it would not print; nothing was changed.
    """
    if on["out"] is None:
        return
    from devices.labels.drawing import Label
    from devices.labels.printing import print_sheet
    from devices.labels.sheets import sheet_named
    from sharing import codes
    from sharing.codes import CodeKind
    from sharing.errors import FileNotWritten

    beside = on["out"].with_name(f".{on['out'].name}.pdf")
    trial = [Label(codes.make(CodeKind.PERSON_CARD, 0))]
    try:
        moved = {"skip": on["skip"], "offset_mm": on["offset"], "scale": on["scale"]}
        print_sheet(trial, sheet_named(on["sheet"]), beside, **moved)
    except FileNotWritten as refusal:
        raise FileNotWritten(**refusal.details | {"path": str(on["out"])}) from refusal
    finally:
        beside.unlink(missing_ok=True)


def _scopes(scope: tuple[str, ...]) -> list[Any]:
    from sharing.people.rules import Scope

    return [Scope(one) for one in scope]


def _blank(blank: str | None) -> str | None:
    """Read the number on a blank card."""
    from sharing import codes

    return codes.read(finding.spoken(blank)) if blank else None


def _to_come(session: Session, ends: str | None) -> int | None:
    """Read until when a card works.

    Raises:
        BadTime: that is none, or over: the card would be made, and nobody could do anything with it.
    """
    from sharing.errors import BadTime

    found = session.when(ends)
    if found is not None and found <= session.store.clock.read().at:
        raise BadTime(field="--ends", value=(ends or "")[:40], reason="past")
    return found


@command("issue", card, writes=True)
@_whose
@_printed
@option("--ends", metavar="when")
def issue(
    session: Session,
    person: str | None,
    role: str | None,
    scope: tuple[str, ...],
    blank: str | None,
    ends: str | None,
    **on: Any,
) -> Answer:
    """Issue a card to a person or a role."""
    from sharing.people.issuing import issue_card

    whose, until = _holder(session, person, role), _to_come(session, ends)
    _ready_to_print(on)
    number = issue_card(
        session.store,
        session.house.keys,
        act=session.act(),
        scope=_scopes(scope),
        ends=until,
        code=_blank(blank),
        **whose,
    )
    return _issued(session, number, on)


@command("day", card, writes=True)
@_whose
@_printed
def day(
    session: Session,
    person: str | None,
    role: str | None,
    scope: tuple[str, ...],
    blank: str | None,
    **on: Any,
) -> Answer:
    """Issue a card that works until the desk closes today."""
    from sharing.people.issuing import issue_day_card

    whose = _holder(session, person, role)
    _ready_to_print(on)
    number = issue_day_card(
        session.store,
        session.house.keys,
        act=session.act(),
        scope=_scopes(scope),
        code=_blank(blank),
        **whose,
    )
    return _issued(session, number, on)


@command("reissue", card, writes=True)
@_printed
@option("--card", metavar="card")
@argument("person", required=False, metavar="[PERSON]")
def reissue(session: Session, person: str | None, card: str | None, **on: Any) -> Answer:
    """Replace a lost card by one that is good for the same and as long, in one act.

    Of a person all cards are lost; `--card` replaces one alone, also a role's.
    """
    from sharing.people.issuing import replace_card, replace_cards

    if (person is None) == (card is None):
        raise click.UsageError("PERSON | --card CARD")
    whose = finding.person(session, person).id if person else ""
    lost, act = _hash(session, card) if card else "", session.act()
    _ready_to_print(on)
    store, keys = session.store, session.house.keys
    if lost:
        done = replace_card(store, keys, lost, act=act)
    else:
        done = replace_cards(store, keys, act=act, person=whose)
    return _issued(session, done.number, on, revoked=done.revoked)


@command("list", card)
@argument("person", required=False, metavar="[PERSON]")
def list_(session: Session, person: str | None) -> Answer:
    """List the cards of roles, or of a person, that are in use: by hash, for nothing here knows a number."""
    from sharing.people.reading import cards_of, role_cards_in_use

    whose = finding.person(session, person).id if person else ""
    every = cards_of(session.store, whose) if whose else role_cards_in_use(session.store)
    found = [one for one in every if not one.revoked]
    words = session.dated
    rows = [
        (
            words(f"role.{one.role}" if one.role else f"cli.card.{one.kind}"),
            ", ".join(words(f"cards.for.{scope}") for scope in sorted(one.scope)) or words("cards.for.all"),
            words.until(one.ends) if one.ends is not None else "",
            one.hash,
        )
        for one in found
    ]
    cards = [values.card(words, one) for one in found]
    return Answer({"cards": cards}, table(session, ("card", "scope", "until", "id"), rows))


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
