"""What one connection may cost the server: time for its head, time to read its answer, and memory."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from devices.web.places import Place, Places

HEAD_S: Final = 10
"""Seconds in which a request's head must be there."""
READ_S: Final = 20
"""Seconds in which a client must take something of what waits for it."""
MOST_WAITING: Final = 16 * 1024
"""Bytes that wait in the program for a client that reads slowly; more, and its stream waits."""
REFUSED: Final = "refused"
"""Under which requests say why their connection has no place, if it has none."""
LARGEST_HEAD: Final = 16 * 1024


class Line(H11Protocol):
    """One connection; whoever is too slow is cut off, not waited for."""

    _place: Place | None = None
    _limit: asyncio.TimerHandle | None = None
    _slow: asyncio.TimerHandle | None = None

    def __init__(self, *given: Any, places: Places, **named: Any) -> None:
        """Begin; what uvicorn gives is its own."""
        super().__init__(*given, **named)
        self._places = places

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as the base
        """Begin to count."""
        super().connection_made(transport)
        self._place = self._places.take(self.client[0] if self.client else "")
        if self._place is None:
            transport.abort()
            return
        # Requests of this connection are answered with that, if it is something.
        self.app_state = {**self.app_state, REFUSED: self._place.refusal}
        transport.set_write_buffer_limits(high=MOST_WAITING)
        self._await_head()

    def data_received(self, data: bytes) -> None:
        """Take what came; a head that goes on coming for too long is one too many."""
        super().data_received(data)
        is_served = self._is_served()
        if is_served and self._limit is not None:
            self._limit.cancel()
            self._limit = None
        elif not is_served and self._limit is None:
            self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop counting."""
        super().connection_lost(exc)
        if self._place is not None:
            self._place.leave()
        for timer in (self._limit, self._slow):
            if timer is not None:
                timer.cancel()

    def pause_writing(self) -> None:
        """Hear that the client does not read as fast as it is told."""
        super().pause_writing()
        self._slow = self.loop.call_later(READ_S, self.transport.abort)

    def resume_writing(self) -> None:
        """Hear that it read something."""
        super().resume_writing()
        if self._slow is not None:
            self._slow.cancel()
            self._slow = None

    def _await_head(self) -> None:
        self._limit = self.loop.call_later(HEAD_S, self._no_head)

    def _no_head(self) -> None:
        self._limit = None
        if not self._is_served():
            self.transport.abort()

    def _is_served(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle  # None until the first request, whatever it says
        return cycle is not None and not cycle.response_complete
