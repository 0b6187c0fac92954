"""What somebody meant by an argument: a thing, a place, a person, a card, an organisation.

The number of a card opens a visit, so it is never repeated: not in an answer, not in a refusal.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from kiosk.cli.session import Session
    from sharing.catalogue.rules import Item, Location, Model, Thing
    from sharing.journal.store import Reader
    from sharing.people.rules import Holder, Organisation, Person, Right, Scope
    from sharing.rooms.rules import Room

_ID: Final = re.compile(r"[0-9a-f]{32}")
HIDDEN: Final = "…"
"""Stands for a card's number."""


def _code_in(text: str) -> str | None:
    """Give the code in an argument, None if it has none: one id in a hundred has 16 digits in a row.

    Raises:
        NotReadable: its check digits are wrong.
    """
    from sharing import codes
    from sharing.errors import NoCode

    if _ID.fullmatch(text):
        return None
    try:
        return codes.read(text)
    except NoCode:
        return None


def _is_card(code: str) -> bool:
    from sharing import codes
    from sharing.codes import CodeKind

    return codes.kind_of(code) in {CodeKind.PERSON_CARD, CodeKind.ROLE_CARD}


def _by_key(read: Reader, what: str, key: str) -> str | None:
    """Give the id of what the import calls `key`, or of the id itself."""
    column = "id" if _ID.fullmatch(key) else "key"
    rows = read.rows(f"SELECT id FROM {what} WHERE {column} = ? LIMIT 2", (key,))  # noqa: S608 three names of ours
    return rows[0][0] if len(rows) == 1 else None


def thing(read: Reader, text: str) -> Thing:
    """Find a thing or place by code (bare, in fours, or as a link), barcode, key or id.

    Raises:
        NotReadable, UnknownCode, DoesNotExist: nothing here bears it.
    """
    from sharing.catalogue import look_up
    from sharing.errors import DoesNotExist, UnknownCode
    from sharing.texts import shown

    code = _code_in(text)
    if code is not None and _is_card(code):
        raise UnknownCode(code=HIDDEN)
    found = look_up.thing_by_code(read, code) if code else look_up.thing_by_barcode(read, text)
    if found is not None:
        return found
    if code is not None:
        from sharing import codes

        raise UnknownCode(code=codes.grouped(code))
    if key := _by_key(read, "item", text):
        return look_up.item(read, key)
    if key := _by_key(read, "location", text):
        return look_up.location(read, key)
    raise DoesNotExist(what="item", value=shown(text, limit=60))


def item(read: Reader, text: str) -> Item:
    """Find a thing.

    Raises:
        DoesNotExist: it is not there, or it is a place.
    """
    from sharing.catalogue.rules import Item
    from sharing.errors import DoesNotExist
    from sharing.texts import shown

    found = thing(read, text)
    if not isinstance(found, Item):
        raise DoesNotExist(what="item", value=shown(text, limit=60))
    return found


def items(session: Session, texts: tuple[str, ...]) -> tuple[Item, ...]:
    """Find things, each once, in one look."""
    with session.store.reader() as read:
        found = [item(read, text) for text in texts]
    return tuple({one.id: one for one in found}.values())


def location(session: Session, text: str) -> Location:
    """Find a place.

    Raises:
        DoesNotExist: it is not there, or it is a thing.
    """
    from sharing.catalogue.rules import Location
    from sharing.errors import DoesNotExist
    from sharing.texts import shown

    with session.store.reader() as read:
        found = thing(read, text)
    if not isinstance(found, Location):
        raise DoesNotExist(what="location", value=shown(text, limit=60))
    return found


def room(session: Session, text: str) -> Room:
    """Find a room that can be booked: by number, key or id.

    Raises:
        NotReadable, UnknownCode, DoesNotExist: there is no such room.
    """
    from sharing.errors import DoesNotExist
    from sharing.rooms.reading import room_by
    from sharing.texts import shown

    with session.store.reader() as read:
        code = _code_in(text)
        if code is None:
            return room_by(read, text)
        found = thing(read, code)
        try:
            return room_by(read, found.id)
        except DoesNotExist:
            raise DoesNotExist(what="room", value=shown(found.key or text, limit=60)) from None


def model(session: Session, text: str) -> Model:
    """Find a model by key or id.

    Raises:
        DoesNotExist: there is none.
    """
    from sharing.catalogue import look_up
    from sharing.errors import DoesNotExist
    from sharing.texts import shown

    with session.store.reader() as read:
        key = _by_key(read, "model", text)
        if key is None:
            raise DoesNotExist(what="model", value=shown(text, limit=60))
        return look_up.model(read, key)


def spoken(text: str) -> str:
    """Give an argument, or for "-" the next line of standard input, which no process list shows."""
    return sys.stdin.readline().strip() if text == "-" else text


def holder(session: Session, text: str) -> Holder:
    """Say whose card this is.

    Raises:
        CardRefused: it opens nothing. NotReadable, NoCode: it is no card's number.
    """
    from sharing import codes
    from sharing.errors import CardUnknown
    from sharing.people.reading import holder_of

    code = codes.read(spoken(text))
    if not _is_card(code):
        raise CardUnknown
    with session.store.reader() as read:
        return holder_of(read, session.house.keys, code)


def person(session: Session, text: str) -> Person:
    """Find a person by card or id.

    Raises:
        PersonUnknown: nobody. CardRefused: the card opens nothing.
    """
    from sharing.errors import PersonUnknown
    from sharing.people.reading import person as person_by_id

    if not _ID.fullmatch(text):
        found = holder(session, text).person
        if found is None:
            raise PersonUnknown
        return found
    with session.store.reader() as read:
        return person_by_id(read, text)


def organisation(session: Session, text: str) -> Organisation:
    """Find an organisation by id or by its whole name.

    Raises:
        DoesNotExist: none, or several of that name.
    """
    from sharing.errors import DoesNotExist
    from sharing.people import reading
    from sharing.texts import shown

    if _ID.fullmatch(text):
        with session.store.reader() as read:
            return reading.organisation(read, text)
    wanted = " ".join(text.split()).casefold()
    named = [one for one in reading.find_organisations(session.store, text) if one.name.casefold() == wanted]
    if len(named) != 1:
        raise DoesNotExist(what="organisation", value=shown(text, limit=60))
    return named[0]


def staff(session: Session, card: str | None, right: Right, scope: Scope | None = None) -> Person | None:
    """Give the member of staff whose card this is; without a card it is the operator of this machine.

    A card that is good for something else signs for nothing; one for the desk signs for all done there.

    Args:
        session: with the open house.
        card: its number.
        right: what is signed for.
        scope: what a narrower card must be good for, if not the desk.

    Raises:
        NotAllowed: the person may not, or it is a card without a person.
        CardOutOfScope: the card is for something else.
    """
    from sharing.errors import NotAllowed
    from sharing.people.rules import Scope, check_right, check_scope

    if card is None:
        return None
    one = holder(session, card)
    if scope is None or scope not in one.scope:
        check_scope(one, Scope.DESK)
    check_right(one, right)
    if one.person is None:
        raise NotAllowed(right=right.value)
    return one.person
