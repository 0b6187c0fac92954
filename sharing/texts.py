"""Texts that people typed or imported: made fit to show, and one text in several languages.

Translations are one value and never a column per language, so that a new language needs no new table.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from typing import Final, Self

import msgspec

_FALLBACKS: Final = ("de", "en")
_BLANK: Final = frozenset({"\u115f", "\u1160", "\u2800", "\u3164", "\uffa0"})
"""Letters by category, blanks by look."""

_UNSEEN: Final = frozenset(
    chr(point)
    for start, end in (
        (0x34F, 0x350),
        (0x17B4, 0x17B6),
        (0x180B, 0x1810),
        (0xFE00, 0xFE10),
        (0xE0100, 0xE01F0),
    )
    for point in range(start, end)
)
"""Joiners and variation selectors: no width of their own, but some terminals give them one."""

_GUARDED: Final = re.compile(r"'+[=+\-@\t\r]")


def _seen(char: str) -> str:
    if char.isspace() or char in _BLANK:
        return " "
    if unicodedata.category(char)[0] == "C" or char in _UNSEEN:
        return ""
    return char


def shown(text: str, *, limit: int = 200) -> str:
    """Make a text fit for a screen, a sheet or a log: one line of at most `limit` characters.

    Strips control characters, bidi controls, surrogates and what has no width, and collapses white space:
    escape sequences reached the terminal otherwise, and a name could hide or reorder its neighbours. Letters
    of every script stay, and so does markup, which is shown and never run.
    """
    if not (text.isascii() and text.isprintable()):
        text = "".join(map(_seen, text))
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: max(limit - 1, 0)].rstrip() + "…"


def unguarded(cell: str) -> str:
    """Take away the apostrophe that keeps a spreadsheet from running a cell as a formula."""
    return cell[1:] if _GUARDED.match(cell) else cell


def guarded(cell: str) -> str:
    """Keep a spreadsheet from running a cell as a formula (=cmd …); `unguarded` gives it back."""
    return f"'{cell}" if cell[:1] in tuple("=+-@\t\r") or _GUARDED.match(cell) else cell


class State(StrEnum):
    """How far a text in one language can be trusted."""

    ORIGINAL = "original"
    CHECKED = "checked"
    MACHINE = "machine"
    OUTDATED = "outdated"


class Text(msgspec.Struct, frozen=True, omit_defaults=True):
    """One text in one language."""

    text: str
    state: State = State.ORIGINAL


class Texts(msgspec.Struct, frozen=True):
    """One text in several languages, each with its state."""

    said: dict[str, Text] = msgspec.field(default_factory=dict)
    """Language tag (BCP 47, lower case) to text; never changed in place."""

    @classmethod
    def of(cls, text: str, language: str = "de") -> Self:
        """Begin with the original."""
        return cls({language: Text(text)})

    @classmethod
    def from_json(cls, column: str) -> Self:
        """Read what `to_json` wrote; msgspec.DecodeError (a ValueError) if it is something else."""
        return cls(msgspec.json.decode(column, type=dict[str, Text]))

    def to_json(self) -> str:
        """Write a JSON text column with sorted keys, so that equal texts are equal columns."""
        return msgspec.json.encode(self.said, order="sorted").decode()

    def changed(self, language: str, text: str, state: State = State.ORIGINAL) -> Self:
        """Say it anew in one language; a changed original makes its translations outdated.

        An empty text takes the language away.
        """
        if self.said.get(language) == Text(text, state):
            return self
        kept = {tag: one for tag, one in self.said.items() if tag != language}
        if state is State.ORIGINAL:
            kept = {tag: Text(one.text, State.OUTDATED) for tag, one in kept.items()}
        return type(self)({**kept, language: Text(text, state)} if text else kept)

    def best(self, language: str) -> str:
        """Give the text in `language`, else in its base language, German, English, any, or an empty one."""
        wanted = (language, language.partition("-")[0], *_FALLBACKS, *sorted(self.said))
        return next((self.said[tag].text for tag in wanted if tag in self.said), "")

    def __bool__(self) -> bool:
        """Tell whether anything is said at all."""
        return bool(self.said)

    def __hash__(self) -> int:
        """Agree with equality, which msgspec cannot do for a dict."""
        return hash(frozenset(self.said.items()))
