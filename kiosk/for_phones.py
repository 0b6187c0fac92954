"""QR codes that stand on a screen for a phone: small, because a screen has few rows and no scratches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sharing import codes
from sharing.rooms.calendars.text import due_for_phone

if TYPE_CHECKING:
    from sharing.journal.entry import Instant
    from sharing.journal.store import Store


def modules(content: str | bytes) -> tuple[tuple[bool, ...], ...]:
    """Give the modules of a QR code, dark ones true, without quiet zone.

    Least error correction (ISO/IEC 18004, level L). Bytes go in as they are: an event of at most 94 bytes,
    as `event_for_phone` writes it, fits into 21 rows of half blocks.
    """
    from qrcode.constants import ERROR_CORRECT_L  # noqa: PLC0415 - loads Pillow; rarely needed
    from qrcode.main import QRCode  # noqa: PLC0415 - as above

    code = QRCode(error_correction=ERROR_CORRECT_L, border=0)
    code.add_data(content, optimize=codes.LENGTH if isinstance(content, str) else 0)
    code.make(fit=True)
    return tuple(tuple(map(bool, row)) for row in code.get_matrix())


def due_modules(store: Store, due: Instant, name: str) -> tuple[tuple[bool, ...], ...]:
    """Give the QR code of the time at which something is to be brought back; for the writer's thread."""
    del store
    return modules(due_for_phone(due, name))
