"""What an entry is: the one thing that is ever stored, and that never changes.

An entry holds what happened. Where it stands in a node's stream is its position (`chain.py`), where it stands
among the entries of its subject is its order (`order.py`).
"""

from __future__ import annotations

import hashlib
import inspect
import re
from collections.abc import Sequence
from typing import Any, ClassVar, Final, Literal, TypeAlias, TypeVar

import msgspec

from sharing.errors import BadValue, Damaged

Instant: TypeAlias = int
"""UTC milliseconds since 1970."""

Nature = Literal["fact", "request", "verdict"]

MOST_ENTRY_BYTES = 64 * 1024
MOST_ACT_BYTES = 120 * 1024
MOST_PARTS = 200
ID_BYTES: Final = 16

TOO_LARGE: Final = 2**63
"""From here on a number fits into no column, whichever way its sign is."""

_FLOAT = re.compile(r"\b(float|Decimal)\b")
_LOOSE = re.compile(r"\b(Any|object|Raw)\b")
_JSON_TEXT = re.compile(rb'"(?:[^"\\]|\\.)*"')
_JSON_FLOAT = re.compile(rb"[0-9][.eE]")


class Shape(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What stands in `data`: no person, no float. Each kind of entry is one subclass."""

    KIND: ClassVar[str] = ""
    VERSION: ClassVar[int] = 1
    LOOSE: ClassVar[bool] = False
    """A field may hold any JSON value, so that floats show only when it is written."""

    def __init_subclass__(cls, **options: Any) -> None:
        """Refuse a float while the program starts: two machines need not write one down alike.

        Raises:
            TypeError: a field is declared as a float.
        """
        super().__init_subclass__(**options)
        for name, declared in inspect.get_annotations(cls).items():
            if _FLOAT.search(str(declared)):
                raise TypeError(f"{cls.__name__}.{name}: no floats in an entry")
            if _LOOSE.search(str(declared)):
                cls.LOOSE = True


class Verdict(Shape, frozen=True, kw_only=True):
    """What every verdict carries: which home decided, its number there (gapless from 1), what it decides."""

    group: str
    home_epoch: int
    n: int
    decides: str = ""
    """Entry id (hex) of the request; empty when the home acts of itself."""


class Secret(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What stands in `private`: persons, titles, notes. It can be emptied; its digest stays."""


S = TypeVar("S", bound=Secret)


class Draft(msgspec.Struct, frozen=True):
    """An entry to be: a rule returns these, the store gives them identity, time and place."""

    subject: str
    data: Shape
    private: Secret | None = None
    nature: Nature = "fact"


class Entry(msgspec.Struct, frozen=True):
    """One immutable entry. Ids are 16 bytes (UUIDv7) and compare as bytes."""

    id: bytes
    act: bytes
    part: int
    """From 0 to `parts` - 1."""
    parts: int
    kind: str
    version: int
    nature: str
    subject: str
    at: Instant
    """Wall time as the writer believed it."""
    boot: str
    """The operating system's boot id, so that a wrong clock can be corrected for that boot."""
    uptime: int
    """Milliseconds since that boot (CLOCK_BOOTTIME)."""
    clock: str
    """"ntp", "central" or "untrusted"."""
    after: bytes
    """Ids of the subject's newest entries that the writer had folded, one behind the other."""
    data: bytes
    private: bytes | None
    salt: bytes | None
    private_digest: bytes | None

    @property
    def hex(self) -> str:
        """The id as 32 hexadecimal digits, as other entries and rows name it."""
        return self.id.hex()

    @property
    def predecessors(self) -> tuple[bytes, ...]:
        """The ids in `after`."""
        if len(self.after) == ID_BYTES:
            return (self.after,)
        return tuple([self.after[i : i + ID_BYTES] for i in range(0, len(self.after), ID_BYTES)])

    def secret(self, shape: type[S]) -> S | None:
        """The private part; None where there was none or it has been emptied.

        Raises:
            Damaged: the bytes do not have this shape.
        """
        if self.private is None:
            return None
        try:
            return msgspec.json.decode(self.private, type=shape)
        except msgspec.MsgspecError as error:
            raise Damaged(what=f"private part of entry {self.hex}: {error}") from error


_ENCODER = msgspec.json.Encoder(order="sorted")


def encode(part: Shape | Secret) -> bytes:
    """Give the exact bytes that are stored: JSON with sorted keys.

    Raises:
        BadValue: a float, or the character 0, which PostgreSQL cannot hold in a text.
    """
    written = _ENCODER.encode(part)
    if isinstance(part, Shape) and part.LOOSE and _JSON_FLOAT.search(_JSON_TEXT.sub(b"", written)):
        raise BadValue(field=part.KIND, value="float", expected="whole numbers")
    if b"\\u0000" in written and "\0" in "".join(_texts_in(msgspec.json.decode(written))):
        raise BadValue(field=type(part).__name__, value="NUL", expected="printable text")
    return written


def _texts_in(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for pair in value.items() for one in pair for text in _texts_in(one)]
    return [text for one in value for text in _texts_in(one)] if isinstance(value, list) else []


def private_digest(salt: bytes, private: bytes) -> bytes:
    """Give the digest that stays when the private part goes; its salt goes too, so nothing can be guessed."""
    return hashlib.sha256(salt + private).digest()


def content_digest(entry: Entry) -> bytes:
    """Give the SHA-256 over all that never changes, private part by its digest.

    No header field holds a line feed and JSON as we write it holds none either (`checks.py` sees to both), so
    the joined text has one reading only.
    """
    header = (
        f"{entry.id.hex()}\n{entry.act.hex()}\n{entry.part}\n{entry.parts}\n{entry.kind}\n{entry.version}\n"
        f"{entry.nature}\n{entry.subject}\n{entry.at}\n{entry.boot}\n{entry.uptime}\n{entry.clock}\n"
        f"{entry.after.hex()}\n"
    )
    return hashlib.sha256(
        header.encode("utf-8", "surrogatepass") + entry.data + b"\n" + (entry.private_digest or b"")
    ).digest()


_ZERO: Final = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""The character 0 as JSON writes it; not a backslash that is written twice, and "u0000" after it."""


def _has_zero(written: bytes) -> bool:
    return b"\\u0000" in written and _ZERO.search(written) is not None


_DIGITS: Final = bytes(ord("0" if chr(one) in "0123456789" else " ") for one in range(256))
_LONG: Final = b"0" * len(str(TOO_LARGE))
"""A number that is too large has as many digits; so have some texts."""


def _has_large_number(written: bytes) -> bool:
    if _LONG not in written.translate(_DIGITS):
        return False
    try:
        return _is_large(msgspec.json.decode(written))
    except (msgspec.MsgspecError, RecursionError):
        return False  # no JSON: who folds it says so


def _is_large(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_is_large(one) for one in value.values())
    if isinstance(value, list):
        return any(_is_large(one) for one in value)
    return isinstance(value, int) and abs(value) >= TOO_LARGE


def check_sizes(entries: Sequence[Entry]) -> None:
    """Refuse an act that no frame could carry.

    Raises:
        BadValue: an entry over 64 KiB, an act over 120 KiB or 200 parts, a subject with a control character,
            a text with the character 0, which PostgreSQL cannot hold, a number that no column can hold.
    """
    total = 0
    for entry in entries:
        size = len(entry.data) + len(entry.private or b"")
        total += size
        if size > MOST_ENTRY_BYTES:
            raise BadValue(field=entry.kind, value=size, expected=f"<= {MOST_ENTRY_BYTES} bytes")
        if _has_zero(entry.data) or _has_zero(entry.private or b""):
            raise BadValue(field=entry.kind, value="\\u0000", expected="text")
        if _has_large_number(entry.data) or _has_large_number(entry.private or b""):
            raise BadValue(field=entry.kind, value="number", expected="less than 2**63")
        if not entry.subject or not entry.subject.isprintable():
            raise BadValue(field="subject", value=ascii(entry.subject)[:80], expected="printable text")
    if total > MOST_ACT_BYTES or len(entries) > MOST_PARTS:
        raise BadValue(field="act", value=total, expected=f"<= {MOST_ACT_BYTES} bytes, {MOST_PARTS} parts")
    if entries and len(entries[0].act) != ID_BYTES:
        raise BadValue(field="act", value=entries[0].act.hex()[:80], expected="16 bytes")
