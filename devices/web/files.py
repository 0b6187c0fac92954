"""The files of the pages: read once, named in one table, so that no path in an address reaches a disk."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from devices.labels.lettering import font_file
from devices.labels.qr import QUIET_ZONE, modules
from sharing.errors import LabelTooSmall

_FOLDER: Final = Path(__file__).parent / "static"
_TYPES: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_FONTS: Final = {"regular.ttf": False, "bold.ttf": True}
"""FiraGO, because a small computer behind a screen may have no letters of its own, least of all Arabic."""
LONGEST_CODE: Final = 300


@cache
def _files() -> Mapping[str, bytes]:
    return {one.name: one.read_bytes() for one in sorted(_FOLDER.iterdir()) if one.suffix in _TYPES}


@cache
def version() -> str:
    """Give what changes when the pages do: an open page then loads itself anew."""
    return hashlib.sha256(b"\0".join(_files().values())).hexdigest()[:16]


@cache
def _tagged(name: str) -> tuple[bytes, str, str] | None:
    """Give content, type and ETag of a file; None: there is none of this name."""
    if name in _FONTS:
        content, kind = font_file(bold=_FONTS[name]), "font/ttf"
    elif name in _files():
        content, kind = _files()[name], _TYPES[Path(name).suffix]
    else:
        return None
    return content, kind, f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def file_named(request: Request, name: str) -> Response | None:
    """Answer with a file, or with 304 if the client has it; None: there is none of this name."""
    if name not in _FONTS and name not in _files():
        return None  # before the cache, which a stranger must not fill
    found = _tagged(name)
    return None if found is None else cached(request, *found, keep="no-cache")


def cached(request: Request, content: bytes, kind: str, etag: str, *, keep: str) -> Response:
    """Answer with what has an ETag; 304 to whoever has it (RFC 9110, 13.1.2 and 15.4.5)."""
    headers = {"etag": etag, "cache-control": keep}
    had = request.headers.get("if-none-match", "")
    if had.strip() == "*" or etag in had:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=kind, headers=headers)


def code_picture(text: str) -> bytes | None:
    """Draw a QR code (ISO/IEC 18004) as SVG, always dark on white; None: the text is too long for one."""
    if not text or len(text) > LONGEST_CODE:
        return None
    try:
        rows = modules(text)
    except LabelTooSmall:
        return None
    dark = (
        (x, y)
        for y, row in enumerate(rows, QUIET_ZONE)
        for x, is_dark in enumerate(row, QUIET_ZONE)
        if is_dark
    )
    path = "".join(f"M{x} {y}h1v1h-1z" for x, y in dark)
    size = len(rows) + 2 * QUIET_ZONE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{size}v{size}h-{size}z"/><path d="{path}"/></svg>'
    ).encode()
