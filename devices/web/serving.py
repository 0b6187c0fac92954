"""Runs the web server in a thread beside whatever the process does else, until the block ends."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Final

import uvicorn

from devices.panels.granting import Granting
from devices.web import files
from devices.web.app import application
from devices.web.board import Board
from devices.web.line import LARGEST_HEAD, Line
from devices.web.live import Live
from devices.web.places import MOST_CONNECTIONS, Places
from devices.words import Words
from sharing.journal.entry import Instant
from sharing.journal.store import Store

_SEND_BUFFER: Final = 64 * 1024
"""Bytes that the system keeps for a client that does not read, so that 500 of them cost little."""
_BACKLOG: Final = 512
_KEEP_ALIVE_S: Final = 5
_END_S: Final = 3


@contextmanager
def serving(
    board: Board,
    *,
    bind: str,
    port: int,
    speak: Callable[[str], Words],
    languages: Sequence[str],
    now: Callable[[], Instant],
    store: Store | None = None,
    granting: Granting | None = None,
    beside: Sequence[str] = (),
) -> Iterator[int]:
    """Serve the pages while the block runs; gives the port.

    Args:
        board: what is shown at doors; somebody else fills it.
        bind: the address of this machine to listen on.
        port: 0: a free one.
        speak: the words of a language, in the zone of the house.
        languages: those of the house, the first one first.
        now: the house's time.
        store: the journal, for things, rooms and calendars; None: pages of rooms only.
        granting: says and does what a card may do at a door; None: no page here takes a card.
        beside: more languages that may stand second at doors.

    Raises:
        OSError: the port is taken, or the address not this machine's.
    """
    listening = listen(bind, port)
    live = Live(board, now, files.version())
    app = application(
        board, live, store=store, granting=granting, speak=speak, languages=languages, beside=beside
    )
    server = _Server(_config(app), live)
    thread = threading.Thread(target=server.run, args=([listening],), name="web", daemon=True)
    thread.start()
    try:
        yield int(listening.getsockname()[1])
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


def listen(bind: str, port: int) -> socket.socket:
    """Open the port, before anything else is begun that would have to be undone."""
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
        listening.bind((bind, port))
        listening.listen(_BACKLOG)
    except BaseException:
        listening.close()
        raise
    return listening


def _config(app: object) -> uvicorn.Config:
    """How uvicorn runs: no log of who asked for what, because codes and tokens stand in addresses."""
    return uvicorn.Config(
        app,  # type: ignore[arg-type] # a Starlette is one of the many shapes it takes
        http=partial(Line, places=Places(MOST_CONNECTIONS)),  # type: ignore[arg-type] # it only calls it
        ws="none",
        loop="asyncio",
        access_log=False,
        log_config=None,
        log_level="error",
        server_header=False,
        proxy_headers=False,  # who asks decides whether a card may be shown: nobody says that by a header
        limit_concurrency=MOST_CONNECTIONS,
        backlog=_BACKLOG,
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=_END_S,
        h11_max_incomplete_event_size=LARGEST_HEAD,
    )


class _Server(uvicorn.Server):
    """Ends the streams before it waits for their pages."""

    def __init__(self, config: uvicorn.Config, live: Live) -> None:
        super().__init__(config)
        self._live = live

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End."""
        self._live.end()
        await super().shutdown(sockets)
