"""Calendars by command: written to a file, subscribed to by a token, taken in from others."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from kiosk.cli import finding, foreign_calendars, room_values, values
from kiosk.cli.answer import Answer, facts, table
from kiosk.cli.exchanging import whole_file
from kiosk.cli.frame import Session, argument, command, group, option
from kiosk.cli.which_date import WHICH, actor, one_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from sharing.rooms.calendars.feed import Of, Scope
    from sharing.rooms.calendars.tokens import OpenFeed

calendar = group("calendar")
feed = group("feed")
calendar.add_command(feed)
calendar.add_command(foreign_calendars.import_)
SHORT: Final = 16
"""So much of an id is enough to name a calendar."""
_FILE: Final = click.Path(path_type=Path, dir_okay=False)


def whose(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that say whose dates are meant; none of them: the house's."""
    for one in (option("--person"), option("--for", "for_", metavar="org"), option("--room")):
        function = one(function)
    return function


def _scope(session: Session, room: str | None, for_: str | None, person: str | None) -> tuple[Scope, str]:
    """Read whose dates are meant.

    Raises:
        BadValue: more than one was said. DoesNotExist, PersonUnknown: nobody is called so.
    """
    from sharing.errors import BadValue
    from sharing.rooms.calendars.feed import Scope

    said = [one for one in (room, for_, person) if one is not None]
    if len(said) > 1:
        raise BadValue(field="--room", value=len(said), expected="--room | --for | --person")
    if room is not None:
        return Scope.ROOM, finding.room(session, room).id
    if for_ is not None:
        return Scope.ORGANISATION, finding.organisation(session, for_).id
    if person is not None:
        return Scope.PERSON, finding.person(session, person).id
    return Scope.HOUSE, ""


@command("export", calendar)
@whose
@option("--public", is_flag=True)
@option("--out", type=_FILE)
@option("--vdir", type=click.Path(path_type=Path, file_okay=False), metavar="folder")
def export(
    session: Session, out: Path | None, vdir: Path | None, *, public: bool, **whose: str | None
) -> Answer:
    """Write dates of a room, an organisation, a person or the house as iCalendar, or as a folder of it."""
    from sharing.rooms.calendars.feed import Of, feed_of

    scope, target = _scope(session, **whose)
    of: Of = Of(scope=scope, target=target, public=public, language=session.words.language)
    if vdir is not None:
        return _folder(session, vdir, of)
    with session.store.reader() as read:
        found = feed_of(read, of)
    return _written(session, found.data, out, {"scope": scope, "etag": found.etag})


def _folder(session: Session, vdir: Path, of: Of) -> Answer:
    """Bring a vdir folder up to date, as CalDAV servers serve it."""
    from msgspec.structs import asdict

    from sharing.rooms.calendars.vdir import export as bring_up

    done = asdict(bring_up(session.store, vdir, of))
    data = {"scope": of.scope, "folder": str(vdir)} | done
    return Answer(data, [session.words("cli.calendar.folder", folder=str(vdir), **done)])


def _written(session: Session, content: bytes, out: Path | None, data: dict[str, Any]) -> Answer:
    """Write a calendar to its file, or to standard output."""
    if out is not None:
        whole_file(out, content)
        done = data | {"file": str(out), "bytes": len(content)}
        return Answer(done, [session.words("cli.export.written", file=str(out))])
    if session.json:
        return Answer(data | {"calendar": content.decode()})
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()
    return Answer({})


@command("take-away")
@option("--out", type=_FILE)
@argument("booking", metavar=WHICH)
def take_away(session: Session, booking: str, out: Path | None) -> Answer:
    """Write one date as iCalendar that phones take, to carry it away."""
    from sharing.rooms.actions import booking as booking_by_id
    from sharing.rooms.calendars.text import event_for_phone
    from sharing.rooms.meaning import date_of

    what = one_of(session, booking)
    one = date_of(booking_by_id(session.store, what.booking), what.n)
    words, known = session.dated, room_values.every_room(session)
    content = event_for_phone(one, known.names(words, one.rooms)) + b"\r\n"
    return _written(session, content, out, {"date": room_values.date(words, known, one)})


def _feed(session: Session, one: OpenFeed) -> dict[str, Any]:
    words = session.dated
    return {
        "id": one.id,
        "scope": one.scope,
        "target": one.target or None,
        "public": one.public,
        "opened_at": values.moment(words, one.opened_at),
        "revoked_at": values.moment(words, one.revoked_at),
    }


@command("add", feed, writes=True)
@whose
@option("--public", is_flag=True)
@option("--by", metavar="card")
def add(
    session: Session, room: str | None, for_: str | None, person: str | None, by: str | None, *, public: bool
) -> Answer:
    """Let whoever has the new token read a calendar; it is shown only once."""
    from sharing.rooms.calendars.tokens import open_feed

    scope, target = _scope(session, room, for_, person)
    act = session.act()
    opened = open_feed(session.store, actor(session, by), scope, act, target=target, public=public)
    data = {
        "act": act.hex(),
        "id": opened.id,
        "token": opened.token or None,
        "scope": scope,
        "public": public,
    }
    return Answer(data, facts(session, [("id", opened.id), ("token", opened.token or None)]))


@command("revoke", feed, writes=True)
@option("--by", metavar="card")
@argument("feed", metavar="FEED")
def revoke(session: Session, feed: str, by: str | None) -> Answer:
    """Close a calendar for ever, whoever has its token."""
    from sharing.rooms.calendars.tokens import feeds, revoke_feed

    act, who = session.act(), actor(session, by)
    begins = [one.id for one in feeds(session.store, who) if len(feed) >= SHORT and one.id.startswith(feed)]
    found = begins[0] if len(begins) == 1 else feed
    revoke_feed(session.store, who, found, act)
    return Answer({"act": act.hex(), "id": found, "revoked": True}, [session.words("cli.feed.revoked")])


@command("list", feed)
@option("--by", metavar="card")
def list_(session: Session, by: str | None) -> Answer:
    """List the calendars that are or were subscribed to."""
    from sharing.rooms.calendars.tokens import feeds

    words = session.dated
    found = feeds(session.store, actor(session, by))
    rows = [
        (
            words(f"cli.feed.{one.scope}"),
            words("cli.yes") if one.public else words("cli.no"),
            words.short_moment(one.opened_at),
            "" if one.revoked_at is None else words.short_moment(one.revoked_at),
            one.id[:SHORT],
        )
        for one in found
    ]
    return Answer(
        {"feeds": [_feed(session, one) for one in found]},
        table(session, ("what", "public", "since", "revoked", "id"), rows),
    )


@command("show", feed)
@option("--etag")
@option("--out", type=_FILE)
@argument("token", metavar="TOKEN")
def show(session: Session, token: str, etag: str | None, out: Path | None) -> Answer:
    """Write the calendar that a token opens, unless it is still the one whose ETag is named."""
    from sharing.rooms.calendars.tokens import feed as feed_by_token

    found = feed_by_token(session.store, finding.spoken(token), etag, language=session.words.language)
    if found is None:
        return Answer({"changed": False, "etag": etag}, [session.words("cli.feed.same")])
    return _written(session, found.data, out, {"changed": True, "etag": found.etag})
