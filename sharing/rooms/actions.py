"""What is done with rooms: one list of use cases, whose code stands by verb in the files beside this one."""

from __future__ import annotations

from sharing.rooms.asking import book, book_now, preview
from sharing.rooms.furnishing import change_room

__all__ = ["book", "book_now", "change_room", "preview"]
