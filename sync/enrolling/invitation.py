"""What brings a machine into a house: a one-time code to type, and everything at once as digits to scan.

Digits only, because scanners type like keyboards and know no layout: a link would arrive garbled. The code
has letters and digits that no one mixes up (Crockford's base 32), in fours, the last one a check.
"""

from __future__ import annotations

import re
import zlib
from typing import Final

import msgspec

from sharing.errors import CodeMistyped

SYMBOLS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford, https://www.crockford.com/base32.html: without I, L, O and U."""
SECRET_SYMBOLS: Final = 15
"""75 bits."""
_MEANT: Final = str.maketrans("ILOilo", "110110")
_GROUP: Final = 4
_MOST_DIGITS: Final = 900
_VERSION: Final = b"\x01"
_CHECK_BYTES: Final = 4


class Invitation(msgspec.Struct, frozen=True, array_like=True):
    """All that a machine needs to find its central and to be let in once."""

    host: str
    port: int
    node: str
    code: str
    """Sixteen symbols, no gaps."""
    pin: str = ""
    """The same kind of code over the broker's certificate; empty where none is shown."""
    tls: bool = False

    def __repr__(self) -> str:
        return f"Invitation({self.node} at {self.host}:{self.port})"  # no code in any log


def new_code(random: bytes) -> str:
    """Make a one-time code of at least 10 random bytes, or the same kind of code over a digest."""
    number = int.from_bytes(random[:10], "big") >> 5
    symbols = "".join(SYMBOLS[(number >> 5 * place) & 31] for place in reversed(range(SECRET_SYMBOLS)))
    return symbols + _check(symbols)


def _check(symbols: str) -> str:
    """Luhn's sum over 32 symbols: one wrong symbol always shows, two that changed places nearly always."""
    total = 0
    for place, symbol in enumerate(reversed(symbols)):
        value = SYMBOLS.index(symbol) * (2 - place % 2)
        total += value // 32 + value % 32
    return SYMBOLS[-total % 32]


def in_fours(code: str) -> str:
    """Write a code as it is read aloud."""
    return "-".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))


def read_code(typed: str) -> str:
    """Read a code as somebody typed it: small letters, gaps, O for 0.

    Raises:
        CodeMistyped: a symbol is wrong, missing or too many.
    """
    code = re.sub(r"[\s\-\u2010-\u2013.]", "", typed.translate(_MEANT)).upper()
    fits = len(code) == SECRET_SYMBOLS + 1 and all(one in SYMBOLS for one in code)
    if not fits or _check(code[:-1]) != code[-1]:
        raise CodeMistyped
    return code


def to_digits(invitation: Invitation) -> str:
    """Write an invitation as digits, for a QR code that every scanner types right."""
    raw = _VERSION + msgspec.msgpack.encode(invitation)
    return str(int.from_bytes(raw + zlib.crc32(raw).to_bytes(_CHECK_BYTES, "big"), "big"))


def from_digits(scanned: str) -> Invitation:
    """Read an invitation as it was scanned.

    Raises:
        CodeMistyped: these are not such digits, or not all of them arrived.
    """
    digits = "".join(scanned.split())
    if not digits.isascii() or not digits.isdigit() or len(digits) > _MOST_DIGITS:
        raise CodeMistyped
    number = int(digits)
    raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
    body, check = raw[:-_CHECK_BYTES], raw[-_CHECK_BYTES:]
    if not body.startswith(_VERSION) or zlib.crc32(body).to_bytes(_CHECK_BYTES, "big") != check:
        raise CodeMistyped
    try:
        found = msgspec.msgpack.decode(body[1:], type=Invitation)
    except msgspec.MsgspecError as error:
        raise CodeMistyped from error
    read_code(found.code)
    return found
