"""The frame of every page, and the pages that scripts fill: the door and the hall."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import msgspec

from devices.web.html import Html, joined, raw, tag
from devices.words import Words, direction
from sharing.errors import Refusal

SHAPES: Final = raw((Path(__file__).parent / "static" / "shapes.svg").read_text(encoding="utf-8"))
"""The shapes beside FREE and BUSY, so that nobody needs to see colours."""

THEMES: Final = ("light", "dark")
DOOR_WORDS: Final = (
    "door.free", "door.busy", "door.buffer", "door.closed", "door.unknown", "door.until", "door.today",
    "door.as_of", "door.stale", "door.stale_why", "door.no_link", "door.link", "door.soon",
    "door.closes_soon", "door.taken", "door.blocked", "door.held", "door.asked", "door.asked_until",
    "door.day_of", "door.gone", "door.with_card", "door.card_number", "door.how_long", "door.minutes",
    "door.all_free", "door.book_now", "door.book_kiosk", "door.arrive", "door.end", "web.trouble",
    "common.on", "common.back",
)  # fmt: skip
"""What the scripts say."""


class Look(msgspec.Struct, frozen=True):
    """How a page is to look and speak."""

    languages: tuple[str, ...]
    """The first one large."""
    speak: Callable[[str], Words]
    version: str
    theme: str = ""
    """Empty: as the device has it."""

    @property
    def words(self) -> Words:
        """The first language."""
        return self.speak(self.languages[0])

    def both(self, name: str, key: str, /, **attributes: str | bool) -> Html:
        """Say something in every language of the page: the first as it is, others smaller behind it."""
        parts: list[str] = []
        for n, language in enumerate(self.languages):
            parts += [" "] if n else []
            said = self.speak(language)(key)
            parts.append(tag("span", said, class_="second" if n else "first", **_in(language)))
        return tag(name, *parts, **attributes)


def document(look: Look, title: str, body: Html, *, scripts: Sequence[str] = (), facts: object = None) -> str:
    """Put a page together. `facts` is data for its scripts, in a block that no browser runs."""
    dark = {"light": None, "dark": "all"}.get(look.theme, "(prefers-color-scheme: dark)")
    head = joined(
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", title),
        tag("link", rel="icon", href="/static/icon.svg", type="image/svg+xml"),
        tag("link", rel="stylesheet", href="/static/style.css"),
        tag("link", rel="stylesheet", href="/static/dark.css", media=dark) if dark else "",
        *(tag("script", type="module", src=f"/static/{one}") for one in scripts),
        _block(facts) if facts is not None else "",
    )
    page = tag("html", tag("head", head), body, lang=look.languages[0], dir="ltr")
    return f"<!doctype html>{page}"


def _in(language: str) -> dict[str, str]:
    """Say which language a text is in; the direction where it is not the page's."""
    return {"lang": language} | ({"dir": "rtl"} if direction(language) == "rtl" else {})


def _block(facts: object) -> Html:
    """Write data into a page: no text in it can end the block."""
    text = msgspec.json.encode(facts).decode().replace("<", "\\u003c")
    return tag("script", raw(text), type="application/json", id="facts")


def _for_scripts(look: Look) -> object:
    """Give the words as they are written, with their fields open."""
    fields = {name: f"{{{name}}}" for name in ("time", "room", "n")}
    said = {
        language: {key: look.speak(language)(key, **fields) for key in DOOR_WORDS}
        for language in look.languages
    }
    from_right = [one for one in look.languages if direction(one) == "rtl"]
    return {"languages": look.languages, "from_right": from_right, "words": said}


def _footer(look: Look) -> Html:
    link = tag("span", look.both("span", "door.no_link", id="link-word"), id="link", data_linked="false")
    return tag("footer", link, tag("span", id="as-of"), tag("noscript", look.both("p", "door.no_script")))


def _standing(look: Look) -> Html:
    """What is read from afar: shape, word, and until when."""
    shape = tag("svg", tag("use", id="shape", href="#shape-unknown"), class_="shape", aria_hidden="true")
    texts = tag(
        "div",
        look.both("p", "door.unknown", id="word"),
        tag("p", id="until"),
        tag(
            "div",
            tag("p", id="what", class_="clamped", dir="auto"),
            tag("p", id="soon", class_="soon"),
            class_="about",
        ),
    )
    return tag("section", shape, texts, id="status", data_status="unknown", role="status")


def _below(look: Look) -> Html:
    """What is read from near: what comes, the day, and the code to book."""
    coming = tag(
        "section",
        look.both("h2", "door.next"),
        tag("ol", id="coming"),
        look.both("p", "door.no_next", id="no-next", class_="no-next", hidden=True),
        tag("div", id="bar"),
        class_="coming",
    )
    picture = tag("img", id="code", alt=look.words("door.scan"), width="200", height="200")
    book = tag(
        "section",
        picture,
        look.both("p", "door.book_now", id="book-word"),
        id="book",
        class_="book",
        hidden=True,
    )
    return tag("div", coming, book, class_="below")


def _dialog(look: Look) -> Html:
    """Where a card is shown, and what it may do is chosen."""
    title = look.both("h2", "door.with_card", id="card-title")
    return tag(
        "dialog", title, tag("div", id="card-says", role="status"), id="card", aria_labelledby="card-title"
    )


def door(look: Look, room: str, name: str, *, takes_cards: bool = False) -> str:
    """Give the page at a door; `room` is its id."""
    names = (tag("h1", name, id="name", class_="clamped", dir="auto"), tag("p", id="names", class_="clamped"))
    clock = tag("span", id="clock", class_="clock")
    with_card = look.both("button", "door.with_card", id="with-card", type="button", hidden=True)
    header = tag("header", tag("div", *names, class_="names"), with_card if takes_cards else "", clock)
    stale = tag(
        "div", tag("strong", id="stale-word"), tag("span", id="stale-why"), id="stale", class_="stale",
        role="alert", hidden=True,
    )  # fmt: skip
    main = tag("main", stale, _standing(look), _below(look))
    dialog = _dialog(look) if takes_cards else ""
    body = tag(
        "body", SHAPES, header, main, _footer(look), dialog, class_="screen door",
        data_room=room, data_live=f"/live?room={room}", data_version=look.version,
    )  # fmt: skip
    scripts = ("door.js", "card.js") if takes_cards else ("door.js",)
    return document(look, name, body, scripts=scripts, facts=_for_scripts(look))


def hall(look: Look) -> str:
    """Give the page in the hall: the day of all rooms."""
    header = tag(
        "header",
        look.both("h1", "hall.title"),
        tag("span", id="day"),
        tag("span", id="clock", class_="clock"),
    )
    main = tag("main", tag("ul", id="rooms"), look.both("p", "hall.none", id="none", hidden=True))
    body = tag(
        "body", SHAPES, header, main, _footer(look), class_="screen hall",
        data_live="/live", data_version=look.version,
    )  # fmt: skip
    return document(look, look.words("hall.title"), body, scripts=("hall.js",), facts=_for_scripts(look))


def refused(look: Look, why: Refusal) -> str:
    """Say in every language why this device is shown nothing, and what to do."""
    parts = []
    for language in look.languages:
        words = look.speak(language)
        parts.append(
            tag("section", tag("h1", words.why(why)), tag("p", words.next_step(why)), **_in(language))
        )
    title = look.words("web.trouble_title")
    return document(look, title, tag("body", tag("main", *parts), class_="sheet"))


def lost(look: Look, title: str, why: str, *, scripts: Sequence[str] = ()) -> str:
    """Say in every language that something is not to be found, and where to go on; both are keys."""
    parts = []
    for n, language in enumerate(look.languages):
        words = look.speak(language)
        parts.append(
            tag(
                "section",
                tag("h1" if n == 0 else "h2", words(title)),
                tag("p", words(why)),
                tag("p", tag("a", words("web.all_rooms"), href="/house")),
                **_in(language),
            )
        )
    return document(
        look, look.words(title), tag("body", tag("main", *parts), class_="sheet"), scripts=scripts
    )
