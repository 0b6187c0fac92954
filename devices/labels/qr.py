"""What stands in a QR code, and its modules: all that a screen needs of it, without paper."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from qrcode.constants import ERROR_CORRECT_M
from qrcode.exceptions import DataOverflowError
from qrcode.main import QRCode

from sharing import codes
from sharing.codes import CodeKind
from sharing.errors import LabelTooSmall, NotReadable

QUIET_ZONE: Final = 4
"""White modules around the QR code (ISO/IEC 18004, 6.3.8)."""

_SECRET: Final = frozenset({CodeKind.PERSON_CARD, CodeKind.ROLE_CARD})


def payload(code: str, link: str | None = None) -> str:
    """Say what the QR code holds: the digits, or the house's address with them, which phones open.

    Never an address on cards: a phone would send the number, which opens a person's visit, over the network.
    Raises NotReadable for digits that are no code, before they are on paper.
    """
    if not codes.is_valid(code):
        raise NotReadable
    if not link or codes.kind_of(code) in _SECRET:
        return code
    return f"{link}/{code}" if link[-1].isalnum() else f"{link}{code}"


@lru_cache(maxsize=1024)
def modules(content: str) -> tuple[tuple[bool, ...], ...]:
    """Give the modules of the QR code, dark ones true, without a quiet zone.

    Raises LabelTooSmall if no QR code holds so much.
    """
    qr = QRCode(error_correction=ERROR_CORRECT_M, border=0)
    qr.add_data(content, optimize=codes.LENGTH)
    try:
        qr.make(fit=True)
    except (DataOverflowError, ValueError):
        raise LabelTooSmall(length=len(content)) from None
    return tuple(tuple(map(bool, row)) for row in qr.get_matrix())
