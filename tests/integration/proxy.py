"""A network that misbehaves on order: a proxy between a machine and its broker.

It runs in a thread with a loop of its own, so that tests without asyncio can use it.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Any, Self, TypeVar

_CHUNK = 65536
_T = TypeVar("_T")


class _Pair:
    """One connection through the proxy: from the machine, and on to the broker."""

    def __init__(self, near: asyncio.StreamWriter, far: asyncio.StreamWriter) -> None:
        self.near, self.far = near, far
        self.halve = False

    def cut(self) -> None:
        """End it at once on both sides, with a reset and without a goodbye."""
        for side in (self.near, self.far):
            side.transport.abort()


class Proxy:
    """Listens on a free port of this machine and passes everything on, until it is told otherwise."""

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        """Pass on to `host`, `port`; begins with `with`."""
        self._target = (host, port)
        self.port = 0
        self.connections = 0
        """How many there were."""
        self.passed = 0
        """Bytes that went through, in both directions."""
        self._pairs: set[_Pair] = set()
        self._delay = 0.0
        self._away = False
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = self._wait(self._listen())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._wait(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    # What tests order; each is in force when it returns

    def cut(self) -> None:
        """End every connection with a reset; new ones are taken."""

        def all_cut() -> None:
            for pair in self._pairs:
                pair.cut()

        self._do(all_cut)

    def stall(self) -> None:
        """Let nothing through any more, in neither direction, and say nothing; new connections stall too."""
        self._do(self._clear.clear)

    def halve(self) -> None:
        """Of the next piece from the machine pass half on, then cut."""

        def next_halved() -> None:
            for pair in self._pairs:
                pair.halve = True

        self._do(next_halved)

    def delay(self, seconds: float) -> None:
        """Pass each piece on so much later."""
        self._do(lambda: setattr(self, "_delay", seconds))

    def go_away(self) -> None:
        """End every connection and refuse new ones."""
        self._do(lambda: setattr(self, "_away", True))
        self.cut()

    def resume(self) -> None:
        """Be an ordinary network again; what stalled goes on."""

        def ordinary() -> None:
            self._delay, self._away = 0.0, False
            self._clear.set()

        self._do(ordinary)

    # Inside the loop

    async def _listen(self) -> asyncio.Server:
        self._clear = asyncio.Event()
        self._clear.set()
        server = await asyncio.start_server(self._on_connection, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        return server

    async def _on_connection(self, reader: asyncio.StreamReader, near: asyncio.StreamWriter) -> None:
        try:
            if self._away:
                return
            await self._clear.wait()
            there, far = await asyncio.open_connection(*self._target)
            self.connections += 1
            await self._pass_both(reader, there, _Pair(near, far))
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            near.transport.abort()

    async def _pass_both(self, here: asyncio.StreamReader, there: asyncio.StreamReader, pair: _Pair) -> None:
        self._pairs.add(pair)
        ways = [
            asyncio.create_task(self._pass(here, pair.far, pair, near=True)),
            asyncio.create_task(self._pass(there, pair.near, pair, near=False)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            pair.cut()
            self._pairs.discard(pair)

    async def _pass(
        self, source: asyncio.StreamReader, to: asyncio.StreamWriter, pair: _Pair, *, near: bool
    ) -> None:
        while piece := await source.read(_CHUNK):
            if self._delay:
                await asyncio.sleep(self._delay)
            await self._clear.wait()
            if near and pair.halve:
                to.write(piece[: len(piece) // 2])
                await to.drain()
                return
            to.write(piece)
            await to.drain()
            self.passed += len(piece)

    async def _close(self) -> None:
        """End everything, also a connection that came just now and whose task has not begun yet."""
        self._server.close()
        while others := asyncio.all_tasks() - {asyncio.current_task()}:
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)
        await self._server.wait_closed()
        await asyncio.sleep(0)  # what was aborted closes its socket in the loop's next round

    def _do(self, order: Callable[[], object]) -> None:
        async def carry_out() -> None:
            order()
            await asyncio.sleep(0)

        self._wait(carry_out())

    def _wait(self, work: Coroutine[Any, Any, _T]) -> _T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)
