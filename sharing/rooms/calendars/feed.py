"""The dates of a room, an organisation, a person or the house, as one calendar to subscribe to."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

import msgspec

from sharing.journal.entry import Instant
from sharing.journal.store import Reader
from sharing.rooms.calendars.text import END, Event, Status, event_text, opening, uid_of
from sharing.rooms.rules import State, Use
from sharing.terms.actions import terms_of
from sharing.texts import Texts, shown

_DAY: Final = 86_400_000
KEPT: Final = 30 * _DAY
"""How long what is over, and what was cancelled, stays in a calendar."""
_GONE: Final = frozenset({State.CANCELLED, State.DECLINED, State.NO_SHOW})


class Scope(StrEnum):
    """Whose dates a feed shows."""

    ROOM = "room"
    ORGANISATION = "organisation"
    PERSON = "person"
    HOUSE = "house"


class Words(msgspec.Struct, frozen=True):
    """What feeds say where nobody typed anything."""

    taken: str
    maintenance: str
    held: str


WORDS: Final[Mapping[str, Words]] = {
    "de": Words("Belegt", "Wartung", "Vorgemerkt"),
    "en": Words("Taken", "Maintenance", "On hold"),
}


class Of(msgspec.Struct, frozen=True, kw_only=True):
    """Which dates, and how much is said about them."""

    scope: Scope
    target: str = ""
    """Id of the room, organisation or person; empty for the house."""
    public: bool = True
    """Says "taken", and whose it is only if they let it be announced."""
    language: str = "de"


class Feed(msgspec.Struct, frozen=True):
    """A calendar as bytes, and the ETag by which a client knows it again."""

    data: bytes
    etag: str


_SELECT: Final = (
    "SELECT o.booking, o.n, o.begins, o.ends, o.changed_at, o.sequence, o.state, o.use, o.gone_at, o.rooms,"
    " b.title, b.source, b.announce, g.name"
    " FROM occurrence o JOIN booking b ON b.id = o.booking AND b.subject = o.subject"
    " LEFT JOIN organisation g ON g.id = o.org"
    " WHERE "
)
_NEW: Final = f"{_SELECT}o.begins >= ? AND "
_LONG: Final = f"{_SELECT}o.ends - o.begins > {_DAY} AND o.begins < ? AND o.ends > ? AND "
"""Two halves, each with an index: joined by OR, SQLite goes through every date there ever was."""
_WHERE: Final[Mapping[Scope, str]] = {
    Scope.ORGANISATION: "o.org = ?",
    Scope.PERSON: "b.person = ?",
}
_ORDER: Final = " ORDER BY 3, 1, 2"
"""Begin, booking, n."""


def feed_of(read: Reader, of: Of) -> Feed:
    """Give a calendar as it is at this moment."""
    zone = terms_of(read).zone
    events = "".join([event_text(one, zone) for one in events_of(read, of)])
    data = f"{opening(name_of(read, of), zone)}{events}{END}".encode()
    return Feed(data, f'"{hashlib.sha256(data).hexdigest()[:32]}"')


def events_of(read: Reader, of: Of) -> Iterator[Event]:
    """Give every date that a calendar shows, in the order in which they begin."""
    places = _names(read, of.language)
    words = WORDS.get(of.language, WORDS["en"])
    since = read.now - KEPT
    where, params = _where(read, of)
    sql = f"{_NEW}{where} UNION ALL {_LONG}{where}{_ORDER}"
    for row in read.rows(sql, (since - _DAY, *params, since - _DAY, since, *params)):
        booking, n, begins, ends, changed, sequence, state, use, gone_at, rooms, title, source, told, org = (
            row
        )
        status, at = _status(state, changed, gone_at, read.now)
        if ends <= since or (status is Status.CANCELLED and (at <= since or use == Use.HOLD)):
            continue
        said = _public(words, org if told else "") if of.public else _said(words, use, title, source, org)
        place = ", ".join([places.get(one, "") for one in _strings(rooms)])
        yield Event(uid_of(booking, n), begins, ends, at, sequence, status, said, place, public=of.public)


def name_of(read: Reader, of: Of) -> str:
    """Give what the calendar is called in a list of calendars."""
    house = terms_of(read).name or read.store.house
    if of.scope is Scope.ROOM:
        return _names(read, of.language).get(of.target, house)
    if of.scope is Scope.ORGANISATION:
        found = read.rows("SELECT name FROM organisation WHERE id = ?", (of.target,))
        return (found[0][0] if found else None) or house
    return house


_strings: Final = msgspec.json.Decoder(list[str]).decode


def _where(read: Reader, of: Of) -> tuple[str, Sequence[Any]]:
    """Say which dates are meant; a room's are all that take one of its parts, under whatever name."""
    if of.scope is Scope.HOUSE:
        return "1 = 1", ()
    if of.scope is not Scope.ROOM:
        return _WHERE[of.scope], (of.target,)
    found = read.rows("SELECT parts FROM room WHERE id = ?", (of.target,))
    parts = _strings(found[0][0]) if found else []
    one_of = " OR ".join(["o.rooms LIKE ?", *["o.parts LIKE ?"] * len(parts)])
    return f"({one_of})", [f'%"{one}"%' for one in (of.target, *parts)]


def _names(read: Reader, language: str) -> dict[str, str]:
    rows = read.rows("SELECT l.id, l.names FROM location l JOIN room r ON r.id = l.id")
    return {key: shown(Texts.from_json(names).best(language)) for key, names in rows}


def _status(state: str, changed: Instant, gone_at: Instant | None, now: Instant) -> tuple[Status, Instant]:
    """Say how a date stands and since when: what nobody came to is free without anybody writing it down."""
    if state in _GONE:
        return Status.CANCELLED, changed
    if gone_at is not None and gone_at <= now:
        return Status.CANCELLED, max(changed, gone_at)
    return (Status.TENTATIVE if state == State.PROVISIONAL else Status.CONFIRMED), changed


def _public(words: Words, org: str | None) -> str:
    return f"{words.taken}: {org}" if org else words.taken


def _said(words: Words, use: str, title: str | None, source: str, org: str | None) -> str:
    """Say what those may know who have the token: never a person's name."""
    plain = {Use.MAINTENANCE: words.maintenance, Use.HOLD: words.held}.get(Use(use), words.taken)
    parts = [title or plain, org or ""]
    said = " – ".join([one for one in parts if one])
    return f"{said} ({source})" if source else said
