"""What people may be called and told: typed values made fit to keep. A refusal repeats nothing personal."""

from __future__ import annotations

import re
from typing import Final

from sharing.codes import plain_digits
from sharing.errors import BadValue
from sharing.texts import shown

MOST_NAME: Final = 200
MOST_NOTE: Final = 2000
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")
_PIN: Final = re.compile(r"[0-9]{4,12}")


def text(field: str, typed: str, *, most: int = MOST_NAME, empty: bool = True) -> str:
    """Give the text on one line, without what cannot be seen.

    Raises:
        BadValue: it is too long, or nothing is left of it; `value` is its length only.
    """
    cleaned = shown(typed, limit=len(typed) + 1)
    if len(cleaned) > most or not (cleaned or empty):
        raise BadValue(field=field, value=len(cleaned), expected=f"{0 if empty else 1}–{most}")
    return cleaned


def name(typed: str) -> str:
    """Give a person's or organisation's name.

    Raises:
        BadValue: empty or too long.
    """
    return text("name", typed, empty=False)


def language(typed: str) -> str:
    """Give a language tag.

    Raises:
        BadValue: it is none.
    """
    tag = typed.strip().lower()
    if not _LANGUAGE.fullmatch(tag) or len(tag) > len("zh-hant-hk-12345"):
        raise BadValue(field="language", value=shown(typed, limit=20), expected="de, en, pt-br")
    return tag


def version(field: str, number: int) -> int:
    """Give a version of terms or notice; 0 means none.

    Raises:
        BadValue: negative or absurd.
    """
    if not 0 <= number <= 10_000:  # noqa: PLR2004 far above any house
        raise BadValue(field=field, value=number, expected="0–10000")
    return number


def pin(typed: str) -> str:
    """Give a PIN's digits.

    Raises:
        BadValue: too short, too long, not digits, or one digit only; the PIN is not in it.
    """
    digits = plain_digits(typed.strip())
    if not _PIN.fullmatch(digits) or len(set(digits)) == 1:
        raise BadValue(field="pin", value="…", expected="4–12")
    return digits
