"""What stands on a slip, as plain values: no paper, no printer. German first, then the visitor's language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

import msgspec

from devices.words import Words

Said: TypeAlias = tuple[str, ...]
"""A text in each language of the slip; what is the same in both stands there once."""


NOTHING: Final = ("", "–")
"""Cells that say nothing; on a roll they are left out."""


class Title(msgspec.Struct, frozen=True):
    """What the slip is, the largest line."""

    said: Said


class Heading(msgspec.Struct, frozen=True):
    """What the next lines are about."""

    said: Said


class Paragraph(msgspec.Struct, frozen=True):
    """Sentences."""

    said: Said
    strong: bool = False


class Facts(msgspec.Struct, frozen=True):
    """What is known of somebody or something: a name and a value a line; what is empty is left to write."""

    rows: tuple[tuple[Said, str], ...]


class Column(msgspec.Struct, frozen=True):
    """One column of a table."""

    head: Said
    share: int
    """Of the width, in relation to the others."""
    right: bool = False
    """Numbers stand at the right."""
    groups: int = 1
    """Of digits that are written into a form; marks stand between them."""


class Table(msgspec.Struct, frozen=True):
    """Things or dates. The first cell of a row is what it is about; a line feed in a cell is one on paper."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]


class Form(msgspec.Struct, frozen=True):
    """A table to write into; its rows are numbered, so that paper can be spoken about."""

    columns: tuple[Column, ...]
    rows: int


class Checklist(msgspec.Struct, frozen=True):
    """Boxes to tick."""

    items: tuple[str, ...]


class Signatures(msgspec.Struct, frozen=True):
    """Lines to sign on, beside each other, each with the words below it."""

    names: tuple[Said, ...]


class Code(msgspec.Struct, frozen=True):
    """A QR code and what it is good for."""

    content: str
    said: Said


Part: TypeAlias = Title | Heading | Paragraph | Facts | Table | Form | Checklist | Signatures | Code


class Slip(msgspec.Struct, frozen=True):
    """A slip of any kind."""

    title: str
    """As files and windows are called."""
    language: str
    parts: tuple[Part, ...]
    foot: str = ""
    """Stands below each page, before its number."""
    page: Said = ("{page}/{pages}",)

    def signed(self) -> tuple[int, int] | None:
        """Give where the sentences begin that are signed, and where they are: nobody signs an empty sheet."""
        for n, part in enumerate(self.parts):
            if isinstance(part, Signatures):
                first = n
                while first and isinstance(self.parts[first - 1], Paragraph):
                    first -= 1
                if 0 < first < n and isinstance(self.parts[first - 1], Heading):
                    return first - 1, n
        return None


class Languages(msgspec.Struct, frozen=True):
    """The languages of a slip: the first is the house's own."""

    words: tuple[Words, ...]

    @property
    def first(self) -> Words:
        """Words of what is said once only, like a date in a table."""
        return self.words[0]

    def __call__(self, key: str, /, **fields: object) -> Said:
        """Say something in each of them."""
        return self.each(lambda words: words(key, **fields))

    def together(self, key: str, /) -> str:
        """Say a word in each of them, in one line."""
        return " / ".join(self(key))

    def each(self, say: Callable[[Words], str]) -> Said:
        """Say something in each of them, what differs from language to language included."""
        return tuple(dict.fromkeys(said for said in map(say, self.words) if said))


def money(words: Words, cents: int) -> str:
    """Write a sum of money."""
    return words("common.money", euros=cents // 100, cents=f"{cents % 100:02}")
