"""Feeds and the tokens that open them: shown once, kept as a hash, revoked for ever."""

from __future__ import annotations

import base64
import hashlib
from typing import Final

import msgspec

from sharing.errors import BadValue, DoesNotExist, FeedRevoked, NotAllowed
from sharing.journal.entry import Draft, Instant
from sharing.journal.store import Reader, Store
from sharing.people.persons import Actor, actor_id
from sharing.people.reading import organisation, person
from sharing.people.rules import Holder, Person, Right, check_right
from sharing.rooms import entries as shapes
from sharing.rooms.calendars.feed import WORDS, Feed, Of, Scope, feed_of
from sharing.rooms.reading import room_by
from sharing.texts import shown

_TOKEN_BYTES: Final = 20
_MOST_TOKEN: Final = 100
_ROW: Final = "SELECT id, scope, target, public, opened_by, opened_at, revoked_at FROM feed"


class Opened(msgspec.Struct, frozen=True):
    """A feed that was opened, and the token that reads it."""

    id: str
    token: str
    """Empty where the same command came again: it was shown then and is nowhere since."""


class OpenFeed(msgspec.Struct, frozen=True, kw_only=True):
    """One feed as it stands in a list."""

    id: str
    scope: Scope
    target: str
    """Id of the room, organisation or person; empty for the house, and for a person who was erased."""
    public: bool
    opened_at: Instant
    revoked_at: Instant | None


def open_feed(
    store: Store, actor: Actor, scope: Scope, act: bytes, *, target: str = "", public: bool = False
) -> Opened:
    """Let whoever has the new token read a calendar.

    Args:
        store: the house.
        actor: who opens it; None for the machine's operator.
        scope: whose dates.
        act: id of this command.
        target: the room (id, key or label), organisation or person; nothing for the house.
        public: says "taken" and nothing else.

    Raises:
        NotAllowed: it is not the actor's to give away.
        DoesNotExist, PersonUnknown: there is no such room, organisation or person.
    """
    with store.begin() as work:
        known = work.applied(act)
        if known:
            return Opened(known[0].subject.removeprefix("feed:"), "")
        target = _target(work, scope, target)
        _check_own(actor, scope, target, public=public)
        token = base64.b32encode(work.random(_TOKEN_BYTES)).decode().lower()
        # A person is named in the private part only, and an organisation may be one.
        named = target if scope is Scope.ROOM else ""
        private = shapes.FeedOf(target="" if named else target, actor=actor_id(actor))
        opened = shapes.FeedOpened(scope=scope.value, target=named, public=public)
        work.append(act, [Draft(f"feed:{hash_of(token)}", opened, private)])
        return Opened(hash_of(token), token)


def revoke_feed(store: Store, actor: Actor, feed_id: str, act: bytes) -> None:
    """Close a feed for ever, whoever has its token.

    Raises:
        DoesNotExist: there is no such feed.
        NotAllowed: it is neither the actor's own nor may they manage rooms.
    """
    with store.begin() as work:
        if work.applied(act):
            return
        row = _row(work, feed_id)
        if row is None:
            raise DoesNotExist(what="feed", value=shown(feed_id, limit=40))
        if not _is_own(actor, row):
            check_right(actor, Right.MANAGE_ROOMS)
        if row.feed.revoked_at is None:
            private = shapes.FeedOf(actor=actor_id(actor))
            work.append(act, [Draft(f"feed:{row.feed.id}", shapes.FeedRevoked(), private)])


def feeds(store: Store, actor: Actor) -> tuple[OpenFeed, ...]:
    """Give the feeds that the actor may close, newest first: their own, or for those who manage rooms all."""
    with store.reader() as read:
        rows = [_Row.of(row) for row in read.rows(f"{_ROW} ORDER BY opened_at DESC, id")]
        every = actor is None or actor.may(Right.MANAGE_ROOMS)
        return tuple(one.feed for one in rows if every or _is_own(actor, one))


def feed(store: Store, token: str, etag: str | None = None, *, language: str = "de") -> Feed | None:
    """Give the calendar that a token opens, or None if the client has it already.

    Args:
        store: the house.
        token: as it was shown when the feed was opened.
        etag: what the client has (`If-None-Match`).
        language: of what nobody typed.

    Raises:
        FeedRevoked: the token opens nothing; whether it ever did is not said.
    """
    if language not in WORDS:
        raise BadValue(field="language", value=shown(language, limit=20), expected=", ".join(WORDS))
    with store.reader() as read:
        row = _row(read, hash_of(token)) if len(token) <= _MOST_TOKEN else None
        if row is None or not _is_alive(read, row):
            raise FeedRevoked
        one = row.feed
        found = feed_of(read, Of(scope=one.scope, target=one.target, public=one.public, language=language))
    return None if etag is not None and found.etag in etag else found


def hash_of(token: str) -> str:
    """Give the name a token is kept under; 160 bits of chance need no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


class _Row(msgspec.Struct, frozen=True):
    feed: OpenFeed
    opened_by: str | None

    @classmethod
    def of(cls, row: tuple[object, ...]) -> _Row:
        key, scope, target, public, opened_by, opened_at, revoked_at = row
        made = msgspec.convert(
            {
                "id": key, "scope": scope, "target": target or "", "public": bool(public),
                "opened_at": opened_at, "revoked_at": revoked_at,
            },
            OpenFeed,
        )  # fmt: skip
        return cls(made, opened_by if isinstance(opened_by, str) else None)


def _row(read: Reader, feed_id: str) -> _Row | None:
    found = read.rows(f"{_ROW} WHERE id = ?", (feed_id,))
    return _Row.of(found[0]) if found else None


def _target(read: Reader, scope: Scope, target: str) -> str:
    """Give the id of what is meant, which must be there."""
    if scope is Scope.ROOM:
        return room_by(read, target).id
    if scope is Scope.ORGANISATION:
        return organisation(read, target).id
    if scope is Scope.PERSON:
        return person(read, target).id
    if target:
        raise BadValue(field="target", value=shown(target, limit=40), expected="")
    return ""


def _person(actor: Actor) -> Person | None:
    return actor.person if isinstance(actor, Holder) else actor


def _acts_for(one: Person | None, target: str) -> bool:
    return one is not None and target in {each.organisation.id for each in one.memberships}


def _check_own(actor: Actor, scope: Scope, target: str, *, public: bool) -> None:
    """Pass what a person may give away: their own dates and their organisation's; of rooms only "taken"."""
    if actor is None:
        return
    whose = _person(actor)
    if scope is Scope.PERSON:
        if whose is None or whose.id != target:
            raise NotAllowed(right=Right.MANAGE_ROOMS.value)
    elif scope is Scope.ORGANISATION:
        if not _acts_for(whose, target):
            check_right(actor, Right.MANAGE_ROOMS)
    else:
        check_right(actor, Right.BOOK if public else Right.MANAGE_ROOMS)


def _is_own(actor: Actor, row: _Row) -> bool:
    whose = _person(actor)
    if whose is None:
        return actor is None
    of = row.feed
    mine = of.scope is Scope.PERSON and of.target == whose.id
    return (
        mine or row.opened_by == whose.id or (of.scope is Scope.ORGANISATION and _acts_for(whose, of.target))
    )


def _is_alive(read: Reader, row: _Row) -> bool:
    """Tell whether a feed still reads: not revoked, its person there, its opener still who they were."""
    of = row.feed
    if of.revoked_at is not None or (of.scope is not Scope.HOUSE and not of.target):
        return False
    if of.scope is Scope.PERSON:
        return bool(person(read, of.target).name)
    if of.public or not row.opened_by:
        return True
    opener = person(read, row.opened_by)
    inside = of.scope is Scope.ORGANISATION and _acts_for(opener, of.target)
    return bool(opener.name) and (inside or opener.may(Right.MANAGE_ROOMS))
