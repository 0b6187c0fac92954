"""News of rooms to whoever has a page open: server-sent events (WHATWG HTML, 9.2), one stream a page.

A page that reads slowly gets the newest state of each room when it is ready for it, and never a queue of old
ones; what a client can make the server keep is one message a room.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Final

import msgspec

from devices.web.board import Board, Sign
from sharing.journal.entry import Instant

PING_S: Final = 15
"""Seconds after which a page hears that the server is there, and what time it is."""

_encode: Final = msgspec.json.Encoder().encode


class Client:
    """One open page: what it has not been sent yet."""

    def __init__(self, room: str | None) -> None:
        """Begin for one room, by its id, or for all of them."""
        self.room = room
        self.rooms: dict[str, bytes] = {}
        self.gone: set[str] = set()
        self.wake = asyncio.Event()

    def tell(self, room: str, sign: bytes | None) -> None:
        """Keep the newest of a room for the next message."""
        self.rooms.pop(room, None)
        self.gone.discard(room)
        if sign is None:
            self.gone.add(room)
        else:
            self.rooms[room] = sign
        self.wake.set()


class Live:
    """Hands what the board hears to all open pages. Everything but `heard` belongs to the loop's thread."""

    def __init__(self, board: Board, now: Callable[[], Instant], version: str) -> None:
        self._board, self._now, self._version = board, now, _encode(version)
        self._clients: set[Client] = set()
        self._lock = threading.Lock()
        self._changed: set[str] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ends = False

    def begin(self) -> None:
        """Start to listen, on the loop that runs."""
        self._loop = asyncio.get_running_loop()
        self._board.listen(self.heard)

    def end(self) -> None:
        """Let every stream end."""
        self._board.unlisten(self.heard)
        self._ends = True
        for client in self._clients:
            client.wake.set()

    def heard(self, room: str | None) -> None:
        """Hear from the board, in any thread, that a room changed; None: the line did."""
        with self._lock:
            is_first = not self._changed
            self._changed.add(room or "")
        if is_first and self._loop is not None:
            with suppress(RuntimeError):  # the loop has just ended: whoever told us must not fall over that
                self._loop.call_soon_threadsafe(self._spread)

    def _spread(self) -> None:
        with self._lock:
            changed, self._changed = self._changed, set()
        for room in changed - {""}:
            sign = self._board.sign(room)
            said = None if sign is None else _encode(sign)
            for client in self._clients:
                if client.room in {None, room}:
                    client.tell(room, said)
        if "" in changed:
            for client in self._clients:
                client.wake.set()

    async def stream(self, room: str | None) -> AsyncIterator[bytes]:
        """Give the messages for one page: first all that is known, then what changes, and a sign of life."""
        client = Client(room)
        self._clients.add(client)
        try:
            yield self._message([_encode(one) for one in self._known(room)], [])
            while not self._ends:
                await _rung(client.wake)
                client.wake.clear()
                rooms, gone = list(client.rooms.values()), sorted(client.gone)
                client.rooms.clear()
                client.gone.clear()
                yield self._message(rooms, gone)
        finally:
            self._clients.discard(client)

    def _known(self, room: str | None) -> tuple[Sign, ...]:
        if room is None:
            return self._board.signs()
        sign = self._board.sign(room)
        return () if sign is None else (sign,)

    def _message(self, rooms: list[bytes], gone: list[str]) -> bytes:
        return b'data: {"now":%d,"link":%s,"version":%s,"rooms":[%s],"gone":%s}\n\n' % (
            self._now(), _encode(self._board.is_connected), self._version, b",".join(rooms), _encode(gone),
        )  # fmt: skip


async def _rung(bell: asyncio.Event) -> None:
    """Wait for it, but not longer than the client should wait for a sign of life."""
    try:
        async with asyncio.timeout(PING_S):
            await bell.wait()
    except TimeoutError:
        return
