"""Pages for whoever scanned a label or the code at a door: what it is, whether it is free, what to do."""

from __future__ import annotations

from typing import Final

from devices.web.facts import PlaceFacts, RoomFacts, Stands, ThingFacts
from devices.web.html import Html, joined, tag
from devices.web.pages import SHAPES, Look, document
from devices.words import Words
from sharing import codes
from sharing.lending.scan_table import Seen
from sharing.rooms.rules import Room
from sharing.terms.rules import Ask
from sharing.texts import shown

LONGEST_HOW_TO: Final = 4000
"""Characters; a longer one is a book, and lies beside the thing."""
LONGEST: Final = 200
_DIALLED: Final = frozenset("+0123456789")
_SHAPES: Final = {Seen.FREE: "free", Seen.OUT: "busy", Seen.SET_ASIDE: "buffer"}
_KEYS: Final = {
    Seen.FREE: "web.free", Seen.OUT: "web.out", Seen.SET_ASIDE: "web.set_aside", Seen.LOST: "web.lost",
}  # fmt: skip


def thing(look: Look, facts: ThingFacts) -> str:
    """Give the page of a thing."""
    words, item = look.words, facts.stands.item
    name = _name(item.name(words.language))
    steps = ("web.borrow_1", "web.borrow_2", "web.borrow_3")
    is_free = facts.stands.seen is Seen.FREE
    parts = [
        _stands(words, facts.stands),
        _line(words, "thing.twin", thing=_name(facts.twins[0].name(words.language))) if facts.twins else "",
        _line(words, "thing.where", place=_name(facts.home.where(words.language))) if facts.home else "",
        *_how_to(words, item.model.how_to.best(words.language)),
        *_list(words("web.comes_with"), [_name(one) for one in item.model.checklist]),
        *(_steps(words, "web.borrow", [words(one) for one in steps]) if is_free else ()),
        tag("p", words.count("web.days", facts.days)) if is_free else "",
        tag("p", _asking(words, facts.ask)),
        tag("p", codes.grouped(item.code), class_="quiet") if item.code else "",
    ]
    return _sheet(look, name, parts)


def place(look: Look, facts: PlaceFacts) -> str:
    """Give the page of a shelf or a box: what belongs there."""
    words = look.words
    lines = [
        tag("li", _name(one.item.name(words.language)), " · ", _said(words, one)) for one in facts.things
    ]
    if facts.more:
        lines.append(tag("li", words.count("web.more", facts.more)))
    parts = [
        tag("p", _name(facts.place.where(words.language)), class_="quiet"),
        tag("h2", words("thing.here")) if lines else tag("p", words("common.nothing")),
        tag("ul", *lines, class_="things") if lines else "",
    ]
    return _sheet(look, _name(facts.place.name(words.language)), parts)


def booking(look: Look, facts: RoomFacts) -> str:
    """Give the page of a room: what it is like, and how to book it."""
    words, room = look.words, facts.room
    name = _name(room.name(words.language))
    price = shown(room.price.best(words.language), limit=LONGEST)
    parts = [
        tag("p", _name(room.floor.best(words.language)), class_="quiet") if room.floor else "",
        tag("p", words.count("web.people", room.capacity)) if room.capacity else "",
        *_list(words("web.features"), [_feature(words, one) for one in sorted(room.features)]),
        *((tag("h2", words("web.price")), tag("p", price)) if price else ()),
        *(_how_to_book(words, room, name, facts.ask) if room.bookable else (_line(words, "web.book_not"),)),
        tag("p", tag("a", words("web.at_door"), href=f"/door/{room.id}")),
    ]
    return _sheet(look, words("web.book", room=name) if room.bookable else name, parts)


def _how_to_book(words: Words, room: Room, name: str, ask: Ask | None) -> tuple[str, ...]:
    steps = [words("web.book_1"), words("web.book_2", room=name), words("web.book_3")]
    by_phone = ask is not None and bool(ask.phone)
    return (
        *_steps(words, "web.book_kiosk", steps),
        tag("h2", words("web.book_phone" if by_phone else "web.book_desk")),
        tag("p", _asking(words, ask) or words("web.book_ask")),
        tag("p", words("web.approval")) if room.approval else "",
    )


def _sheet(look: Look, title: str, parts: list[str]) -> str:
    words = look.words
    others = [
        tag("a", look.speak(one)("language.name"), href=f"?lang={one}", lang=one, hreflang=one)
        for one in look.languages[1:]
    ]
    header = tag("header", tag("a", words("web.all_rooms"), href="/house"), tag("span", *others))
    main = tag("main", tag("h1", title, dir="auto"), *parts)
    return document(look, title, tag("body", SHAPES, header, main, class_="sheet"))


def _stands(words: Words, stands: Stands) -> Html:
    status = _SHAPES.get(stands.seen, "closed")
    shape = tag("svg", tag("use", href=f"#shape-{status}"), class_="shape", aria_hidden="true")
    return tag("p", shape, tag("span", _said(words, stands)), class_="stands", data_status=status)


def _said(words: Words, stands: Stands) -> str:
    if stands.seen is Seen.OUT and stands.due is not None:
        return words("web.out_until", when=words.until(stands.due))
    return words(_KEYS.get(stands.seen, "web.kept"))


def _asking(words: Words, ask: Ask | None) -> Html:
    """Say whom to ask: a function that is there now, or its number, which a phone can call."""
    phone = shown(ask.phone, limit=LONGEST) if ask is not None else ""
    before, number, after = _asked(words, ask).partition(phone) if phone else (_asked(words, ask), "", "")
    digits = "".join(one for one in number if one in _DIALLED)
    return joined(before, tag("a", number, href=f"tel:{digits}") if digits else number, after)


def _asked(words: Words, ask: Ask | None) -> str:
    if ask is None:
        return ""
    function, phone = words.team(shown(ask.function, limit=LONGEST)), shown(ask.phone, limit=LONGEST)
    if not phone:
        return words("thing.ask", function=function) if ask.here_now else ""
    if ask.from_instant is not None and not ask.here_now:
        return words("thing.later", function=function, phone=phone, when=words.moment(ask.from_instant))
    return words("thing.phone", function=function, phone=phone)


def _how_to(words: Words, text: str) -> tuple[str, ...]:
    if not text.strip():
        return (_line(words, "web.no_how_to"),)
    said = "\n".join(shown(line, limit=LONGEST_HOW_TO) for line in text[:LONGEST_HOW_TO].splitlines())
    return (tag("h2", words("thing.how")), tag("p", said, class_="how", dir="auto"))


def _steps(words: Words, title: str, steps: list[str]) -> tuple[Html, Html]:
    return tag("h2", words(title)), tag("ol", *(tag("li", one) for one in steps))


def _list(title: str, lines: list[str]) -> tuple[Html, ...]:
    return (tag("h2", title), tag("ul", *(tag("li", one, dir="auto") for one in lines))) if lines else ()


def _line(words: Words, key: str, **fields: str) -> Html:
    return tag("p", words(key, **fields))


def _feature(words: Words, feature: str) -> str:
    key = f"room.feature.{feature}"
    return words(key) if words.has(key) else _name(feature)


def _name(text: str) -> str:
    return shown(text, limit=LONGEST)
