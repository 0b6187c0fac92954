"""Searching by what people remember: a name in any language, a number, some digits of the code."""

from __future__ import annotations

from typing import Final

from sharing.catalogue.look_up import item, location
from sharing.catalogue.rules import Item, Thing, folded
from sharing.codes import plain_digits
from sharing.journal.store import Reader, Store

MOST_FOUND: Final = 50
_MOST_WORDS: Final = 8
_LEAST_DIGITS: Final = 4
_MOST_CODE: Final = 16
_ESCAPES: Final = str.maketrans({"!": "!!", "%": "!%", "_": "!_"})


def _pattern(word: str) -> str:
    return f"%{word.translate(_ESCAPES)}%"


def _digits(text: str) -> str:
    """Give the digits of a text that could be part of a code, typed with or without blanks."""
    bare = "".join(plain_digits(text).split())
    return bare if bare.isascii() and bare.isdigit() and _LEAST_DIGITS <= len(bare) <= _MOST_CODE else ""


def _items(read: Reader, words: list[str]) -> list[str]:
    each = " AND ".join(["(m.search LIKE ? ESCAPE '!' OR i.search LIKE ? ESCAPE '!')"] * len(words))
    patterns = [pattern for word in words for pattern in (_pattern(word),) * 2]
    sql = (
        f"SELECT i.id FROM item i JOIN model m ON m.id = i.model WHERE {each}"  # noqa: S608 only marks are built
        f" ORDER BY m.search, LENGTH(i.number), i.number, i.id LIMIT {MOST_FOUND}"
    )
    return [row[0] for row in read.rows(sql, patterns)]


def _locations(read: Reader, words: list[str]) -> list[str]:
    each = " AND ".join(["search LIKE ? ESCAPE '!'"] * len(words))
    sql = f"SELECT id FROM location WHERE {each} ORDER BY search, id LIMIT {MOST_FOUND}"  # noqa: S608 only marks
    return [row[0] for row in read.rows(sql, [_pattern(word) for word in words])]


def find(read: Reader, text: str) -> tuple[Thing, ...]:
    """Give what bears all these words, items first, at most 50; then what bears a code with these digits."""
    words = folded(text).split()[:_MOST_WORDS]
    if not words:
        return ()
    things = [f"item:{one}" for one in _items(read, words)]
    things += [f"location:{one}" for one in _locations(read, words)]
    digits = _digits(text)
    if digits:
        sql = f"SELECT target FROM code WHERE id LIKE ? AND barcode = 0 ORDER BY id LIMIT {MOST_FOUND}"  # noqa: S608
        things += [row[0] for row in read.rows(sql, (f"%{digits}%",)) if row[0] not in things]
    return tuple(_thing(read, subject) for subject in things[:MOST_FOUND])


def _thing(read: Reader, subject: str) -> Thing:
    kind, _, key = subject.partition(":")
    return item(read, key) if kind == "item" else location(read, key)


def search(store: Store, text: str) -> tuple[Thing, ...]:
    """Find things by name in any language, number or digits of the code; see `find`."""
    with store.reader() as read:
        return find(read, text)


def search_items(store: Store, text: str) -> tuple[Item, ...]:
    """Find items only."""
    return tuple(one for one in search(store, text) if isinstance(one, Item))
