"""Things by command: find, add, change, label, block, lose and find again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from kiosk.cli import finding, values
from kiosk.cli.answer import Answer, facts, said, table
from kiosk.cli.frame import Session, argument, command, group, option

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sharing.catalogue.rules import Item

item = group("item")
REASONS = ("broken", "incomplete", "dirty", "repair", "staff", "retired")


def _fields(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add what can be said about an item."""
    for name in (
        "number",
        "home",
        "owner",
        "funder",
        "earmarked-until",
        "bought-on",
        "tested-until",
        "serial",
        "note",
        "key",
    ):
        function = option(f"--{name}")(function)
    function = option("--price-cents", type=int)(function)
    return option("--lendable/--not-lendable", default=None)(function)


def _said(session: Session, given: dict[str, Any]) -> dict[str, Any]:
    """Keep the fields that were given; a day or a price can be taken away with an empty text."""
    found = {name: value for name, value in given.items() if value is not None}
    if found.get("home"):
        found["home"] = finding.location(session, found["home"]).id
    return found


def items_table(session: Session, items: Sequence[Item]) -> list[str]:
    """List things."""
    words = session.words
    return table(
        session,
        ("name", "code", "key", "blocked"),
        [(one.name(words.language), one.code, one.key, one.blocked) for one in items],
    )


@command("list", item)
@option("--at", metavar="location")
@option("--model")
@argument("text", nargs=-1)
def list_(session: Session, at: str | None, model: str | None, text: tuple[str, ...]) -> Answer:
    """Find things by words, place or model."""
    from sharing.catalogue import look_up
    from sharing.catalogue.rules import Item
    from sharing.catalogue.search import find

    place = finding.location(session, at).id if at else None
    kind = finding.model(session, model).id if model else None
    with session.store.reader() as read:
        if text:
            found = [one for one in find(read, " ".join(text)) if isinstance(one, Item)]
        elif place:
            found = list(look_up.items_at(read, place))
        else:
            models = [kind] if kind else [one.id for one in look_up.models(read)]
            found = [one for each in models for one in look_up.items_of_model(read, each)]
        inside = look_up.places_in(read, place) if place else frozenset()
    found = [one for one in found if not kind or one.model.id == kind]
    found = [one for one in found if not place or one.home in inside]
    return Answer({"items": [values.item(session.words, one) for one in found]}, items_table(session, found))


@command("show", item)
@argument("item", metavar="ITEM")
def show(session: Session, item: str) -> Answer:
    """Show a thing, where it belongs, and how it stands."""
    from sharing.catalogue.look_up import location
    from sharing.lending.looking import line_of, standing_of

    words = session.dated
    with session.store.reader() as read:
        found = finding.item(read, item)
        home = location(read, found.home) if found.home else None
        standing = standing_of(read, found.id)
        line = line_of(read, standing.line) if standing.line else None
    where = home.where(words.language) if home else ""
    data = values.item(words, found) | {
        "where": where,
        "out": None if line is None else values.line(words, line),
        "set_aside": standing.set_aside,
        "missing": list(standing.missing),
        "lost": standing.lost,
        "damaged": standing.damaged,
    }
    out = None if line is None else words("common.until", when=words.until(line.due))
    needs = words.needs(tuple(sorted(found.model.needs)))
    return Answer(
        data,
        facts(
            session,
            [
                ("name", found.name(words.language)),
                ("code", found.code),
                ("barcode", found.barcode),
                ("key", found.key),
                ("where", where),
                ("owner", found.owner),
                ("blocked", found.blocked or standing.damaged),
                ("out", out),
                ("missing", words.needs(standing.missing)),
                ("needs", needs),
                ("note", found.note),
            ],
        ),
    )


@command("add", item, writes=True)
@option("--model", required=True)
@option("--code")
@option("--barcode")
@_fields
def add(session: Session, model: str, code: str | None, barcode: str | None, **given: Any) -> Answer:
    """Add a thing of a model."""
    from sharing.catalogue.actions import add_item

    kind = finding.model(session, model)
    fields = _said(session, given)
    made = add_item(session.store, act=session.act(), model=kind.id, code=code, barcode=barcode, **fields)
    return _one(session, made)


@command("change", item, writes=True)
@option("--model")
@_fields
@argument("item", metavar="ITEM")
def change(session: Session, item: str, model: str | None, **given: Any) -> Answer:
    """Change some fields of a thing."""
    from sharing.catalogue.actions import change_item

    (found,) = finding.items(session, (item,))
    kind = finding.model(session, model).id if model else None
    return _one(
        session, change_item(session.store, found.id, act=session.act(), model=kind, **_said(session, given))
    )


@command("claim", item, writes=True)
@argument("item", metavar="ITEM")
@argument("code", metavar="CODE")
def claim(session: Session, item: str, code: str) -> Answer:
    """Put a label or a barcode on a thing, for ever."""
    from sharing.catalogue.actions import claim_code

    with session.store.reader() as read:
        found = finding.thing(read, item)
    claim_code(session.store, code, found.subject, act=session.act())
    words = session.words
    data = {"id": found.id, "name": found.name(words.language), "claimed": code}
    return Answer(data, [said(found.name(words.language), code)])


@command("block", item, writes=True)
@option("--reason", type=click.Choice(REASONS), default="staff")
@option("--note", default="")
@argument("item", metavar="ITEM")
def block(session: Session, item: str, reason: str, note: str) -> Answer:
    """Keep a thing in the house."""
    from sharing.catalogue.actions import block as keep
    from sharing.catalogue.rules import BlockReason

    (found,) = finding.items(session, (item,))
    return _one(session, keep(session.store, found.id, BlockReason(reason), act=session.act(), note=note))


@command("unblock", item, writes=True)
@argument("item", metavar="ITEM")
def unblock(session: Session, item: str) -> Answer:
    """Let a thing leave the house again."""
    from sharing.catalogue.actions import unblock as release

    (found,) = finding.items(session, (item,))
    return _one(session, release(session.store, found.id, act=session.act()))


@command("lost", item, writes=True)
@option("--by", metavar="card")
@argument("item", metavar="ITEM")
def lost(session: Session, item: str, by: str | None) -> Answer:
    """Give a thing up as lost, as staff."""
    from sharing.lending.actions import mark_lost
    from sharing.people.rules import Right

    (found,) = finding.items(session, (item,))
    staff = finding.staff(session, by, Right.MANAGE_CATALOGUE)
    mark_lost(session.store, staff, found.id, session.act())
    return _one(session, found)


@command("found", item, writes=True)
@argument("item", metavar="ITEM")
def found_(session: Session, item: str) -> Answer:
    """Note that a lost thing is here again."""
    from sharing.lending.actions import find_again

    (found,) = finding.items(session, (item,))
    find_again(session.store, found.id, session.act())
    return _one(session, found)


def _one(session: Session, found: Item) -> Answer:
    return Answer({"item": values.item(session.words, found)}, items_table(session, [found]))
