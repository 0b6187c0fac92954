"""What staff say a room is like, by command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kiosk.cli import book, finding, room_values
from kiosk.cli.answer import Answer, facts
from kiosk.cli.frame import Session, argument, command, option

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sharing.rooms.rules import Room


def room_fields(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that say what a room is like."""
    for one in (
        option("--bookable/--not-bookable", default=None),
        option("--key-item", metavar="item"),
        option("--checklist", multiple=True),
        option("--price", multiple=True, metavar="de=text"),
        option("--month-minutes", type=int),
        option("--month-count", type=int),
        option("--week-minutes", type=int),
        option("--week-count", type=int),
        option("--no-show", type=int, metavar="minutes"),
        option("--approval/--no-approval", default=None),
        option("--ahead-days", type=int),
        option("--longest", type=int, metavar="minutes"),
        option("--shortest", type=int, metavar="minutes"),
        option("--after", type=int, metavar="minutes"),
        option("--before", type=int, metavar="minutes"),
        option("--closing-day", multiple=True, metavar="day"),
        option("--hours"),
        option("--feature", multiple=True),
        option("--capacity", type=int),
        option("--part", multiple=True, metavar="room"),
    ):
        function = one(function)
    return function


_MINUTES = {
    "before": "before_min",
    "after": "after_min",
    "shortest": "shortest_min",
    "longest": "longest_min",
}
LENGTHS = {"shortest_min": 15, "longest_min": 720}
"""Of a room of which nobody said anything."""
_QUOTA = ("week_count", "week_minutes", "month_count", "month_minutes")


def _said(session: Session, given: dict[str, Any], before: Room | None = None) -> dict[str, Any]:
    """Read what was said about a room; what was not said stays.

    Raises:
        BadInput: it cannot be so. DoesNotExist: no such part or key.
    """
    from sharing.rooms.hours import read_days, read_hours

    plain = ("capacity", "ahead_days", "approval", "bookable", *_MINUTES)
    fields = {_MINUTES.get(one, one): given[one] for one in plain if given[one] is not None}
    if given["no_show"] is not None:
        fields["no_show_min"] = given["no_show"] or None
    if given["hours"] is not None:
        fields["hours"] = read_hours("--hours", given["hours"])
    if given["closing_day"]:
        fields["closing_days"] = read_days("--closing-day", _kept(given["closing_day"]))
    if given["part"]:
        fields["parts"] = tuple(finding.location(session, one).id for one in _kept(given["part"]))
    if given["feature"]:
        fields["features"] = frozenset(features_meant(_kept(given["feature"])))
    if given["checklist"]:
        fields["checklist"] = _kept(given["checklist"])
    if given["key_item"] is not None:
        fields["key_item"] = finding.items(session, (given["key_item"],))[0].id if given["key_item"] else None
    return fields | _priced(given, before) | _limited(given, before)


def _kept(said: tuple[str, ...]) -> tuple[str, ...]:
    """Give what was said several times; once an empty text means nothing at all."""
    return tuple(one for one in said if one)


def features_meant(typed: Iterable[str]) -> list[str]:
    """Read features by their name or by their word in any language, also several with commas."""
    from kiosk.room_words import feature_meant

    return [feature_meant(one) for text in typed for one in text.split(",") if one.strip()]


def _priced(given: dict[str, Any], before: Room | None) -> dict[str, Any]:
    from kiosk.cli.catalogue import texts_said

    if not given["price"]:
        return {}
    return {"price": texts_said(given["price"], before.price if before else None)}


def _limited(given: dict[str, Any], before: Room | None) -> dict[str, Any]:
    import msgspec

    from sharing.rooms.rules import Quota

    said = {name: given[name] or None for name in _QUOTA if given[name] is not None}
    return {"quota": msgspec.structs.replace(before.quota if before else Quota(), **said)} if said else {}


def one_room(session: Session, one: Room) -> Answer:
    """Show a room."""
    from kiosk import room_words
    from sharing.rooms.hours import hours_text

    words, known = session.dated, room_values.every_room(session)
    yes = words("cli.yes") if one.approval else ""
    pairs: list[tuple[str, str | int | None]] = [
        ("name", one.name(words.language)),
        ("floor", one.floor.best(words.language)),
        ("code", one.code),
        ("key", known.keys.get(one.id)),
        ("capacity", one.capacity or None),
        ("features", room_words.features(words, one.features)),
        ("parts", known.names(words, one.parts) if one.parts != (one.id,) else ""),
        ("hours", hours_text(one.hours)),
        ("approval", yes),
        ("price", one.price.best(words.language)),
        ("checklist", ", ".join(one.checklist)),
        ("bookable", "" if one.bookable else words("cli.no")),
    ]
    return Answer({"room": room_values.room(words, known, one)}, facts(session, pairs))


@command("change", writes=True)
@option("--by", metavar="card")
@room_fields
@argument("room", metavar="ROOM")
def change(session: Session, room: str, by: str | None, **given: Any) -> Answer:
    """Change what a room is like; a place of kind room becomes one that is booked."""
    from sharing.errors import DoesNotExist
    from sharing.rooms.actions import change_room

    try:
        before = finding.room(session, room)
        target = before.id
    except DoesNotExist:
        before, target = None, finding.location(session, room).id
    staff = book.manager(session, by)
    fields = _said(session, given, before)
    return one_room(session, change_room(session.store, staff, target, session.act(), **fields))


@command("add", writes=True)
@option("--name", "names", multiple=True, required=True, metavar="de=text")
@option("--parent", metavar="location")
@option("--key")
@option("--code")
@option("--by", metavar="card")
@room_fields
def add(
    session: Session,
    names: tuple[str, ...],
    parent: str | None,
    key: str | None,
    code: str | None,
    by: str | None,
    **given: Any,
) -> Answer:
    """Add a room: its place in the house, and what it is like."""
    from kiosk.cli.catalogue import texts_said
    from sharing.catalogue.actions import add_location
    from sharing.catalogue.rules import LocationKind
    from sharing.journal.ids import nth_act
    from sharing.rooms.actions import change_room
    from sharing.rooms.fields import clean

    staff, act = book.manager(session, by), session.act()
    said = _said(session, given)
    clean({**LENGTHS, **said})
    fields: dict[str, Any] = {"key": key} if key is not None else {}
    if parent:
        fields["parent"] = finding.location(session, parent).id
    place = add_location(
        session.store, act=act, code=code, kind=LocationKind.ROOM, names=texts_said(names), **fields
    )
    return one_room(session, change_room(session.store, staff, place.id, nth_act(act, 1), **said))
