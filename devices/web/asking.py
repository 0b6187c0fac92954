"""What a request wants: its language, its look, and the journal read where the loop is not held up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import Request

from sharing.journal.store import Store

T = TypeVar("T")
_MOST_LANGUAGES: Final = 20
_MOST_WAITING: Final = 50
"""Requests that wait for the journal; whoever comes then is told to come again."""


class Desk:
    """Reads the journal in one thread of its own, so that no page waits for another's disk but its own."""

    def __init__(self, store: Store | None) -> None:
        """Begin; None: this machine has no journal, it only shows what the broker says."""
        self._store = store
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="web-journal")
        self._waiting = 0

    async def ask(self, read: Callable[[Store], T]) -> T | None:
        """Read; None if there is no journal here.

        Raises:
            HTTPException: too many wait (503).
            TeilhausError: as the database says.
        """
        store = self._store
        if store is None:
            return None
        if self._waiting >= _MOST_WAITING:
            raise HTTPException(503)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, read, store)
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """Close the thread and its connection."""
        if self._store is not None:
            self._thread.submit(self._store.close).result()
        self._thread.shutdown()


def preferred(request: Request, languages: Sequence[str]) -> tuple[str, ...]:
    """Put the languages of the house into the order a reader likes: `?lang=`, else `Accept-Language`.

    RFC 9110, 12.5.4; languages that nobody asked for keep their order behind.
    """
    asked = request.query_params.get("lang", "")
    liked = [asked] if asked else _accepted(request.headers.get("accept-language", ""))
    first = next((base for base in (one.partition("-")[0].lower() for one in liked) if base in languages), "")
    return tuple(sorted(languages, key=lambda one: one != first)) if first else tuple(languages)


def _accepted(header: str) -> list[str]:
    weighed = []
    for n, part in enumerate(header.split(",")[:_MOST_LANGUAGES]):
        tag, _, weight = part.strip().partition(";q=")
        try:
            q = float(weight) if weight else 1.0
        except ValueError:
            q = 0.0
        if q > 0:
            weighed.append((-q, n, tag))
    return [tag for _, _, tag in sorted(weighed)]
