"""The chain: each position names the one before it, so nothing in the middle changes or goes unseen."""

from __future__ import annotations

import hashlib

GENESIS = bytes(32)
"""What stands before the first position of a stream."""


def link(previous: bytes, node: str, epoch: int, seq: int, digest: bytes) -> bytes:
    """SHA-256 over the previous link, the place in the stream and the entry's content digest."""
    return hashlib.sha256(b"%b%b\n%d\n%d\n%b" % (previous, node.encode(), epoch, seq, digest)).digest()
