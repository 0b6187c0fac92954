"""Names of people in any script: as initials on a public screen, and as something to find them by."""

from __future__ import annotations

import unicodedata
from typing import Final

_BOTH: Final = {"æ": "ae", "œ": "oe"}
_EXPANDED: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", **_BOTH})
_PLAIN: Final = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "þ": "th", "ð": "d", **_BOTH})


def initials(name: str) -> str:
    """Give "A. K." for first and last word of a name, in its own script; "–" if it has no letter."""
    words = unicodedata.normalize("NFC", name).split()
    letters = [one for one in (_first_letter(word) for word in words) if one]
    return " ".join(f"{one}." for one in (letters[:1] + letters[1:][-1:])) or "–"


def _first_letter(word: str) -> str:
    """Give the first letter with the marks it carries; Indic and Thai vowels are marks of their own."""
    at = next((n for n, char in enumerate(word) if char.isalpha()), None)
    if at is None:
        return ""
    end = at + 1
    while end < len(word) and unicodedata.category(word[end]) in {"Mn", "Mc"}:
        end += 1
    return word[at].title()[0] + word[at + 1 : end]


def _folded(text: str) -> str:
    """Leave out case and composition: one spelling for what looks the same."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text).casefold())


def _without_marks(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.translate(_PLAIN))
    return "".join(char for char in apart if unicodedata.category(char) != "Mn")


def spellings(text: str) -> tuple[str, str]:
    """Give both ways to write a text plainly: Müller as "muller" and as "mueller"."""
    folded = " ".join(_folded(text).split())
    return _without_marks(folded), _without_marks(folded.translate(_EXPANDED))


def search_text(*texts: str) -> str:
    """Give what is stored beside a name so that `patterns` find it."""
    return " ".join(dict.fromkeys(one for text in texts if text for one in spellings(text)))


def patterns(typed: str) -> tuple[tuple[str, str], ...]:
    """Give for each typed word the two LIKE patterns of which one must match; `!` is the escape character."""
    found = map(spellings, typed.split())
    return tuple((f"%{_escaped(plain)}%", f"%{_escaped(wide)}%") for plain, wide in found)


def _escaped(word: str) -> str:
    return word.replace("!", "!!").replace("%", "!%").replace("_", "!_")
