"""QR codes that stand on a screen for a phone: small, because a screen has few rows and no scratches."""

from __future__ import annotations

from sharing import codes


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
