"""Where a broker of our own listens, written down for others: one file a port."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sync.files import write_whole

PORT: Final = "broker.port"
LOCAL_PORT: Final = "broker.local"
"""Where processes of this machine find it, without TLS."""


def kept_port(data: Path, name: str = PORT) -> int:
    """Give the port that our broker once found; 0 before that."""
    try:
        return int((data / name).read_text("ascii"))
    except (OSError, ValueError):
        return 0


def keep_port(data: Path, port: int, name: str = PORT) -> None:
    """Write a port down, if it is another one.

    Raises:
        OSError: it cannot be written.
    """
    if port != kept_port(data, name):
        write_whole(data / name, f"{port}\n".encode())
