"""The house's own codes: 16 digits that survive every keyboard layout and betray every slip.

Kind (1 digit), thirteen random digits, two check digits after ISO/IEC 7064 MOD 97-10. Sixteen, because twelve
to fourteen are retail barcodes, and one in 97 of those would read as ours.
"""

from __future__ import annotations

import re
import unicodedata
from enum import IntEnum
from typing import Final

from sharing.errors import NoCode, NotReadable

LENGTH: Final = 16
"""Digits of a code, check digits included."""

_RANDOM_DIGITS: Final = 13
_LOWEST_CHECK: Final = 2
_FOREIGN_LENGTHS: Final = range(4, 41)
_GAP: Final = "[ \u00a0\u2009\u202f\u2010-\u2013-]"
_RUN: Final = re.compile(
    rf"(?<![0-9])(?:[0-9]{{16}}|(?<![0-9]{_GAP})[0-9]{{4}}(?:{_GAP}[0-9]{{4}}){{3}}(?!{_GAP}[0-9]))(?![0-9])"
)


class CodeKind(IntEnum):
    """What a code names: its first digit."""

    PERSON_CARD = 1
    ITEM = 2
    KIT = 3
    LOCATION = 4
    ROOM = 5
    STOCK = 6
    SLIP = 7
    NOTICE = 8
    ROLE_CARD = 9


def make(kind: CodeKind, thirteen: int) -> str:
    """Build the code of `kind` from thirteen digits of handed-in randomness (0 ≤ `thirteen` < 10¹³).

    Rejects other numbers with ValueError, because cutting them would make two codes one.
    """
    if not 0 <= thirteen < 10**_RANDOM_DIGITS:
        raise ValueError(thirteen)
    body = f"{kind.value}{thirteen:013d}"
    return f"{body}{98 - int(body) * 100 % 97:02d}"


def is_valid(code: str) -> bool:
    """Tell whether `code` is 16 bare digits with a known kind and right check digits (MOD 97-10).

    Check digits 00 and 01 are never made and would stand for 97 and 98, so they are wrong.
    """
    return (
        len(code) == LENGTH
        and code.isascii()
        and code.isdigit()
        and code[0] != "0"
        and int(code[-2:]) >= _LOWEST_CHECK
        and int(code) % 97 == 1
    )


def kind_of(code: str) -> CodeKind:
    """Say what a valid code names; ValueError for anything that `read` did not give."""
    if not is_valid(code):
        raise ValueError(len(code))
    return CodeKind(int(code[0]))


def grouped(code: str) -> str:
    """Show a code in fours, as it stands on the label, so that eyes do not lose their place."""
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))


def plain_digits(text: str) -> str:
    """Turn the decimal digits of every script (٢, २) into 0 to 9 and leave the rest.

    An Arabic keyboard layout may send its own digits for the same keys.
    """
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(char, char)) for char in text)


def read(burst: str) -> str:
    """Find the code in what a scanner or a person typed: the last run of exactly 16 digits.

    The run may be bare, in fours with single blanks or dashes, or the end of a link whose letters another
    keyboard layout has garbled. Raises NotReadable (wrong check digits: scan again) or NoCode (no such run).
    """
    runs = _RUN.findall(plain_digits(burst))
    if not runs:
        raise NoCode
    code = re.sub(_GAP, "", runs[-1])
    if not is_valid(code):
        raise NotReadable
    return code


def foreign(burst: str) -> str | None:
    """Give the barcode that a thing bore before it came here, for look-up only, or None.

    4 to 40 printable characters without a run of 16 digits: such a run is ours or a misread of ours.
    """
    barcode = plain_digits(burst).strip()
    if len(barcode) not in _FOREIGN_LENGTHS or not barcode.isprintable() or _RUN.search(barcode):
        return None
    return barcode
